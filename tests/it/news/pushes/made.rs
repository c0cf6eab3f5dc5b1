//! Who is pushed to: those who did not acknowledge in time, are on duty, and may still do something about it.

use super::{acknowledge, jobs, offers, pass, present, pushed};
use harness::both;
use harness::fixture::{GRID, OTHER_GRID, TWO_SLOTS, UNCHECKED, VILLAGE, numbers};
use harness::play::{Cast, DOOR, NAME, PHONE, person};
use serde_json::json;

pushed!(an_offer_nobody_acknowledges_is_pushed, async |app, receiver| {
    let f = app.fixture;
    let (id, attempt) = Cast::of(app).pooled(UNCHECKED).await;
    app.settled().await.unwrap();
    let early = app.state.store.make_pushes(app.state.config.push.rule()).await.unwrap();
    assert_eq!(early.jobs, 0, "they have five seconds to acknowledge");
    pass(app, 6).await;
    assert_eq!(receiver.told("offer"), [f.worker, f.second_worker, f.third_worker, f.leader]);
    for push in receiver.got() {
        assert!(push.is_signed(), "{push:?}");
        assert_eq!(push.header("content-type"), "application/json");
        assert_eq!(push.body["id"], push.id());
        assert!(push.id().starts_with("e0-"), "{push:?}");
        assert_eq!((&push.body["orderId"], &push.body["version"]), (&json!(id), &json!(3)));
        assert_eq!(push.body["attempt"], attempt);
        assert!(push.body["at"].as_str().unwrap().ends_with("+08:00"));
        assert_eq!(push.body.as_object().unwrap().len(), 8, "ids and words only");
        for personal in [NAME, PHONE, DOOR, "王小明", "屋顶漏水"] {
            assert!(!push.raw.contains(personal), "{push:?}");
        }
    }
    // of what the dispatcher did to it, the resident is told the last
    assert_eq!(receiver.told("changed"), [f.resident]);
    pass(app, 60).await;
    assert_eq!(receiver.got().len(), 5, "once");
    let seen = Cast::of(app).dispatcher.get(&format!("/orders/{id}/offers")).await;
    let scope = &seen.ok()["rings"][0]["scopes"][0];
    assert_eq!((&scope["reached"], &scope["seen"]), (&json!(4), &json!(0)), "the dispatcher knows");
});

pushed!(who_acknowledged_or_is_off_duty_is_left_alone, async |app, receiver| {
    let f = app.fixture;
    Cast::of(app).pooled(UNCHECKED).await;
    app.settled().await.unwrap();
    acknowledge(app, f.worker, GRID);
    present(app, f.second_worker, false, 1);
    present(app, f.third_worker, true, 1);
    pass(app, 6).await;
    assert_eq!(receiver.told("offer"), [f.third_worker, f.leader]);
    // what was acknowledged is not the next one
    Cast::of(app).pooled(UNCHECKED).await;
    pass(app, 6).await;
    assert_eq!(receiver.told("offer").iter().filter(|who| **who == f.worker).count(), 1);
});

pushed!(an_offer_that_is_over_is_not_pushed, async |app, receiver| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(UNCHECKED).await;
    app.settled().await.unwrap();
    cast.worker.claim(&id, attempt).await.ok();
    let (recalled, _) = cast.pooled(UNCHECKED).await;
    app.settled().await.unwrap();
    cast.dispatcher.command(&recalled, "recall", json!({"reason": "wrong_dispatch"})).await.ok();
    pass(app, 6).await;
    assert_eq!(receiver.told("offer"), [0i64; 0]);
    assert_eq!(receiver.told("changed"), [app.fixture.resident; 2]);
});

pushed!(a_slot_that_is_left_is_pushed_to_the_others, async |app, receiver| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let (id, attempt) = cast.pooled(TWO_SLOTS).await;
    app.settled().await.unwrap();
    cast.worker.claim(&id, attempt).await.ok();
    pass(app, 6).await;
    assert_eq!(receiver.told("offer"), [f.second_worker, f.third_worker, f.leader]);
});

pushed!(nobody_hears_of_what_they_did_themselves, async |app, receiver| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let id = cast.placed(UNCHECKED).await;
    pass(app, 6).await;
    assert_eq!(jobs(app), [""; 0], "placing it is no news to the resident");
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    pass(app, 6).await;
    assert_eq!(receiver.told("changed"), [f.resident]);
    cast.dispatcher.command(&id, "dispatch", json!({})).await.ok();
    app.settled().await.unwrap();
    cast.worker.claim(&id, 1).await.ok();
    cast.worker.command(&id, "contact", json!({})).await.ok();
    pass(app, 6).await;
    assert_eq!(receiver.told("changed"), [f.resident; 2], "the worker knows what he does");
    assert_eq!(receiver.got_of("changed").last().unwrap().body["version"], 5);
});

