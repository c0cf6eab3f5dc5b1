//! Requests: asked by one, decided by another.

use chrono::TimeDelta;
use harness::both;
use harness::fixture::ROOF;
use harness::play::{Cast, now, person, steps, view};
use serde_json::json;

fn in_days(app: &harness::app::App, days: i64) -> String {
    (app.state.clock.now() + TimeDelta::days(days)).to_rfc3339()
}

both!(a_suspension_is_asked_for_and_granted_by_a_second_person, async |app| {
    let cast = Cast::of(app);
    let id = cast.working(ROOF).await;
    for days in [-1, 91] {
        let body = json!({"reason": "weather", "until": in_days(app, days)});
        let refused = cast.worker.command(&id, "request-suspend", body).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names("until");
    }
    let body = json!({"reason": "weather", "until": in_days(app, 2), "text": "等天晴"});
    now(&cast.worker.command(&id, "request-suspend", body.clone()).await, "in_progress");
    cast.worker.command(&id, "request-suspend", body).await.refused(409, "REQUEST_PENDING");
    assert_eq!(view(&cast.dispatcher, &id).await["detail"]["request"]["ask"]["kind"], "suspend");
    assert!(view(&cast.resident, &id).await["detail"].get("request").is_none(), "a matter among staff");
    assert_eq!(cast.worker.command(&id, "grant-request", json!({})).await.status, 403);
    now(&cast.dispatcher.command(&id, "grant-request", json!({})).await, "in_progress");
    let seen = view(&cast.resident, &id).await;
    assert!(seen["detail"]["suspendedUntil"].as_str().unwrap().ends_with("+08:00"));
    assert!(seen["sentence"].as_str().unwrap().contains("挂起"), "{seen}");
    let early = cast.worker.command(&id, "resolve", json!({"text": "好了"})).await;
    early.refused(409, "SUSPENDED");
    assert!(!steps(&cast.resident, &id).await.contains(&"requested".to_owned()));
});

both!(a_dispatcher_who_asks_does_not_grant, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(ROOF).await;
    let body = json!({"reason": "resident_away", "until": in_days(app, 1)});
    cast.dispatcher.command(&id, "request-suspend", body).await.ok();
    cast.dispatcher.command(&id, "grant-request", json!({})).await.refused(403, "OWN_CASE");
    cast.second_dispatcher.command(&id, "grant-request", json!({})).await.ok();
    cast.worker.claim(&id, attempt).await.refused(409, "OFFER_GONE");
    assert_eq!(
        cast.worker.get("/me/offers").await.ok()["list"],
        json!([]),
        "suspended orders are not offered"
    );
});

both!(an_extension_moves_the_limit, async |app| {
    let cast = Cast::of(app);
    let id = cast.working(ROOF).await;
    let due = |view: &serde_json::Value| {
        let text = view["detail"]["due"]["resolveAt"].as_str().unwrap().to_owned();
        chrono::DateTime::parse_from_rfc3339(&text).unwrap()
    };
    let before = due(&view(&cast.worker, &id).await);
    for minutes in [0, 129_601] {
        let body = json!({"reason": "large_works", "minutes": minutes});
        cast.worker.command(&id, "request-extend", body).await.names("minutes");
    }
    let body = json!({"reason": "large_works", "minutes": 90});
    cast.worker.command(&id, "request-extend", body.clone()).await.ok();
    cast.dispatcher.command(&id, "refuse-request", json!({"text": "不必"})).await.ok();
    assert_eq!(due(&view(&cast.worker, &id).await), before);
    cast.worker.command(&id, "request-extend", body).await.ok();
    cast.dispatcher.command(&id, "grant-request", json!({})).await.ok();
    assert_eq!(due(&view(&cast.worker, &id).await) - before, TimeDelta::minutes(90));
    cast.dispatcher.command(&id, "grant-request", json!({})).await.refused(409, "NO_REQUEST");
});

both!(after_two_refusals_the_supervisor_rules_on_the_hand_back, async |app| {
    let cast = Cast::of(app);
    let (id, _) = cast.assigned(ROOF, person(app.fixture.worker)).await;
    let body = json!({"reason": "not_our_duty", "text": "属住建局"});
    cast.second_worker.command(&id, "request-hand-back", body.clone()).await.refused(403, "FORBIDDEN");
    for _ in 0..2 {
        now(&cast.worker.command(&id, "request-hand-back", body.clone()).await, "assigned");
        now(&cast.dispatcher.command(&id, "refuse-request", json!({})).await, "assigned");
    }
    cast.worker.command(&id, "request-hand-back", body).await.ok();
    for third in ["grant-request", "refuse-request"] {
        cast.dispatcher.command(&id, third, json!({})).await.refused(403, "SUPERVISOR_RULES");
    }
    now(&cast.supervisor.command(&id, "grant-request", json!({})).await, "accepted");
    assert!(view(&cast.dispatcher, &id).await["detail"].get("assignee").is_none());
});

both!(a_hand_back_is_granted_by_the_dispatcher, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.assigned(ROOF, json!({"kind": "unit", "id": "1"})).await;
    cast.unit_handler.command(&id, "request-hand-back", json!({"reason": "wrong_place"})).await.ok();
    now(&cast.dispatcher.command(&id, "grant-request", json!({})).await, "accepted");
    let late = cast.unit_handler.command(&id, "acknowledge", json!({ "attempt": attempt })).await;
    late.refused(409, "OFFER_GONE");
});
