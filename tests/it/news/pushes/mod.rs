//! Pushes: who is told while the app is closed, how a push gets there, and what is seen of those that do not.

mod capped;
mod crashes;
mod endpoints;
mod made;
mod refused;
#[cfg(feature = "postgres")]
mod replicas;
mod tries;

use anyhow::Result;
use harness::app::{self, App};
use harness::database::Backend;
use harness::fixture::{numbers, run, texts};
use harness::servers::receiver::Receiver;
use harness::wait::eventually;
use std::time::Duration;

/// How long anything that is awaited here may take.
const DEADLINE: Duration = Duration::from_secs(20);

/// Runs a test body against a server that pushes to a receiver; `change` is of its configuration.
fn on(
    backend: Backend,
    change: impl FnOnce(&mut api::Config),
    body: impl AsyncFnOnce(&App, &Receiver),
) -> Result<()> {
    let receiver = Receiver::start()?;
    let config = |config: &mut api::Config| {
        config.push = receiver.config();
        change(config);
    };
    app::on_with(backend, config, async |app| body(app, &receiver).await)
}

/// Declares a test per backend: `pushed!(name, async |app, receiver| { … })`, with a change of the configuration in
/// between if wanted.
macro_rules! pushed {
    ($name:ident, $body:expr) => {
        crate::news::pushes::pushed!($name, |_as_it_is| {}, $body);
    };
    ($name:ident, $change:expr, $body:expr) => {
        mod $name {
            #[allow(unused_imports, reason = "not every test needs its file's imports")]
            use super::*;

            #[test]
            fn sqlite() {
                crate::news::pushes::on(harness::database::Backend::Sqlite, $change, $body).unwrap();
            }

            #[cfg(feature = "postgres")]
            #[test]
            fn postgres() {
                crate::news::pushes::on(harness::database::Backend::Postgres, $change, $body).unwrap();
            }
        }
    };
}
use pushed;

/// Lets so much time pass, and waits until every notification was looked through and no push is due.
async fn pass(app: &App, seconds: i64) {
    app.settled().await.unwrap();
    app.state.clock.advance(chrono::TimeDelta::seconds(seconds));
    app.state.pushes.notify_one();
    idle(app).await;
}

/// Waits until every notification was looked through and no push is due.
async fn idle(app: &App) {
    let done = eventually(DEADLINE, "the pushes to rest", async || {
        let unseen =
            numbers(app.database(), "SELECT count(*) AS n FROM scope WHERE pushed_seq < seq").unwrap()[0];
        let now = app.state.store.now().await.unwrap();
        let due = match app.backend {
            Backend::Sqlite => now.timestamp_micros().to_string(),
            #[cfg(feature = "postgres")]
            Backend::Postgres => format!("'{}'", now.to_rfc3339()),
        };
        let sql = format!("SELECT count(*) AS n FROM push_job WHERE state = 'waiting' AND due_at <= {due}");
        match (unseen, numbers(app.database(), &sql).unwrap()[0]) {
            (0, 0) => Ok(()),
            (unseen, due) => Err(format!("{unseen} scopes, {due} pushes")),
        }
    });
    done.await.unwrap();
}

/// How the pushes stand: `kind account state attempts error`, by key.
fn jobs(app: &App) -> Vec<String> {
    let sql = "SELECT kind || ' ' || account_id || ' ' || state || ' ' || attempts || ' ' || COALESCE(last_error, '-') \
               AS t FROM push_job ORDER BY id";
    texts(app.database(), sql).unwrap()
}

/// How the pushes of offers stand: `account state`, by account.
fn offers(app: &App) -> Vec<String> {
    let sql =
        "SELECT account_id || ' ' || state AS t FROM push_job WHERE kind = 'offer' ORDER BY account_id, id";
    texts(app.database(), sql).unwrap()
}

/// Says that a person has acknowledged everything that an area's scope was sent, as a socket would.
fn acknowledge(app: &App, account: i64, area: i64) {
    let now = now(app);
    let sql = format!(
        "INSERT INTO receipt (account_id, scope_id, acked, at) SELECT {account}, id, seq, {now} FROM scope \
         WHERE kind = 'area' AND ref_id = {area}"
    );
    run(app.database(), &sql).unwrap();
}

/// Says whether a person is on duty, and that they were seen `minutes` ago.
fn present(app: &App, account: i64, on_duty: bool, minutes: i64) {
    let seen = match app.backend {
        Backend::Sqlite => format!("{} - {minutes} * 60000000", now(app)),
        #[cfg(feature = "postgres")]
        Backend::Postgres => format!("now() - interval '{minutes} minutes'"),
    };
    let sql =
        format!("INSERT INTO presence (account_id, on_duty, seen_at) VALUES ({account}, {on_duty}, {seen})");
    run(app.database(), &sql).unwrap();
}

fn now(app: &App) -> &'static str {
    match app.backend {
        Backend::Sqlite => "CAST(strftime('%s','now') AS INTEGER) * 1000000",
        #[cfg(feature = "postgres")]
        Backend::Postgres => "now()",
    }
}
