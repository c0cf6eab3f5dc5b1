//! One process on the embedded database, killed at a point and started again: what was acknowledged is there once, what
//! was not can be asked for again, and a client that comes back with its cursor is told everything once.

use crate::faults::replicas::{fell, heard};
use crate::order::claims::stage::{Offered, accepted, events, holders, offered};
use harness::client::live::Socket;
use harness::client::new_key;
use harness::client::remote::{client, store};
use harness::database::{Backend, Database};
use harness::fixture::{self, Fixture, UNCHECKED, numbers};
use harness::servers::diandan::Diandan;
use harness::wait::eventually;
use serde_json::{Value, json};
use std::time::Duration;

struct House {
    database: Database,
    fixture: Fixture,
    folder: String,
}

impl House {
    fn new() -> Self {
        let database = Backend::Sqlite.database().unwrap();
        let fixture = fixture::plant(&database).unwrap();
        let folder = database.data_dir().unwrap().to_str().unwrap().to_owned();
        Self { database, fixture, folder }
    }

    async fn server(&self, points: &str) -> Diandan {
        let url = self.database.url();
        let env = [
            ("DIANDAN_DATABASE_URL", url.as_str()),
            ("DIANDAN_DATA_DIR", self.folder.as_str()),
            ("FAILPOINTS", points),
        ];
        Diandan::start_api(&env).await.unwrap()
    }

    fn at(&self, server: &Diandan, account: i64) -> harness::client::Client {
        client(&self.database, server.base_url(), account).unwrap()
    }

    async fn socket(&self, server: &Diandan, account: i64, cursor: &Value) -> Socket {
        let mut socket = self.at(server, account).socket().await;
        socket.hello(cursor).await;
        socket
    }

    async fn settled(&self) {
        eventually(Duration::from_secs(10), "the outbox to drain", async || {
            match numbers(&self.database, "SELECT count(*) AS n FROM outbox").unwrap()[0] {
                0 => Ok(()),
                n => Err(format!("{n} rows")),
            }
        })
        .await
        .unwrap();
    }

    /// The last server is gone, and the database proves itself.
    async fn sound(&self, mut last: Diandan) {
        self.settled().await;
        last.kill9().unwrap();
        harness::database::audit::sound(&store(&self.database).unwrap(), &self.database).await.unwrap();
    }
}

async fn dispatched_and_told(point: &str) {
    let house = House::new();
    let f = house.fixture;
    let mut first = house.server("").await;
    let id = accepted(&house.at(&first, f.resident), &house.at(&first, f.dispatcher), UNCHECKED).await;
    house.settled().await;
    let cursor = house.socket(&first, f.worker, &json!({})).await.cursor();
    first.kill9().unwrap();

    let mut falling = house.server(&format!("{point}=return(kill)")).await;
    let (path, key) = (format!("/orders/{id}/dispatch"), new_key());
    let answered = house.at(&falling, f.dispatcher).try_post(&path, &key, &json!({})).await;
    fell(&mut falling).await;

    let last = house.server("").await;
    let mut worker = house.socket(&last, f.worker, &cursor).await;
    let again = house.at(&last, f.dispatcher).post_keyed(&path, &key, json!({})).await;
    if let Ok(answer) = answered {
        assert_eq!(answer.ok(), again.ok(), "what was acknowledged is there");
    }
    worker.until("offer", |m| m["order"] == id.as_str()).await;
    house.settled().await;
    worker.say(&json!({"t": "ping"})).await;
    worker.until("ping", |_| true).await;
    assert_eq!(
        (heard(&worker, "offer", &id), worker.seen.iter().filter(|m| m["t"] == "snap").count()),
        (1, 0)
    );
    worker.whole();
    assert_eq!(events(&house.database, id.parse().unwrap(), "dispatched"), 1);
    house.sound(last).await;
}

#[tokio::test]
async fn killed_before_the_commit() {
    dispatched_and_told("outbox.written").await;
}

#[tokio::test]
async fn killed_between_the_commit_and_the_sequencer() {
    dispatched_and_told("command.committed").await;
}

#[tokio::test]
async fn killed_in_the_pass() {
    dispatched_and_told("sequencer.written").await;
}

#[tokio::test]
async fn killed_between_the_pass_and_whoever_is_told() {
    dispatched_and_told("sequencer.committed").await;
}

#[tokio::test]
async fn killed_between_a_claim_and_its_answer() {
    let house = House::new();
    let f = house.fixture;
    let mut first = house.server("").await;
    let people = [house.at(&first, f.resident), house.at(&first, f.dispatcher)];
    let Offered { id, attempt } = offered(&people[0], &people[1], UNCHECKED, json!({})).await;
    first.kill9().unwrap();

    let mut falling = house.server("claim.committed=return(kill)").await;
    let (path, key, body) = (format!("/orders/{id}/claim"), new_key(), json!({ "attempt": attempt }));
    let unanswered = house.at(&falling, f.worker).try_post(&path, &key, &body).await;
    assert!(unanswered.is_err(), "{unanswered:?}");
    fell(&mut falling).await;

    let last = house.server("").await;
    let other = house.at(&last, f.second_worker).claim(&id, attempt).await;
    other.refused(409, "ORDER_ALREADY_CLAIMED");
    let again = house.at(&last, f.worker).post_keyed(&path, &key, body).await;
    assert_eq!(again.ok()["result"], "won");
    let order: i64 = id.parse().unwrap();
    assert_eq!(
        (events(&house.database, order, "claimed"), holders(&house.database, order)),
        (1, vec![f.worker])
    );
    house.sound(last).await;
}

/// A panic within the writer's batch: 503 and nothing kept; the writer goes on, and the same key is carried out.
#[tokio::test]
async fn a_panic_in_the_writers_batch() {
    let house = House::new();
    let f = house.fixture;
    // the third write of an order's events: after those of placing and accepting
    let server = house.server("outbox.written=2*off->1*panic").await;
    let (resident, dispatcher) = (house.at(&server, f.resident), house.at(&server, f.dispatcher));
    let id = accepted(&resident, &dispatcher, UNCHECKED).await;
    let (path, key) = (format!("/orders/{id}/dispatch"), new_key());
    let refused = dispatcher.post_keyed(&path, &key, json!({})).await;
    assert_eq!((refused.status, refused.retry_after.is_some()), (503, true), "{refused:?}");
    assert_eq!(events(&house.database, id.parse().unwrap(), "dispatched"), 0);
    assert_eq!(dispatcher.post_keyed(&path, &key, json!({})).await.ok()["status"], "pooled");
    assert_eq!(events(&house.database, id.parse().unwrap(), "dispatched"), 1);
    house.sound(server).await;
}

/// A test that names a point that is none would wait for its fall in vain, or not at all.
#[test]
fn a_point_that_is_none_is_named() {
    let env = [("FAILPOINTS", "claim.comitted=return(kill)")];
    let refused = harness::servers::diandan::command(&env).unwrap().arg("healthcheck").output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("claim.comitted"), "{said}");
}
