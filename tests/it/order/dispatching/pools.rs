//! Pools: dispatch, again, wider, back; slots; release and the cool-down.

use chrono::TimeDelta;
use harness::both;
use harness::fixture::{OTHER_GRID, ROOF, TWO_SLOTS};
use harness::play::{Cast, attempt_of, now, view};
use serde_json::json;

both!(a_ring_is_added_and_earlier_candidates_stay, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(ROOF).await;
    cast.volunteer.claim(&id, attempt).await.refused(403, "NOT_ELIGIBLE");
    let empty = cast.dispatcher.command(&id, "widen", json!({"scopes": []})).await;
    empty.names("scopes");
    let unknown = json!({"scopes": [{"kind": "team", "id": "1"}, {"kind": "team", "id": "987"}]});
    let unknown = cast.dispatcher.command(&id, "widen", unknown).await;
    unknown.refused(422, "VALIDATION_FAILED");
    unknown.names("scopes[1]");
    let team = json!({"scopes": [{"kind": "team", "id": "1"}]});
    assert_eq!(attempt_of(&cast.dispatcher.command(&id, "widen", team).await), attempt);
    assert_eq!(cast.volunteer.claim(&id, attempt).await.ok()["result"], "won");
    let lost = cast.worker.claim(&id, attempt).await;
    assert_eq!(lost.refused(409, "ORDER_ALREADY_CLAIMED")["detail"]["by"], "冯**");
});

both!(dispatched_again_the_old_offer_is_over, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(ROOF).await;
    let there = json!({"scopes": [{"kind": "area", "id": OTHER_GRID.to_string()}]});
    let again = cast.dispatcher.command(&id, "redispatch", there).await;
    assert_eq!(attempt_of(&again), attempt + 1);
    cast.worker.claim(&id, attempt).await.refused(409, "OFFER_GONE");
    cast.worker.claim(&id, attempt + 1).await.refused(403, "NOT_ELIGIBLE");
    let seen = view(&cast.other_worker, &id).await;
    assert!(seen.get("detail").is_none(), "a candidate of another grid reads the brief: {seen}");
    assert_eq!(cast.other_worker.claim(&id, attempt + 1).await.ok()["slot"], 1);
});

both!(recalled_every_offer_is_closed, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(ROOF).await;
    let recalled = cast.dispatcher.command(&id, "recall", json!({"reason": "more_information"})).await;
    now(&recalled, "accepted");
    cast.worker.claim(&id, attempt).await.refused(409, "OFFER_GONE");
    assert_eq!(cast.worker.get("/me/offers").await.ok()["list"], json!([]));
    assert_eq!(cast.worker.get("/me/badges").await.ok()["offers"], 0);
});

both!(two_slots_two_holders_and_no_third, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(TWO_SLOTS).await;
    assert_eq!(cast.worker.claim(&id, attempt).await.ok()["slot"], 1);
    assert_eq!(view(&cast.dispatcher, &id).await["filled"], 1);
    assert_eq!(cast.worker.claim(&id, attempt).await.ok()["slot"], 1, "nobody holds two");
    assert_eq!(cast.second_worker.claim(&id, attempt).await.ok()["slot"], 2);
    cast.third_worker.claim(&id, attempt).await.refused(409, "ORDER_ALREADY_CLAIMED");
    now(&cast.second_worker.command(&id, "contact", json!({})).await, "in_progress");
    let not_lead = cast.second_worker.command(&id, "resolve", json!({"text": "好了"})).await;
    not_lead.refused(403, "FORBIDDEN");
    now(&cast.worker.command(&id, "resolve", json!({"text": "好了"})).await, "resolved");
});

both!(the_remainder_is_closed, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(TWO_SLOTS).await;
    cast.dispatcher.command(&id, "close-remainder", json!({})).await.refused(409, "WRONG_STATE");
    cast.worker.claim(&id, attempt).await.ok();
    now(&cast.dispatcher.command(&id, "close-remainder", json!({})).await, "claimed");
    let seen = view(&cast.dispatcher, &id).await;
    assert_eq!((&seen["slots"], &seen["filled"]), (&json!(1), &json!(1)));
    assert_eq!(cast.second_worker.claim(&id, attempt).await.status, 409);
});

both!(a_released_slot_is_offered_again, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(TWO_SLOTS).await;
    cast.worker.claim(&id, attempt).await.ok();
    cast.second_worker.claim(&id, attempt).await.ok();
    let released = cast.worker.command(&id, "release", json!({"reason": "cannot_come"})).await;
    now(&released, "pooled");
    assert_eq!(attempt_of(&released), attempt + 1);
    let seen = view(&cast.dispatcher, &id).await;
    assert_eq!(seen["detail"]["handlers"].as_array().unwrap().len(), 1, "the other claim lives on");
    let again = cast.worker.claim(&id, attempt + 1).await;
    assert!(again.refused(403, "COOLING_DOWN")["detail"]["until"].as_str().unwrap().ends_with("+08:00"));
    assert_eq!(cast.third_worker.claim(&id, attempt + 1).await.ok()["slot"], 1);
});

both!(the_cool_down_ends, async |app| {
    let cast = Cast::of(app);
    let id = cast.claimed(ROOF).await;
    let released = cast.worker.command(&id, "release", json!({"reason": "beyond_skill"})).await;
    let attempt = attempt_of(&released);
    cast.worker.claim(&id, attempt).await.refused(403, "COOLING_DOWN");
    let offered = view(&cast.worker, &id).await;
    assert!(!offered["allowedActions"].to_string().contains("\"claim\""), "{offered}");
    app.state.clock.advance(TimeDelta::minutes(31));
    let worker = app.client(app.fixture.worker);
    assert_eq!(worker.claim(&id, attempt).await.ok()["result"], "won");
});

both!(a_dispatch_names_its_slots, async |app| {
    let cast = Cast::of(app);
    let id = cast.accepted(ROOF).await;
    for slots in [0, 51, -1] {
        let refused = cast.dispatcher.command(&id, "dispatch", json!({ "slots": slots })).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names("slots");
    }
    let dispatched = cast.dispatcher.command(&id, "dispatch", json!({"slots": 2})).await;
    let attempt = attempt_of(&dispatched);
    cast.worker.claim(&id, attempt).await.ok();
    assert_eq!(cast.second_worker.claim(&id, attempt).await.ok()["slot"], 2);
});
