//! The ladder: nobody claims it, so more people are offered it, and at last the dispatcher sees to it.

use std::time::Duration;

use chrono::{TimeDelta, Timelike};
use domain::OrderId;
use domain::order::{Command, TimerKind};
use futures_util::future::join_all;
use harness::app::App;
use harness::both;
use harness::fixture::{self, OTHER_GRID, ROOF, TOWN, TWO_SLOTS, VILLAGE};
use harness::play::{Cast, attempt_of, steps, view};
use harness::wait::eventually;
use serde_json::{Value, json};

/// Moves the clock and waits until the dispatcher reads this as the order's last step, and as a new one. Clients are new:
/// the clock ends the log-ins from before.
async fn later(app: &App, id: &str, seconds: i64, step: &str) -> Value {
    let before = steps(&app.client(app.fixture.dispatcher), id).await.len();
    app.state.clock.advance(TimeDelta::seconds(seconds));
    let dispatcher = app.client(app.fixture.dispatcher);
    eventually(Duration::from_secs(10), step, async || {
        let steps = steps(&dispatcher, id).await;
        let new = steps.len() > before && steps.last().is_some_and(|last| last == step);
        if new { Ok(()) } else { Err(format!("{steps:?}")) }
    })
    .await
    .unwrap();
    view(&dispatcher, id).await
}

/// Whatever is due fires, and this is still the order's last step.
async fn undisturbed(app: &App, id: &str, seconds: i64, step: &str) {
    app.state.clock.advance(TimeDelta::seconds(seconds));
    api::order::jobs::timers::fire(&app.state).await;
    assert_eq!(steps(&app.client(app.fixture.dispatcher), id).await.last().unwrap(), step);
}

/// The order's live escalations.
fn escalations(app: &App, id: &str) -> usize {
    let sql = format!("SELECT order_id AS n FROM timer WHERE order_id = {id} AND kind = 'escalation'");
    fixture::numbers(app.database(), &sql).unwrap().len()
}

async fn next(app: &App, id: &str) -> Value {
    app.client(app.fixture.dispatcher).get(&format!("/orders/{id}/offers")).await.ok()["next"].clone()
}

fn area(id: i64) -> Value {
    json!({"kind": "area", "id": id.to_string()})
}

both!(community_town_dispatcher, async |app| {
    let cast = Cast::of(app);
    let far = app.client(app.fixture.far_worker);
    let (id, attempt) = cast.pooled(ROOF).await;
    undisturbed(app, &id, 60, "dispatched").await;
    cast.other_worker.claim(&id, attempt).await.refused(403, "NOT_ELIGIBLE");
    later(app, &id, 61, "widened").await;
    assert_eq!(
        cast.other_worker.get("/me/offers").await.ok()["list"][0]["order"],
        *id,
        "the community is offered it"
    );
    far.claim(&id, attempt).await.refused(403, "NOT_ELIGIBLE");
    later(app, &id, 181, "widened").await;
    assert_eq!(far.get("/me/offers").await.ok()["list"][0]["order"], *id, "the town is offered it");
    assert!(!steps(&cast.resident, &id).await.contains(&"widened".to_owned()), "among staff");
    let seen = later(app, &id, 301, "left_unclaimed").await;
    assert_eq!((&seen["status"], &seen["attempt"]), (&json!("pooled"), &json!(attempt)));
    assert!(seen["detail"]["unclaimedAt"].as_str().unwrap().ends_with("+08:00"));
    assert_eq!(
        seen["detail"]["timeline"].as_array().unwrap().last().unwrap()["kindText"],
        "无人认领，待直接指派"
    );
    assert_eq!(escalations(app, &id), 0);
    cast.pooled(ROOF).await;
    let unclaimed = cast.dispatcher.get("/orders?unclaimed=true&total=true").await;
    assert_eq!((&unclaimed.ok()["total"], &unclaimed.ok()["list"][0]["id"]), (&json!(1), &json!(id)));
    let resident = view(&cast.resident, &id).await;
    assert!(
        resident["sentence"].as_str().unwrap().ends_with("无人认领，将由西郊社区直接指派。"),
        "{resident}"
    );
    assert!(resident["detail"].get("unclaimedAt").is_none(), "{resident}");
    assert_eq!(far.claim(&id, attempt).await.ok()["result"], "won", "it may still be claimed");
    assert!(view(&cast.dispatcher, &id).await["detail"].get("unclaimedAt").is_none());
});

