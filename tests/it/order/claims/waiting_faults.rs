//! Claims that wait for the order's row while a timer fires or their connection breaks.

use super::held::{Holder, claiming, cut_blocked, one, until_blocked};
use super::stage::{Offered, accepted, events, holders};
use domain::order::{Command, TimerKind};
use domain::people::Actor;
use harness::app::on;
use harness::database::Backend;
use harness::fixture::{ROOF, UNCHECKED};
use serde_json::json;

#[test]
fn a_claim_whose_connection_breaks_is_told_neither_won_nor_lost() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let holder = Holder::of(app, &order);
        let worker = app.client(app.fixture.worker);
        let claim = claiming(&worker, &order);
        until_blocked(app, 1).await;
        assert_eq!(cut_blocked(app), 1);
        claim.await.unwrap().refused(503, "CLAIM_RETRY");
        holder.commit();
        assert_eq!(holders(app.database(), order.key()), [0i64; 0]);
        assert_eq!(worker.claim(&order.id, order.attempt).await.ok()["result"], "won");
        assert_eq!(events(app.database(), order.key(), "claimed"), 1);
    })
    .unwrap();
}

#[test]
fn an_acknowledgement_and_its_timer_at_one_instant_both_count() {
    on(Backend::Postgres, async |app| {
        let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
        let id = accepted(&resident, &dispatcher, ROOF).await;
        let whom = json!({"assignee": {"kind": "person", "id": app.fixture.worker.to_string()}});
        let attempt = dispatcher.command(&id, "assign", whom).await.ok()["attempt"].as_i64().unwrap();
        let order = Offered { id, attempt };
        let mut holder = Holder::of(app, &order);
        app.state.clock.advance(chrono::TimeDelta::minutes(11));
        let (worker, id) = (app.client(app.fixture.worker), order.id.clone());
        let acknowledge =
            tokio::spawn(
                async move { worker.command(&id, "acknowledge", json!({"attempt": attempt})).await },
            );
        until_blocked(app, 1).await;
        holder.apply(Command::Expire { timer: TimerKind::Acknowledge }, Actor::System);
        holder.commit();
        assert_eq!(acknowledge.await.unwrap().ok()["result"], "won");
        assert_eq!(events(app.database(), order.key(), "acknowledge_overdue"), 1);
        assert_eq!(events(app.database(), order.key(), "acknowledged"), 1);
        assert_eq!(holders(app.database(), order.key()), [app.fixture.worker]);
    })
    .unwrap();
}
