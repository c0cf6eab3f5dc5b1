//! Two replicas on one PostgreSQL and one Redis: one that stands, and one that falls at a fail point.

mod clocks;
mod duplicates;
mod points;
mod pushes;
mod shut_out;
mod slow;
mod storage;

use crate::order::claims::stage::{accepted, count};
use harness::client::live::Socket;
use harness::client::remote::{client, settled, store};
use harness::client::{Answer, Client, new_key};
use harness::database::{Backend, Database};
use harness::fixture::{self, Fixture, UNCHECKED};
use harness::servers::diandan::Diandan;
use harness::servers::redis::Redis;
use harness::wait::eventually;
use serde_json::{Value, json};
use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

/// What is promised within a second; the rest is for a slow machine.
pub const PROMPT: Duration = Duration::from_secs(4);
/// Orders by which one of two replicas must have had its turn: each has it for every other one.
pub const TURNS: usize = 25;
const PATIENCE: Duration = Duration::from_secs(10);
const SIGKILL: i32 = 9;

/// The one that stands, with everybody and everything.
pub struct Replicas {
    pub database: Database,
    pub fixture: Fixture,
    pub standing: Diandan,
    redis: Redis,
}

impl Replicas {
    /// The county, and the replica that stands.
    pub async fn start() -> Self {
        let database = Backend::Postgres.database().unwrap();
        let fixture = fixture::plant(&database).unwrap();
        let redis = Redis::start().await.unwrap();
        let standing = another(&database, &redis, "").await;
        Self { database, fixture, standing, redis }
    }

    /// One more replica, with these fail points.
    pub async fn armed(&self, points: &str) -> Diandan {
        another(&self.database, &self.redis, points).await
    }

    /// A client of a replica.
    pub fn at(&self, server: &Diandan, account: i64) -> Client {
        client(&self.database, server.base_url(), account).unwrap()
    }

    /// A client of the replica that stands.
    pub fn here(&self, account: i64) -> Client {
        self.at(&self.standing, account)
    }

    /// An open socket at a replica.
    pub async fn socket(&self, server: &Diandan, account: i64) -> Socket {
        let mut socket = self.at(server, account).socket().await;
        socket.hello(&json!({})).await;
        socket
    }

    /// So many accepted orders, and nothing left to be told of them.
    pub async fn accepted(&self, orders: usize) -> Vec<String> {
        let (resident, dispatcher) = (self.here(self.fixture.resident), self.here(self.fixture.dispatcher));
        let mut ids = Vec::new();
        for _ in 0..orders {
            ids.push(accepted(&resident, &dispatcher, UNCHECKED).await);
        }
        settled(&store(&self.database).unwrap()).await.unwrap();
        ids
    }

    /// Times that an area's scope was told this of an order.
    pub fn told(&self, area: i64, kind: &str, order: &str) -> i64 {
        count(
            &self.database,
            &format!(
                "notification t JOIN scope s ON s.id = t.scope_id WHERE s.kind = 'area' AND s.ref_id = {area} \
                 AND t.kind = '{kind}' AND t.order_id = {order}"
            ),
        )
    }

    /// Everything is told, and the database proves itself.
    pub async fn sound(&self) {
        let store = store(&self.database).unwrap();
        settled(&store).await.unwrap();
        harness::database::audit::sound(&store, &self.database).await.unwrap();
    }
}

async fn another(database: &Database, redis: &Redis, points: &str) -> Diandan {
    let (url, redis) = (database.url(), redis.url());
    let env = [
        ("DIANDAN_DATABASE_URL", url.as_str()),
        ("DIANDAN_REDIS_URL", redis.as_str()),
        ("DIANDAN_WORKERS", "1"),
        ("FAILPOINTS", points),
    ];
    Diandan::start_api(&env).await.unwrap()
}

/// Asks the one that may fall, and without an answer the one that stands, with the same key.
pub async fn insist(falling: &Client, standing: &Client, path: &str, body: &Value) -> Answer {
    let key = new_key();
    match falling.try_post(path, &key, body).await {
        Ok(answer) => answer,
        Err(_cut_off) => {
            let again =
                eventually(PATIENCE, "an answer", async || match standing.try_post(path, &key, body).await {
                    Ok(answer) if answer.status != 503 => Ok(answer),
                    other => Err(format!("{other:?}")),
                });
            again.await.unwrap()
        }
    }
}

/// Whether it has fallen, given the moment that a process takes to end.
pub async fn has_fallen(server: &mut Diandan) -> bool {
    server.wait(Duration::from_millis(200)).await.is_ok()
}

/// It fell, and by the point: nothing was closed in good order.
pub async fn fell(server: &mut Diandan) {
    let status = server.wait(PATIENCE).await.unwrap();
    assert_eq!(status.signal(), Some(SIGKILL), "{}", server.log());
}

/// How often a socket was told this of an order.
pub fn heard(socket: &Socket, kind: &str, order: &str) -> usize {
    socket.seen.iter().filter(|m| m["t"] == kind && m["order"] == order).count()
}
