//! Time passing: each timer fires by itself once the clock is there.

use std::time::Duration;

use chrono::TimeDelta;
use harness::app::App;
use harness::both;
use harness::fixture::ROOF;
use harness::play::{Cast, attempt_of, now, person, steps};
use harness::wait::eventually;
use serde_json::json;

/// Moves the clock and waits until the dispatcher reads this as the order's last step. Tokens are new: the clock
/// ends those from before.
async fn later(app: &App, id: &str, by: TimeDelta, step: &str) -> serde_json::Value {
    app.state.clock.advance(by);
    let dispatcher = app.client(app.fixture.dispatcher);
    eventually(Duration::from_secs(10), step, async || {
        let steps = steps(&dispatcher, id).await;
        if steps.last().is_some_and(|last| last == step) { Ok(()) } else { Err(format!("{steps:?}")) }
    })
    .await
    .unwrap();
    harness::play::view(&dispatcher, id).await
}

/// Still the same a look of the timers later: a second order whose timer is due has fired meanwhile.
async fn undisturbed(app: &App, id: &str, by: TimeDelta, step: &str) {
    let cast = Cast::of(app);
    let witness = cast.placed(ROOF).await;
    cast.dispatcher.command(&witness, "ask-info", json!({"text": "？"})).await.ok();
    later(app, &witness, by, "withdrawn").await;
    assert_eq!(steps(&app.client(app.fixture.dispatcher), id).await.last().unwrap(), step);
}

both!(an_unanswered_question_withdraws_the_order, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    now(&cast.dispatcher.command(&id, "ask-info", json!({"text": "在哪？"})).await, "need_info");
    let seen = later(app, &id, TimeDelta::days(3) + TimeDelta::seconds(1), "withdrawn").await;
    assert_eq!(seen["status"], "withdrawn");
    assert!(seen["detail"]["timeline"][2].get("by").is_none(), "by the system: {seen}");
});

both!(an_answered_question_does_not, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    cast.dispatcher.command(&id, "ask-info", json!({"text": "在哪？"})).await.ok();
    cast.resident.command(&id, "supply-info", json!({"text": "主卧"})).await.ok();
    undisturbed(app, &id, TimeDelta::days(4), "info_supplied").await;
});

both!(silence_closes_a_resolved_order, async |app| {
    let cast = Cast::of(app);
    let id = cast.resolved(ROOF).await;
    let seen = later(app, &id, TimeDelta::days(7) + TimeDelta::seconds(1), "silence_closed").await;
    assert_eq!(seen["status"], "closed");
    assert!(seen["detail"].get("score").is_none(), "silence is not satisfaction");
    let resident = app.client(app.fixture.resident);
    let dispute = json!({"reason": "not_done", "text": "没修"});
    now(&resident.command(&id, "dispute", dispute).await, "disputed");
});

both!(after_the_window_nothing_is_disputed, async |app| {
    let cast = Cast::of(app);
    let id = cast.resolved(ROOF).await;
    later(app, &id, TimeDelta::days(16), "silence_closed").await;
    let resident = app.client(app.fixture.resident);
    let dispute = json!({"reason": "not_done", "text": "没修"});
    resident.command(&id, "dispute", dispute).await.refused(409, "WINDOW_OVER");
    let rating = json!({"score": 3, "solved": true});
    resident.command(&id, "rate", rating).await.refused(409, "WINDOW_OVER");
});

both!(a_suspension_ends_by_itself, async |app| {
    let cast = Cast::of(app);
    let id = cast.working(ROOF).await;
    let until = (app.state.clock.now() + TimeDelta::days(2)).to_rfc3339();
    let body = json!({"reason": "weather", "until": until});
    cast.worker.command(&id, "request-suspend", body).await.ok();
    cast.dispatcher.command(&id, "grant-request", json!({})).await.ok();
    let seen = later(app, &id, TimeDelta::days(2) + TimeDelta::seconds(1), "suspension_ended").await;
    assert!(seen["detail"].get("suspendedUntil").is_none(), "{seen}");
    assert_eq!(seen["overdue"], false, "the limit of three days slept for two");
    let worker = app.client(app.fixture.worker);
    now(&worker.command(&id, "resolve", json!({"text": "好了"})).await, "pending_check");
});

both!(no_contact_in_time_releases_the_claim, async |app| {
    let cast = Cast::of(app);
    let id = cast.claimed(ROOF).await;
    let seen = later(app, &id, TimeDelta::minutes(120) + TimeDelta::seconds(1), "released").await;
    assert_eq!((&seen["status"], &seen["filled"]), (&json!("pooled"), &json!(0)));
    let attempt = seen["attempt"].as_i64().unwrap();
    app.client(app.fixture.worker).claim(&id, attempt).await.refused(403, "COOLING_DOWN");
    app.client(app.fixture.second_worker).claim(&id, attempt).await.ok();
});

both!(contact_in_time_keeps_the_claim, async |app| {
    let cast = Cast::of(app);
    let id = cast.working(ROOF).await;
    undisturbed(app, &id, TimeDelta::days(4), "contacted").await;
});

both!(an_assignee_who_does_not_acknowledge_is_noted_and_stays, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.assigned(ROOF, person(app.fixture.worker)).await;
    let seen = later(app, &id, TimeDelta::minutes(10) + TimeDelta::seconds(1), "acknowledge_overdue").await;
    assert_eq!(seen["status"], "assigned");
    let worker = app.client(app.fixture.worker);
    worker.command(&id, "acknowledge", json!({ "attempt": attempt })).await.ok();
    let contact = worker.command(&id, "contact", json!({})).await;
    assert_eq!(attempt_of(&contact), attempt);
});
