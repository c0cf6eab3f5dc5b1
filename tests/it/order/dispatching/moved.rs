//! Reclassified to elsewhere: what was offered, assigned or claimed where it lay before goes to the dispatcher of where it
//! lies now; whoever may still do it keeps it.

use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::fixture::{COUNTY, OTHER_GRID, OTHER_TOWN_VILLAGE, OTHER_VILLAGE, ROOF, TWO_SLOTS};
use harness::play::{Cast, give, now, person, steps, view};
use serde_json::json;

/// Somebody who dispatches in the whole county.
async fn chief(app: &App, cast: &Cast) -> Client {
    give(app, app.fixture.neighbour, "dispatcher", COUNTY).await;
    cast.neighbour.clone()
}

async fn moves(chief: &Client, id: &str, area: i64, status: &str) {
    now(&chief.command(id, "reclassify", json!({"areaId": area.to_string()})).await, status);
}

both!(claimed_or_begun_it_is_the_dispatchers_there, async |app| {
    let cast = Cast::of(app);
    let chief = chief(app, &cast).await;
    for id in [cast.claimed(ROOF).await, cast.working(ROOF).await] {
        let before = view(&cast.worker, &id).await;
        moves(&chief, &id, OTHER_TOWN_VILLAGE, "accepted").await;
        let seen = view(&cast.worker, &id).await;
        assert_eq!(seen["frozen"], true, "{seen}");
        cast.worker.get(&format!("/orders/{id}/contact")).await.refused(403, "FORBIDDEN");
        cast.worker.command(&id, "resolve", json!({"text": "好了"})).await.refused(403, "FORBIDDEN");
        let there = view(&cast.foreign_dispatcher, &id).await;
        assert_eq!(there["inbox"]["id"], OTHER_TOWN_VILLAGE.to_string());
        assert_eq!(there["attempt"].as_i64().unwrap(), before["attempt"].as_i64().unwrap() + 1);
        let told = steps(&cast.resident, &id).await;
        assert!(told.ends_with(&["reclassified".into(), "recalled".into()]), "{told:?}");
        now(&cast.foreign_dispatcher.command(&id, "dispatch", json!({})).await, "pooled");
        let dispatched = view(&cast.foreign_dispatcher, &id).await["attempt"].as_i64().unwrap();
        cast.worker.claim(&id, dispatched).await.refused(403, "NOT_ELIGIBLE");
    }
    assert_eq!(cast.worker.get("/me/orders").await.ok()["list"], json!([]));
});

both!(what_was_offered_or_assigned_is_so_no_more, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let chief = chief(app, &cast).await;
    let (pooled, attempt) = cast.pooled(ROOF).await;
    assert_eq!(cast.second_worker.get("/me/offers").await.ok()["list"].as_array().unwrap().len(), 1);
    moves(&chief, &pooled, OTHER_TOWN_VILLAGE, "accepted").await;
    cast.second_worker.claim(&pooled, attempt).await.refused(409, "OFFER_GONE");
    assert_eq!(cast.second_worker.get("/me/offers").await.ok()["list"], json!([]));
    let (assigned, attempt) = cast.assigned(ROOF, person(f.worker)).await;
    moves(&chief, &assigned, OTHER_TOWN_VILLAGE, "accepted").await;
    let late = cast.worker.command(&assigned, "acknowledge", json!({"attempt": attempt})).await;
    assert!(matches!(late.status, 403 | 409), "{late:?}");
    let (half, attempt) = cast.pooled(TWO_SLOTS).await;
    cast.worker.claim(&half, attempt).await.ok();
    moves(&chief, &half, OTHER_TOWN_VILLAGE, "accepted").await;
    assert_eq!(cast.second_worker.claim(&half, attempt).await.status, 409);
});

both!(within_reach_nothing_changes_for_them, async |app| {
    let cast = Cast::of(app);
    let chief = chief(app, &cast).await;
    for area in [OTHER_GRID, OTHER_VILLAGE] {
        let id = cast.working(ROOF).await;
        moves(&chief, &id, area, "in_progress").await;
        cast.worker.get(&format!("/orders/{id}/contact")).await.ok();
        now(&cast.worker.command(&id, "resolve", json!({"text": "好了"})).await, "pending_check");
        let (pooled, attempt) = cast.pooled(ROOF).await;
        moves(&chief, &pooled, area, "pooled").await;
        cast.worker.claim(&pooled, attempt).await.ok();
    }
});

both!(an_item_that_reaches_less_far_ends_it_too, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let item = json!({"code": "near", "name": "near", "group": "living", "board": "办事大厅", "rules": {"reach": "village"}});
    let item = app.client(f.admin).post("/service-items", item).await.ok()["id"].clone();
    let far = cast.assigned(ROOF, person(f.far_worker)).await.0;
    let near = cast.assigned(ROOF, person(f.other_worker)).await.0;
    let other = json!({"serviceItemId": item});
    now(&cast.dispatcher.command(&far, "reclassify", other.clone()).await, "accepted");
    now(&cast.dispatcher.command(&near, "reclassify", other).await, "assigned");
});
