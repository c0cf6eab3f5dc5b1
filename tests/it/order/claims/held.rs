//! An order whose row another transaction holds, so that claims wait for it.
//!
//! The other transaction is a connection of the test's own: it locks the row, the server's claim is seen waiting in
//! `pg_stat_activity`, then it changes the order through the same write path as the server, and commits.

use super::stage::{Offered, offered};
use diesel::Connection;
use diesel::connection::SimpleConnection;
use domain::order::{Command, Facts, Status};
use domain::people::{Actor, Role, RoleSet};
use domain::{AccountId, OrderId};
use harness::app::App;
use harness::client::{Answer, Client};
use harness::fixture;
use harness::wait::eventually;
use persistence::engine::database::pg::Conn;
use persistence::order::claims::{ClaimAsk, Outcome};
use persistence::order::values::Attachments;
use persistence::pg::q;
use serde_json::json;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Claim statements that wait for a lock, and will: several at once are given up after 50 ms (`order/claim/together.rs`), and
/// each is asked anew alone, of what it sees then. One that has waited this long is alone.
const WAITING: &str = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' \
    AND query LIKE 'WITH p AS%UPDATE orders%' AND clock_timestamp() - query_start > interval '200 milliseconds'";

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
        conn.batch_execute(&format!("BEGIN; SELECT 1 FROM orders WHERE id = {} FOR UPDATE", order.id))
            .unwrap();
        Self { app, order: OrderId(order.key()), conn }
    }

    /// Decides a command and writes it, uncommitted.
    pub fn apply(&mut self, command: Command, actor: Actor) {
        let case = q::order::cases::read(&mut self.conn, &self.app.state.clock, self.order, None).unwrap();
        let order = case.loaded.order;
        let everyone = RoleSet::of(&[Role::Dispatcher, Role::Supervisor]);
        let named = match &command {
            Command::Widen { scopes } => scopes.clone(),
            Command::Assign { assignee } => vec![assignee.scope()],
            _ => Vec::new(),
        };
        let facts = Facts { inbox_roles: everyone, rules: case.rules, ..Facts::default() };
        // a command that names nobody knows nothing of what is around: an escalation finds nobody new
        let facts = if named.is_empty() {
            facts
        } else {
            let read = q::order::targets::read(&mut self.conn, Some(self.order), &named).unwrap();
            Facts { ancestors: read.ancestors, targets: read.standings, ..facts }
        };
        let decision = domain::order::decide(&order, &command, actor, &facts, case.now).unwrap();
        q::order::commit::commit(&mut self.conn, &order, &decision, Attachments::default()).unwrap();
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

/// Claims as another replica would: straight at the database.
pub fn beside(app: &App, order: &Offered, account: i64) -> JoinHandle<Outcome> {
    let store = app.state.store.clone();
    let (order, attempt, account) =
        (OrderId(order.key()), order.attempt.try_into().unwrap(), AccountId(account));
    let ask = ClaimAsk { order, attempt, account, from: Status::Pooled, key: None };
    tokio::spawn(async move { store.claim(ask).await.unwrap() })
}

/// Waits until so many claim statements wait for a lock.
pub async fn until_blocked(app: &App, claims: i64) {
    let waiting = format!("SELECT count(*) AS n FROM {WAITING}");
    eventually(Duration::from_secs(4), "the claims to wait for the row", async || {
        match fixture::numbers(app.database(), &waiting).unwrap()[0] {
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

/// Cuts the connections of the claims that wait.
pub fn cut_blocked(app: &App) -> usize {
    // picked first: the planner would ask every session of the server, other tests' too, before it knows the database
    let cut = format!(
        "WITH w AS MATERIALIZED (SELECT pid FROM {WAITING}) SELECT pid::bigint AS n FROM w WHERE pg_terminate_backend(pid)"
    );
    fixture::numbers(app.database(), &cut).unwrap().len()
}
