//! Timers: replicas share them, each takes effect once, and what is taken and not fired comes back.

use super::stage::{accepted, count, events, holders, offered};
use futures_util::future::join_all;
use harness::app::App;
use harness::both;
use harness::fixture::ROOF;
use harness::wait::eventually;
use persistence::engine::database::target::Target;
use persistence::order::values::DueTimer;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

both!(one_timer_fired_by_many_takes_effect_once, async |app| {
    let f = app.fixture;
    let (resident, dispatcher) = (app.client(f.resident), app.client(f.dispatcher));
    let order = offered(&resident, &dispatcher, ROOF, json!({})).await;
    app.client(f.worker).claim(&order.id, 1).await.ok();
    app.state.clock.advance(chrono::TimeDelta::minutes(121));
    // past the lease as well: as if each were a replica that had taken it
    let expire = domain::order::Command::Expire { timer: domain::order::TimerKind::NoContact };
    let fired = join_all(
        (0..8).map(|_| api::order::apply::system(&app.state.shell, domain::OrderId(order.key()), &expire)),
    )
    .await;
    assert!(fired.iter().filter(|f| f.is_ok()).count() <= 1, "{fired:?}");
    eventually(Duration::from_secs(10), "the release", async || {
        match events(app.database(), order.key(), "released") {
            0 => Err("not yet"),
            _ => Ok(()),
        }
    })
    .await
    .unwrap();
    assert_eq!(events(app.database(), order.key(), "released"), 1);
    assert_eq!(holders(app.database(), order.key()), [0i64; 0]);
    app.client(f.worker).claim(&order.id, 2).await.refused(403, "COOLING_DOWN");
    app.client(f.second_worker).claim(&order.id, 2).await.ok();
});

both!(a_timer_that_is_set_again_is_nobodys, async |app| {
    let f = app.fixture;
    let (resident, dispatcher) = (app.client(f.resident), app.client(f.dispatcher));
    let id = accepted(&resident, &dispatcher, ROOF).await;
    let whom = json!({"assignee": {"kind": "person", "id": f.worker.to_string()}});
    dispatcher.command(&id, "assign", whom).await.ok();
    for times in 1..=2 {
        app.state.clock.advance(chrono::TimeDelta::minutes(11));
        let overdue = eventually(Duration::from_secs(10), "the complaint", async || {
            match events(app.database(), id.parse().unwrap(), "acknowledge_overdue") {
                n if n == times => Ok(()),
                n => Err(format!("{n} complaints")),
            }
        });
        overdue.await.unwrap();
        assert_eq!(
            count(app.database(), &format!("timer WHERE order_id = {id} AND leased_until IS NOT NULL")),
            0
        );
    }
});

both!(replicas_share_what_is_due, async |app| {
    let f = app.fixture;
    let (resident, dispatcher) = (app.client(f.resident), app.client(f.dispatcher));
    let mut orders = BTreeSet::new();
    for _ in 0..6 {
        let order = offered(&resident, &dispatcher, ROOF, json!({})).await;
        app.client(f.worker).claim(&order.id, 1).await.ok();
        orders.insert(order.key());
    }
    // in three hours, by hand: the server's own clock has not moved, so it fires nothing
    let later = app.state.clock.now() + chrono::TimeDelta::hours(3);
    let keys = |taken: &[DueTimer]| taken.iter().map(|t| t.order.0).collect::<BTreeSet<_>>();
    let [one, other] = at_once(app, later, 4);
    assert_eq!(one.len(), 4, "{one:?}");
    assert!(one.is_sorted_by_key(|t| t.due_at), "the most overdue first");
    assert_eq!(keys(&one).union(&keys(&other)).copied().collect::<BTreeSet<_>>(), orders);
    assert_eq!(other.len(), 2, "no timer is taken twice");
    assert_eq!(at_once(app, later, 10).map(|taken| taken.len()), [0, 0], "all are taken");
    let [again, _] = at_once(app, later + chrono::TimeDelta::seconds(2), 10);
    assert_eq!(keys(&again), orders, "whoever took them did not fire them");
    fixture_forget(app);
});

/// Takes due timers on two connections; on PostgreSQL the second does while the first has not committed.
fn at_once(app: &App, now: domain::At, limit: i64) -> [Vec<DueTimer>; 2] {
    match app.database().target().unwrap() {
        Target::Sqlite { path } => {
            use persistence::engine::database::sqlite::connect_writer;
            use persistence::sqlite::q;
            let connections = [connect_writer(&path).unwrap(), connect_writer(&path).unwrap()];
            connections.map(|mut c| q::order::timers::take_due(&mut c, now, limit).unwrap())
        }
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => {
            use diesel::connection::SimpleConnection;
            use persistence::engine::database::pg::connect;
            use persistence::pg::q;
            let [mut one, mut other] = [connect(&url).unwrap(), connect(&url).unwrap()];
            one.batch_execute("BEGIN").unwrap();
            let first = q::order::timers::take_due(&mut one, now, limit).unwrap();
            let second = q::order::timers::take_due(&mut other, now, limit).unwrap();
            one.batch_execute("COMMIT").unwrap();
            [first, second]
        }
    }
}

/// Leases of a time to come would keep the server away for hours.
fn fixture_forget(app: &App) {
    harness::fixture::run(app.database(), "UPDATE timer SET leased_until = NULL").unwrap();
}
