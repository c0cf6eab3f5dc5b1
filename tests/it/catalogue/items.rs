//! Service items and reasons.

use crate::people::admin_of;
use harness::both;
use harness::fixture::{COUNTY, OTHER_TOWN, ROOF};
use serde_json::json;

both!(service_items, async |app| {
    let f = app.fixture;
    let admin = app.client(f.admin);
    let body = json!({ "code": "lamp", "name": "路灯不亮", "group": "public", "board": "心声速递",
        "rules": { "claimMinutes": 15, "slots": 2 } });
    let added = admin.post("/service-items", body.clone()).await;
    let id = added.ok()["id"].as_str().unwrap().to_owned();
    let view = app.client(f.resident).get(&format!("/service-items/{id}")).await;
    assert_eq!(view.ok()["rules"]["claimMinutes"], 15);
    assert_eq!(view.ok()["rules"]["checkRequired"], true, "defaults hold");
    assert_eq!(view.ok()["groupText"], "公共服务");
    let listed = app
        .client(f.resident)
        .get("/service-items?group=public&board=%E5%BF%83%E5%A3%B0%E9%80%9F%E9%80%92")
        .await;
    assert_eq!(listed.ok()["list"].as_array().unwrap().len(), 1);
    let mut off = body.clone();
    off["active"] = json!(false);
    admin.put(&format!("/service-items/{id}"), off).await.ok();
    assert_eq!(app.client(f.resident).get("/service-items?group=public").await.ok()["list"], json!([]));
    assert_eq!(admin.get("/service-items?group=public&all=true").await.ok()["list"][0]["active"], false);
    admin.post("/service-items", body.clone()).await.refused(409, "NAME_TAKEN");
    for (rules, field) in [
        (json!({ "slots": 51 }), "rules.slots"),
        (json!({ "acceptMinutes": 0 }), "rules.acceptMinutes"),
        (json!({ "infoDays": 0 }), "rules.infoDays"),
        (json!({ "pots": 1 }), "rules.pots"),
    ] {
        let bad = json!({ "code": "x", "name": "x", "group": "public", "board": "x", "rules": rules });
        admin.post("/service-items", bad).await.names(field);
    }
    let (town, county) = (admin_of(app, "xu.gl", OTHER_TOWN).await, admin_of(app, "he.gl", COUNTY).await);
    town.post("/service-items", body.clone()).await.refused(403, "FORBIDDEN");
    app.client(f.dispatcher)
        .put(&format!("/service-items/{ROOF}"), body.clone())
        .await
        .refused(403, "FORBIDDEN");
    let mut second = body;
    second["code"] = json!("lamp-2");
    county.post("/service-items", second).await.ok();
});

both!(reasons, async |app| {
    let me = app.client(app.fixture.resident);
    let reject = me.get("/reasons?kind=reject").await;
    assert!(
        reject.ok()["list"]
            .as_array()
            .unwrap()
            .iter()
            .all(|r| r["kind"] == "reject" && r["kindText"] == "不予受理")
    );
    let all = me.get("/reasons").await;
    assert!(all.ok()["list"].as_array().unwrap().len() > reject.ok()["list"].as_array().unwrap().len());
    me.get("/reasons?kind=nonsense").await.names("kind");
    app.stranger().get("/reasons").await.refused(401, "UNAUTHENTICATED");
});
