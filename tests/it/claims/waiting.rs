//! Claims that wait for the order's row while another transaction holds it: what decides is what that one commits.
//!
//! The other transaction is a connection of the test's own: it locks the row, the server's claim is seen waiting in
//! `pg_stat_activity`, then it changes the order through the same write path as the server, and commits.

use super::stage::{Offered, events, holders, offered};
use domain::actor::{Actor, Role, RoleSet};
use domain::dispatch::Scope;
use domain::order::{Command, Facts};
use domain::order::timer::TimerKind;
use domain::reason::Reason;
use domain::{AccountId, AreaId, OrderId};
use harness::app::{App, on};
use harness::client::{Answer, Client};
use harness::crowd;
use harness::database::Backend;
use harness::fixture::{self, GRID, OTHER_GRID, ROOF, UNCHECKED};
use harness::wait::eventually;
use persistence::pg::{Conn, q};
use persistence::values::Attachments;
use diesel::Connection;
use diesel::connection::SimpleConnection;
use serde_json::json;
use std::time::Duration;
use tokio::task::JoinHandle;

/// A transaction that holds an order's row.
pub struct Holder<'a> {
    app: &'a App,
    order: OrderId,
    conn: Conn,
}

impl<'a> Holder<'a> {
    /// Begins, and locks the row.
    pub fn of(app: &'a App, order: &Offered) -> Self {
        // not the server's own connect: its sessions may not be idle in a transaction
        let mut conn = Conn::establish(&app.database().url()).unwrap();
        conn.batch_execute(&format!("BEGIN; SELECT 1 FROM orders WHERE id = {} FOR UPDATE", order.id)).unwrap();
        Self { app, order: OrderId(order.key()), conn }
    }

    /// Decides a command and writes it, uncommitted.
    pub fn apply(&mut self, command: Command, actor: Actor) {
        let order = q::orders::load(&mut self.conn, self.order).unwrap().order;
        let everyone = RoleSet::of(&[Role::Dispatcher, Role::Supervisor]);
        let facts = Facts {
            inbox_roles: everyone,
            rules: q::catalogue::rules(&mut self.conn, order.service_item).unwrap(),
            ..Facts::default()
        };
        let now = persistence::pg::now(&mut self.conn, &self.app.state.clock).unwrap();
        let decision = domain::order::decide(&order, &command, actor, &facts, now).unwrap();
        q::commit::commit(&mut self.conn, &order, &decision, Attachments::default()).unwrap();
    }

    /// Commits and lets the others go on.
    pub fn commit(mut self) {
        self.conn.batch_execute("COMMIT").unwrap();
    }
}

/// Claims in a task of its own.
pub fn claiming(client: &Client, order: &Offered) -> JoinHandle<Answer> {
    let (client, id, attempt) = (client.clone(), order.id.clone(), order.attempt);
    tokio::spawn(async move { client.claim(&id, attempt).await })
}

/// Waits until so many claim statements wait for a lock.
pub async fn until_blocked(app: &App, claims: i64) {
    let waiting = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() \
        AND wait_event_type = 'Lock' AND query LIKE 'WITH p AS%UPDATE orders%'";
    eventually(Duration::from_secs(4), "the claims to wait for the row", async || {
        match fixture::numbers(app.database(), waiting).unwrap()[0] {
            n if n == claims => Ok(()),
            n => Err(format!("{n} wait")),
        }
    })
    .await
    .unwrap();
}

/// An offered order, and whoever is asked to act on it.
pub async fn one(app: &App, item: i64) -> Offered {
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    offered(&resident, &dispatcher, item, json!({})).await
}

fn person(account: i64) -> Actor {
    Actor::Person(AccountId(account))
}

/// Lets a worker's claim wait while `change` happens to the order, and returns its answer.
async fn meanwhile(app: &App, order: &Offered, change: impl FnOnce(&mut Holder<'_>)) -> Answer {
    let mut holder = Holder::of(app, order);
    let claim = claiming(&app.client(app.fixture.worker), order);
    until_blocked(app, 1).await;
    change(&mut holder);
    holder.commit();
    claim.await.unwrap()
}

fn lose_role(app: &App, account: i64) {
    fixture::run(app.database(), &format!("DELETE FROM role_binding WHERE account_id = {account}")).unwrap();
    crowd::refresh(app.database(), &[account]).unwrap();
}

#[test]
fn a_member_removed_meanwhile_does_not_win() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let answer = meanwhile(app, &order, |holder| {
            lose_role(app, app.fixture.worker);
            holder.apply(Command::Redispatch { scopes: vec![Scope::Area(AreaId(GRID))] }, Actor::System);
        });
        answer.await.refused(403, "NOT_ELIGIBLE");
        assert_eq!(holders(app.database(), order.key()), [0i64; 0]);
        let colleague = app.client(app.fixture.second_worker);
        assert_eq!(colleague.claim(&order.id, order.attempt + 1).await.ok()["result"], "won");
    })
    .unwrap();
}