both!(the_last_step_directs_it_to_somebody, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let ladder = json!({"steps": [], "lastAfterS": 60, "lastTo": {"kind": "unit", "id": "1"}});
    let item = json!({"code": "burst", "name": "水管爆裂", "group": "living", "board": "办事大厅", "rules": {"ladder": ladder}});
    let item =
        app.client(f.admin).post("/service-items", item).await.ok()["id"].as_str().unwrap().parse().unwrap();
    let id = cast.accepted(item).await;
    let unit = json!({"kind": "unit", "id": "1", "name": "物业公司"});
    let preview = cast.dispatcher.command(&id, "dispatch/preview", json!({})).await;
    assert_eq!(preview.ok()["assigned"]["who"], unit);
    assert!(preview.ok().get("dispatcherAt").is_none(), "{preview:?}");
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", json!({})).await);
    let coming = next(app, &id).await;
    assert_eq!((&coming["what"], &coming["scopes"]), (&json!("assign"), &json!([unit])));
    let seen = later(app, &id, 61, "assigned").await;
    assert_eq!((&seen["status"], &seen["attempt"]), (&json!("assigned"), &json!(attempt + 1)));
    let (cast, handler) = (Cast::of(app), app.client(f.unit_handler));
    cast.worker.claim(&id, attempt).await.refused(409, "OFFER_GONE");
    assert_eq!(handler.get("/me/offers").await.ok()["list"][0]["order"], *id);
    let taken = handler.command(&id, "acknowledge", json!({"attempt": attempt + 1})).await;
    assert_eq!(taken.ok()["result"], "won");
});

both!(a_dispatch_names_its_rings, async |app| {
    let cast = Cast::of(app);
    let id = cast.accepted(ROOF).await;
    let team = json!({"scopes": [{"kind": "team", "id": "1"}], "afterS": 30});
    let body = json!({"slots": 2, "rings": [team, {"scopes": [area(OTHER_GRID)], "afterS": 40}]});
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", body).await);
    cast.volunteer.claim(&id, attempt).await.refused(403, "NOT_ELIGIBLE");
    later(app, &id, 31, "widened").await;
    assert_eq!(cast.volunteer.claim(&id, attempt).await.ok()["slot"], 1);
    assert_eq!(escalations(app, &id), 1, "a slot is free");
    later(app, &id, 41, "widened").await;
    assert_eq!(cast.other_worker.claim(&id, attempt).await.ok()["slot"], 2);
    assert_eq!(escalations(app, &id), 0, "a won claim leaves none");
    undisturbed(app, &id, 400, "claimed").await;
});

