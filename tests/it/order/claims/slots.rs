//! Orders for several people.

use super::stage::{events, holders, offered};
use futures_util::future::join_all;
use harness::both;
use harness::fixture::crowd;
use harness::fixture::{GRID, TWO_SLOTS, numbers};
use serde_json::json;
use std::collections::BTreeSet;

both!(thirty_race_for_twelve_slots, async |app| {
    let crowd = crowd::workers(app.database(), GRID, 30).unwrap();
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    let order = offered(&resident, &dispatcher, TWO_SLOTS, json!({"slots": 12})).await;
    let clients: Vec<_> = crowd.iter().map(|w| app.client(w.account)).collect();
    let answers = join_all(clients.iter().map(|c| c.claim(&order.id, order.attempt))).await;
    let slots: BTreeSet<i64> =
        answers.iter().filter(|a| a.status == 200).map(|a| a.ok()["slot"].as_i64().unwrap()).collect();
    assert_eq!(slots, (1..=12).collect(), "each slot once, nobody was sent away while one was left");
    assert_eq!(answers.iter().filter(|a| a.status == 200).count(), 12);
    for answer in answers.iter().filter(|a| a.status != 200) {
        answer.refused(409, "ORDER_ALREADY_CLAIMED");
    }
    assert_eq!(events(app.database(), order.key(), "claimed"), 12);
    let first = holders(app.database(), order.key())[0];
    let lead = format!("SELECT lead_id AS n FROM orders WHERE id = {}", order.id);
    assert_eq!(numbers(app.database(), &lead).unwrap(), [first]);
});

both!(a_holder_is_told_so_in_every_attempt_it_held, async |app| {
    let f = app.fixture;
    let (resident, dispatcher) = (app.client(f.resident), app.client(f.dispatcher));
    let (stays, goes) = (app.client(f.worker), app.client(f.second_worker));
    let order = offered(&resident, &dispatcher, TWO_SLOTS, json!({})).await;
    let first = stays.claim(&order.id, 1).await;
    let second = goes.claim(&order.id, 1).await;
    assert_eq!((&first.ok()["slot"], &second.ok()["slot"]), (&json!(1), &json!(2)));
    let released = goes.command(&order.id, "release", json!({"reason": "cannot_come"})).await;
    assert_eq!((&released.ok()["status"], &released.ok()["attempt"]), (&json!("pooled"), &json!(2)));
    let held = |answer: &serde_json::Value| (answer["slot"].clone(), answer["at"].clone());
    for attempt in [1, 2] {
        let again = stays.claim(&order.id, attempt).await;
        assert_eq!(held(again.ok()), held(first.ok()), "it holds its slot in attempt {attempt}");
    }
    assert_eq!(stays.get("/me/offers").await.ok()["list"], json!([]), "what one holds is no offer");
    assert_eq!(held(goes.claim(&order.id, 1).await.ok()), held(second.ok()), "it did win attempt 1");
    goes.claim(&order.id, 2).await.refused(403, "COOLING_DOWN");
    assert_eq!(app.client(f.third_worker).claim(&order.id, 2).await.ok()["slot"], 2);
    // given up later: what was answered stays
    let released = stays.command(&order.id, "release", json!({"reason": "cannot_come"})).await;
    assert_eq!(released.ok()["attempt"], 3);
    for attempt in [1, 2] {
        assert_eq!(held(stays.claim(&order.id, attempt).await.ok()), held(first.ok()));
    }
    goes.claim(&order.id, 2).await.refused(409, "ORDER_ALREADY_CLAIMED");
    stays.claim(&order.id, 3).await.refused(403, "COOLING_DOWN");
});