/// Why the attempt has to rise: the waiting statement's membership is its old snapshot's.
#[test]
fn a_member_removed_meanwhile_would_win_if_the_attempt_stayed() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let answer = meanwhile(app, &order, |_| lose_role(app, app.fixture.worker)).await;
        assert_eq!(answer.ok()["result"], "won");
    })
    .unwrap();
}

#[test]
fn a_ring_widened_meanwhile_does_not_lose_an_earlier_candidates_claim() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let wider = Command::Widen { scopes: vec![Scope::Area(AreaId(OTHER_GRID))] };
        let answer = meanwhile(app, &order, |holder| holder.apply(wider, Actor::System)).await;
        assert_eq!(answer.ok()["result"], "won");
        let late = app.client(app.fixture.other_worker).claim(&order.id, order.attempt).await;
        assert_eq!(late.refused(409, "ORDER_ALREADY_CLAIMED")["detail"]["by"], "张**");
    })
    .unwrap();
}

#[test]
fn an_order_recalled_meanwhile_is_gone() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let recall = Command::Recall { reason: Reason::WrongDispatch };
        let dispatcher = person(app.fixture.dispatcher);
        let answer = meanwhile(app, &order, |holder| holder.apply(recall, dispatcher)).await;
        answer.refused(409, "OFFER_GONE");
        assert_eq!(events(app.database(), order.key(), "claimed"), 0);
    })
    .unwrap();
}

#[test]
fn an_order_withdrawn_meanwhile_is_gone() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let withdraw = Command::Withdraw { reason: Reason::Mistake };
        let resident = person(app.fixture.resident);
        let answer = meanwhile(app, &order, |holder| holder.apply(withdraw, resident)).await;
        answer.refused(409, "OFFER_GONE");
        assert_eq!(events(app.database(), order.key(), "claimed"), 0);
    })
    .unwrap();
}

#[test]
fn an_order_suspended_meanwhile_is_not_won() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let until = app.state.clock.now() + chrono::TimeDelta::hours(1);
        let request = Command::RequestSuspend { reason: Reason::Weather, until };
        let answer = meanwhile(app, &order, |holder| {
            holder.apply(request, person(app.fixture.dispatcher));
            holder.apply(Command::GrantRequest, person(app.fixture.supervisor));
        });
        answer.await.refused(409, "OFFER_GONE");
        let new = app.client(app.fixture.worker).claim(&order.id, order.attempt + 1).await;
        new.refused(409, "SUSPENDED");
    })
    .unwrap();
}

#[test]
fn an_order_directed_to_somebody_else_meanwhile_is_gone() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let assignee = domain::dispatch::Assignee::Person(AccountId(app.fixture.second_worker));
        let answer = meanwhile(app, &order, |holder| holder.apply(Command::Assign { assignee }, Actor::System));
        answer.await.refused(409, "OFFER_GONE");
    })
    .unwrap();
}

#[test]
fn an_acknowledgement_and_its_timer_at_one_instant_both_count() {
    on(Backend::Postgres, async |app| {
        let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
        let id = super::stage::accepted(&resident, &dispatcher, ROOF).await;
        let whom = json!({"assignee": {"kind": "person", "id": app.fixture.worker.to_string()}});
        let attempt = dispatcher.command(&id, "assign", whom).await.ok()["attempt"].as_i64().unwrap();
        let order = Offered { id, attempt };
        let mut holder = Holder::of(app, &order);
        app.state.clock.advance(chrono::TimeDelta::minutes(11));
        let (worker, id) = (app.client(app.fixture.worker), order.id.clone());
        let acknowledge =
            tokio::spawn(async move { worker.command(&id, "acknowledge", json!({"attempt": attempt})).await });
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
