//! Accounts and who may do what with them.

use super::admin_of;
use crate::identity::{log_in, number};
use harness::both;
use harness::client::new_key;
use harness::fixture::{GRID, OTHER_TOWN, OTHER_TOWN_VILLAGE};
use serde_json::json;

both!(an_account_from_start_to_end, async |app| {
    let admin = app.client(app.fixture.admin);
    let key = new_key();
    let body = json!({ "login": "qian", "name": "钱大壮", "phone": "+86 138-1234-5678",
        "roles": [{ "role": "grid_worker", "areaId": GRID.to_string(), "employment": "part_time" }] });
    let added = admin.post_keyed("/accounts", &key, body.clone()).await;
    let again = admin.post_keyed("/accounts", &key, body.clone()).await;
    assert_eq!((added.status, added.ok()), (201, again.ok()), "a retry is told the same");
    let id = number(&added.ok()["id"]);
    assert_eq!(added.location, Some(format!("/api/v1/accounts/{id}")));
    log_in(app, "qian", added.ok()["oneTimePassword"].as_str().unwrap()).await.ok();
    let other = json!({ "login": "qian", "name": "别人", "roles": body["roles"] });
    admin.post_keyed("/accounts", &key, other.clone()).await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    admin.post("/accounts", other).await.refused(409, "NAME_TAKEN");
    let view = admin.get(&format!("/accounts/{id}")).await;
    assert_eq!(view.ok()["phone"], "138****5678");
    assert_eq!(view.ok()["roles"][0]["employmentText"], "兼职");
    assert_eq!(view.ok()["roles"][0]["area"]["name"], "西郊一网格");
    for q in ["qian", "大壮"] {
        let found = admin.get(&format!("/accounts?q={q}")).await;
        assert_eq!(found.ok()["list"][0]["id"], id.to_string(), "{q}");
    }
    assert_eq!(
        admin.get("/accounts?q=13812345678").await.ok()["list"],
        json!([]),
        "a phone is nothing to try"
    );
    admin.put(&format!("/accounts/{id}"), json!({ "name": "钱小壮" })).await.ok();
    assert_eq!(
        admin.get(&format!("/accounts/{id}")).await.ok()["phone"],
        "138****5678",
        "left out, it stays"
    );
    let reset = admin.post(&format!("/accounts/{id}/reset-password"), json!({})).await;
    log_in(app, "qian", added.ok()["oneTimePassword"].as_str().unwrap()).await.refused(401, "LOGIN_FAILED");
    log_in(app, "qian", reset.ok()["oneTimePassword"].as_str().unwrap()).await.ok();
});

both!(bad_accounts_name_their_field, async |app| {
    let admin = app.client(app.fixture.admin);
    let role = |role: &str, at: &str| json!([{ "role": role, at: "5" }]);
    for (login, phone, roles, field) in [
        ("Qian", "13812345678", role("grid_worker", "areaId"), "login"),
        ("qian", "12345", role("grid_worker", "areaId"), "phone"),
        ("qian", "13812345678", json!([]), "roles"),
        ("qian", "13812345678", role("resident", "areaId"), "roles[0].role"),
        ("qian", "13812345678", role("unit_handler", "areaId"), "roles[0].areaId"),
        ("qian", "13812345678", role("grid_worker", "teamId"), "roles[0].teamId"),
        (
            "qian",
            "13812345678",
            json!([{ "role": "volunteer", "areaId": "5", "teamId": "1" }]),
            "roles[0].areaId",
        ),
        ("qian", "13812345678", json!([{ "role": "grid_worker", "areaId": "4444" }]), "roles[0].areaId"),
        ("qian", "13812345678", json!([{ "role": "king", "areaId": "5" }]), "roles[0].role"),
    ] {
        let body = json!({ "login": login, "name": "钱", "phone": phone, "roles": roles });
        admin.post("/accounts", body).await.names(field);
    }
    assert_eq!(admin.get("/accounts?q=qian").await.ok()["list"], json!([]), "nothing is left of them");
});

both!(administrators_stay_inside_their_areas, async |app| {
    let f = app.fixture;
    let foreign = admin_of(app, "xu.gl", OTHER_TOWN).await;
    foreign.get(&format!("/accounts/{}", f.worker)).await.refused(404, "NOT_FOUND");
    foreign.post(&format!("/accounts/{}/disable", f.worker), json!({})).await.refused(404, "NOT_FOUND");
    foreign.get(&format!("/accounts?areaId={GRID}")).await.refused(404, "NOT_FOUND");
    let roles = json!([{ "role": "grid_worker", "areaId": GRID.to_string() }]);
    foreign
        .post("/accounts", json!({ "login": "qian", "name": "钱", "roles": roles }))
        .await
        .refused(403, "FORBIDDEN");
    let listed = foreign.get("/accounts").await;
    let names: Vec<&str> =
        listed.ok()["list"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["卫调度", "许管理"]);
    // somebody with a role here and one elsewhere is seen, and left to those above
    let both = json!({ "role": "dispatcher", "areaId": OTHER_TOWN_VILLAGE.to_string() });
    app.client(f.admin).post(&format!("/accounts/{}/roles", f.worker), both).await.ok();
    foreign.get(&format!("/accounts/{}", f.worker)).await.ok();
    foreign
        .post(&format!("/accounts/{}/reset-password", f.worker), json!({}))
        .await
        .refused(403, "FORBIDDEN");
    for path in ["/accounts", "/accounts/3"] {
        app.client(f.dispatcher).get(path).await.refused(403, "FORBIDDEN");
        app.stranger().get(path).await.refused(401, "UNAUTHENTICATED");
    }
});

both!(somebody_always_administers, async |app| {
    let f = app.fixture;
    let admin = app.client(f.admin);
    admin.post(&format!("/accounts/{}/disable", f.admin), json!({})).await.refused(403, "OWN_CASE");
    let own = admin.get(&format!("/accounts/{}", f.admin)).await;
    let binding = own.ok()["roles"][0]["id"].as_str().unwrap().to_owned();
    admin.delete(&format!("/accounts/{}/roles/{binding}", f.admin)).await.refused(403, "OWN_CASE");
    let second = admin_of(app, "xu.gl", 1).await;
    let listed = admin.get("/accounts?q=xu.gl").await;
    let row = &listed.ok()["list"][0];
    let (id, role) = (row["id"].as_str().unwrap(), row["roles"][0]["id"].as_str().unwrap());
    let (first, other) =
        (format!("/accounts/{}/roles/{binding}", f.admin), format!("/accounts/{id}/roles/{role}"));
    let (one, other) = tokio::join!(second.delete(&first), admin.delete(&other));
    assert!(one.status != 200 || other.status != 200, "one administrator is left: {one:?} {other:?}");
});