both!(rings_that_make_no_sense_change_nothing, async |app| {
    let cast = Cast::of(app);
    let (id, (offered, _)) = (cast.accepted(ROOF).await, cast.pooled(ROOF).await);
    let before = view(&cast.dispatcher, &offered).await;
    let team = json!({"kind": "team", "id": "1"});
    let ring = |after: i64| json!({"scopes": [team], "afterS": after});
    for (rings, field) in [
        (json!([ring(60), ring(60), ring(60), ring(60), ring(60), ring(60)]), "rings"),
        (json!([ring(60), ring(0)]), "rings[1].afterS"),
        (json!([ring(86_401)]), "rings[0].afterS"),
        (json!([ring(-1)]), "rings[0].afterS"),
        (json!([{"scopes": [], "afterS": 60}]), "rings[0].scopes"),
        (json!([{"scopes": vec![team.clone(); 51], "afterS": 60}]), "rings[0].scopes"),
        (json!([{"scopes": [{"kind": "house", "id": "1"}], "afterS": 60}]), "rings[0].scopes[0].kind"),
        (
            json!([ring(60), {"scopes": [team, {"kind": "team", "id": "987"}], "afterS": 60}]),
            "rings[1].scopes[1]",
        ),
        (json!([{"scopes": [team]}]), "rings[0]"),
    ] {
        for (id, command) in [
            (&id, "dispatch"),
            (&offered, "redispatch"),
            (&id, "dispatch/preview"),
            (&offered, "dispatch/preview"),
        ] {
            let refused = cast.dispatcher.command(id, command, json!({"rings": rings})).await;
            assert!(matches!(refused.status, 400 | 422), "{refused:?}");
            let named = refused.body["errors"][0]["field"].as_str().unwrap_or_default().to_owned();
            assert!(named.starts_with(field), "{field}: {refused:?}");
        }
    }
    assert_eq!(view(&cast.dispatcher, &id).await["status"], "accepted");
    assert_eq!(view(&cast.dispatcher, &offered).await, before);
    assert_eq!(escalations(app, &id), 0);
});

both!(dispatched_again_it_begins_at_the_bottom, async |app| {
    let cast = Cast::of(app);
    let (id, _) = cast.pooled(ROOF).await;
    later(app, &id, 121, "widened").await;
    assert_eq!(next(app, &id).await["scopes"][0]["id"], TOWN.to_string());
    let again = json!({"rings": [{"scopes": [{"kind": "team", "id": "1"}], "afterS": 50}]});
    cast.dispatcher.command(&id, "redispatch", again).await.ok();
    assert_eq!(next(app, &id).await["scopes"][0]["name"], "红色志愿队");
    cast.dispatcher.command(&id, "redispatch", json!({})).await.ok();
    assert_eq!(next(app, &id).await["scopes"][0]["id"], VILLAGE.to_string());
    cast.dispatcher.command(&id, "recall", json!({"reason": "wrong_dispatch"})).await.ok();
    assert_eq!((next(app, &id).await, escalations(app, &id)), (Value::Null, 0));
});

both!(released_it_goes_on, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(ROOF).await;
    later(app, &id, 121, "widened").await;
    cast.other_worker.claim(&id, attempt).await.ok();
    assert_eq!(escalations(app, &id), 0);
    cast.other_worker.command(&id, "release", json!({"reason": "cannot_come"})).await.ok();
    assert_eq!(next(app, &id).await["scopes"][0]["id"], TOWN.to_string());
    later(app, &id, 181, "widened").await;
});

both!(a_suspension_stops_it, async |app| {
    let cast = Cast::of(app);
    let (id, _) = cast.pooled(ROOF).await;
    let until = (app.state.clock.now() + TimeDelta::minutes(10)).to_rfc3339();
    let body = json!({"reason": "weather", "until": until});
    cast.dispatcher.command(&id, "request-suspend", body).await.ok();
    cast.second_dispatcher.command(&id, "grant-request", json!({})).await.ok();
    assert_eq!((next(app, &id).await, escalations(app, &id)), (Value::Null, 0));
    later(app, &id, 601, "suspension_ended").await;
    assert_eq!(escalations(app, &id), 1);
    later(app, &id, 121, "widened").await;
});

/// `HH:MM` in Shanghai so many minutes from now.
fn clock_time(app: &App, minutes: i64) -> String {
    let then = app.state.clock.now() + TimeDelta::hours(8) + TimeDelta::minutes(minutes);
    format!("{:02}:{:02}", then.hour(), then.minute())
}

