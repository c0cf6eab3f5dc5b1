//! Units and teams.

use crate::people::admin_of;
use harness::both;
use harness::fixture::{OTHER_TOWN, VILLAGE};
use serde_json::json;

both!(units_and_teams, async |app| {
    let f = app.fixture;
    let (admin, foreign) = (app.client(f.admin), admin_of(app, "xu.gl", OTHER_TOWN).await);
    for kind in ["units", "teams"] {
        let body = json!({ "areaId": VILLAGE.to_string(), "name": "七彩服务" });
        let added = admin.post(&format!("/{kind}"), body.clone()).await;
        assert_eq!(added.status, 201, "{added:?}");
        let path = added.location.clone().unwrap().replace("/api/v1", "");
        admin.post(&format!("/{kind}"), body.clone()).await.refused(409, "NAME_TAKEN");
        foreign.post(&format!("/{kind}"), body).await.refused(403, "FORBIDDEN");
        admin.put(&path, json!({ "name": "八彩服务", "active": false })).await.ok();
        foreign.put(&path, json!({ "name": "九彩服务", "active": true })).await.refused(403, "FORBIDDEN");
        let view = app.client(f.dispatcher).get(&path).await;
        assert_eq!((&view.ok()["name"], &view.ok()["active"]), (&json!("八彩服务"), &json!(false)));
        let listed = app.client(f.dispatcher).get(&format!("/{kind}?areaId={VILLAGE}")).await;
        assert!(listed.ok()["list"].as_array().unwrap().iter().any(|g| g["name"] == "八彩服务"));
        app.client(f.resident).get(&format!("/{kind}")).await.refused(403, "FORBIDDEN");
        app.client(f.resident).get(&path).await.refused(404, "NOT_FOUND");
        admin
            .put(&format!("/{kind}/4444"), json!({ "name": "x", "active": true }))
            .await
            .refused(404, "NOT_FOUND");
        admin.post(&format!("/{kind}"), json!({ "areaId": "4444", "name": "x" })).await.names("areaId");
        admin.post(&format!("/{kind}"), json!({ "areaId": "5", "name": " " })).await.names("name");
    }
});

// A constraint of a newer schema, which no name or code is under, is a fault of ours and no name that is taken.
both!(only_a_name_is_told_as_taken, async |app| {
    let f = app.fixture;
    harness::fixture::run(app.database(), "CREATE UNIQUE INDEX planted ON unit (functions)").unwrap();
    let unit = |name: &str| json!({ "areaId": VILLAGE.to_string(), "name": name });
    let admin = app.client(f.admin);
    admin.post("/units", unit("七彩服务")).await.ok();
    admin.post("/units", unit("八彩服务")).await.refused(500, "INTERNAL");
    harness::fixture::run(app.database(), "DROP INDEX planted").unwrap();
    admin.post("/units", unit("七彩服务")).await.refused(409, "NAME_TAKEN");
    admin.post("/units", unit("八彩服务")).await.ok();
});