pushed!(one_offer_is_one_push_a_person, async |app, receiver| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let id = cast.accepted(UNCHECKED).await;
    let scopes = json!({"scopes": [{"kind": "area", "id": GRID.to_string()}, {"kind": "area", "id": VILLAGE.to_string()}]});
    cast.dispatcher.command(&id, "dispatch", scopes).await.ok();
    pass(app, 6).await;
    let village = [f.worker, f.second_worker, f.third_worker, f.other_worker, f.leader];
    assert_eq!(receiver.told("offer"), village);
    // a wider ring is the same offer to those who know it
    let wider = json!({"scopes": [{"kind": "area", "id": OTHER_GRID.to_string()}]});
    cast.dispatcher.command(&id, "widen", wider).await.ok();
    pass(app, 6).await;
    assert_eq!(receiver.told("offer"), village);
    // a new attempt is a new one, but not to whoever gave it up
    cast.worker.claim(&id, 1).await.ok();
    app.settled().await.unwrap();
    cast.worker.command(&id, "release", json!({"reason": "cannot_come"})).await.ok();
    pass(app, 6).await;
    let again = receiver.got_of("offer").split_off(village.len());
    let mut told: Vec<i64> = again.iter().map(|push| push.account()).collect();
    told.sort_unstable();
    assert_eq!(told, village[1..]);
    assert!(again.iter().all(|push| push.body["attempt"] == 2));
});

pushed!(a_directed_order_is_pushed_to_its_assignee, async |app, receiver| {
    let (cast, f) = (Cast::of(app), app.fixture);
    cast.assigned(UNCHECKED, person(f.other_worker)).await;
    pass(app, 6).await;
    assert_eq!(receiver.told("offer"), [f.other_worker]);
});

pushed!(a_push_is_put_aside_when_nobody_needs_it_any_more, async |app, receiver| {
    use harness::servers::receiver::Reply;
    let (cast, f) = (Cast::of(app), app.fixture);
    receiver.always(Reply::Status(500));
    let (id, attempt) = cast.pooled(UNCHECKED).await;
    pass(app, 6).await;
    acknowledge(app, f.third_worker, GRID);
    present(app, f.leader, false, 1);
    let tried = receiver.got_of("offer").len();
    assert_eq!(tried, 4);
    receiver.always(Reply::Status(200));
    pass(app, 7).await;
    assert_eq!(receiver.got_of("offer").len(), tried + 2, "the two who neither know nor rest");
    assert_eq!(offers(app), ["3 sent", "4 sent", "5 moot", "8 moot"]);
    // and one that is claimed between two tries
    receiver.always(Reply::Status(500));
    let (other, _) = cast.pooled(UNCHECKED).await;
    pass(app, 6).await;
    cast.worker.claim(&other, 1).await.ok();
    cast.second_worker.claim(&id, attempt).await.ok();
    receiver.always(Reply::Status(200));
    let tried = receiver.got_of("offer").len();
    pass(app, 7).await;
    assert_eq!(receiver.got_of("offer").len(), tried);
});

both!(nothing_is_made_without_a_receiver, async |app| {
    let (cast, store) = (Cast::of(app), &app.state.store);
    cast.pooled(UNCHECKED).await;
    app.settled().await.unwrap();
    app.state.clock.advance(chrono::TimeDelta::seconds(6));
    // as if one were configured from now on: what is past stays so
    store.set_pushes(true).await.unwrap();
    let rule = api::config::PushConfig::default().rule();
    assert_eq!(store.make_pushes(rule).await.unwrap(), Default::default());
    assert_eq!(jobs(app), [""; 0]);
    cast.pooled(UNCHECKED).await;
    app.settled().await.unwrap();
    store.set_pushes(true).await.unwrap();
    app.state.clock.advance(chrono::TimeDelta::seconds(6));
    let made = store.make_pushes(rule).await.unwrap();
    assert_eq!((made.jobs, made.capped.len()), (5, 0), "a restart forgets nothing");
    assert_eq!(store.make_pushes(rule).await.unwrap().scopes, 0);
    store.set_pushes(false).await.unwrap();
    assert_eq!(numbers(app.database(), "SELECT count(*) AS n FROM meta WHERE key = 'pushes'").unwrap(), [0]);
});
