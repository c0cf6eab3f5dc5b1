//! Whoever loses a role loses its offers at once.

use harness::app::App;
use harness::both;
use harness::fixture::{GRID, ROOF};
use serde_json::{Value, json};

/// An order in the pool of the fixture's grid: id and attempt.
async fn pooled(app: &App) -> (String, i64) {
    let body = json!({ "serviceItemId": ROOF.to_string(), "areaId": GRID.to_string(), "title": "屋顶漏水",
        "description": "雨天漏水", "contact": { "name": "王小明", "phone": "13812345678", "address": "同州花园3号楼" } });
    let placed = app.client(app.fixture.resident).post("/orders", body).await;
    let id = placed.ok()["id"].as_str().unwrap().to_owned();
    let dispatcher = app.client(app.fixture.dispatcher);
    dispatcher.command(&id, "accept", json!({})).await.ok();
    let dispatched = dispatcher.command(&id, "dispatch", json!({})).await;
    (id, dispatched.ok()["attempt"].as_i64().unwrap())
}

async fn role_of(app: &App, account: i64) -> String {
    let person = app.client(app.fixture.admin).get(&format!("/accounts/{account}")).await;
    person.ok()["roles"][0]["id"].as_str().unwrap().to_owned()
}

both!(a_lost_role_outdates_its_offers, async |app| {
    let f = app.fixture;
    let admin = app.client(f.admin);
    let (id, attempt) = pooled(app).await;
    let role = role_of(app, f.worker).await;
    for _ in 0..2 {
        admin.delete(&format!("/accounts/{}/roles/{role}", f.worker)).await.ok();
    }
    let order: Value = app.client(f.dispatcher).get(&format!("/orders/{id}")).await.ok().clone();
    assert_eq!(order["attempt"], attempt + 1, "raised once: {order}");
    app.client(f.worker).claim(&id, attempt).await.refused(403, "NOT_ELIGIBLE");
    app.client(f.second_worker).claim(&id, attempt).await.refused(409, "OFFER_GONE");
    app.client(f.second_worker).claim(&id, attempt + 1).await.ok();
});

both!(disabling_outdates_offers_and_enabling_gives_roles_back, async |app| {
    let f = app.fixture;
    let admin = app.client(f.admin);
    let (id, attempt) = pooled(app).await;
    admin.post(&format!("/accounts/{}/disable", f.worker), json!({})).await.ok();
    app.client(f.second_worker).claim(&id, attempt).await.refused(409, "OFFER_GONE");
    admin.post(&format!("/accounts/{}/enable", f.worker), json!({})).await.ok();
    let scopes = app.client(f.worker).get("/me").await;
    assert!(
        scopes.ok()["scopes"].as_array().unwrap().iter().any(|s| s["name"] == "西郊一网格"),
        "{scopes:?}"
    );
    app.client(f.worker).claim(&id, attempt + 1).await.ok();
});