both!(quiet_hours_hold_it_back_unless_it_is_urgent, async |app| {
    let (from, to) = (clock_time(app, -5), clock_time(app, 60));
    let quiet = json!({"code": "quiet", "name": "夜间勿扰", "group": "living", "board": "办事大厅",
        "rules": {"ladder": {"quiet": {"from": from, "to": to}}}});
    let item = app.client(app.fixture.admin).post("/service-items", quiet).await;
    let item: i64 = item.ok()["id"].as_str().unwrap().parse().unwrap();
    let cast = Cast::of(app);
    let (id, _) = cast.pooled(item).await;
    let at = next(app, &id).await["at"].as_str().unwrap().to_owned();
    assert!(at.contains(&format!("T{to}:00.000")), "{at}");
    let urgent = cast.placed(item).await;
    cast.dispatcher.command(&urgent, "accept", json!({"priority": "urgent"})).await.ok();
    cast.dispatcher.command(&urgent, "dispatch", json!({})).await.ok();
    later(app, &urgent, 121, "widened").await;
    undisturbed(app, &id, 0, "dispatched").await;
    later(app, &id, 3_600, "widened").await;
});

both!(fired_by_many_it_takes_effect_once, async |app| {
    let cast = Cast::of(app);
    let (id, _) = cast.pooled(TWO_SLOTS).await;
    let order = OrderId(id.parse().unwrap());
    app.state.clock.advance(TimeDelta::seconds(121));
    // past the lease as well: as if each were a replica that had taken it
    let expire = Command::Expire { timer: TimerKind::Escalation };
    let fired = join_all((0..8).map(|_| api::order::apply::system(&app.state.shell, order, &expire))).await;
    assert!(fired.iter().filter(|f| f.is_ok()).count() <= 1, "{fired:?}");
    let widened = fixture::numbers(
        app.database(),
        &format!("SELECT count(*) AS n FROM order_event WHERE order_id = {id} AND kind = 'widened'"),
    );
    assert_eq!(widened.unwrap(), [1]);
    assert_eq!(app.state.store.read_case(order, None).await.unwrap().loaded.order.ring, 1);
});

both!(what_an_earlier_version_left_behind_is_removed, async |app| {
    let cast = Cast::of(app);
    let id = cast.claimed(ROOF).await;
    let past = "SELECT created_at FROM account LIMIT 1";
    // its claims did not know of escalations
    let stale = format!(
        "INSERT INTO timer (order_id, kind, attempt, step, due_at) VALUES ({id}, 'escalation', 1, 0, ({past}));
         INSERT INTO timer (order_id, kind, attempt, step, due_at) VALUES ({id}, 'of_a_later_one', 1, 0, ({past}))"
    );
    fixture::run(app.database(), &stale).unwrap();
    eventually(Duration::from_secs(10), "the timer to be dropped", async || match escalations(app, &id) {
        0 => Ok(()),
        n => Err(format!("{n} left")),
    })
    .await
    .unwrap();
    assert_eq!(steps(&cast.dispatcher, &id).await.last().unwrap(), "claimed");
    let unknown =
        format!("SELECT order_id AS n FROM timer WHERE order_id = {id} AND kind = 'of_a_later_one'");
    assert_eq!(fixture::numbers(app.database(), &unknown).unwrap().len(), 1, "left to who knows it");
    fixture::run(
        app.database(),
        &format!("DELETE FROM timer WHERE order_id = {id} AND kind = 'of_a_later_one'"),
    )
    .unwrap();
});

both!(each_fires_and_none_early, async |app| {
    let cast = Cast::of(app);
    let ring = json!({"rings": [{"scopes": [{"kind": "team", "id": "1"}], "afterS": 1}]});
    let mut orders = Vec::new();
    for _ in 0..24 {
        let id = cast.accepted(ROOF).await;
        cast.dispatcher.command(&id, "dispatch", ring.clone()).await.ok();
        orders.push(OrderId(id.parse().unwrap()));
    }
    let mut late = Vec::new();
    for order in orders {
        let history = eventually(Duration::from_secs(20), "the ring", async || {
            let history = app.state.store.history(order).await.unwrap();
            if history.len() == 4 { Ok(history) } else { Err(history.len()) }
        });
        let history = history.await.unwrap();
        late.push((history[3].at - history[2].at).num_milliseconds() - 1_000);
    }
    late.sort_unstable();
    println!("milliseconds late: {late:?}");
    assert!(late[0] >= 0, "never early: {late:?}");
});
