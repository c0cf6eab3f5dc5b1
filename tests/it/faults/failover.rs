//! A failover that loses the end of the history: an asynchronous standby that had not heard of the last offers is promoted.
//! Replicas live on and come to it. Their logs, which were further, begin anew; whoever is connected is told what comes
//! next at once, and nothing of what was remembered of the lost part is answered.

use crate::order::claims::stage::offered;
use harness::app::App;
use harness::client::Client;
use harness::client::live::Socket;
use harness::database::Database;
use harness::fixture::{self, Fixture, GRID, UNCHECKED, numbers_at};
use harness::play::order;
use harness::servers::postgres::{Durability, Postgres};
use harness::servers::redis::Redis;
use harness::wait::eventually;
use persistence::news::queue::Queue;
use persistence::news::queue::memory::Memory;
use persistence::news::queue::redis::Streams;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);
/// What is promised within a second; the rest is for a slow machine.
const PROMPT: Duration = Duration::from_secs(3);
/// Offers that the standby never hears of.
const LOST: usize = 4;

/// A primary that is followed, and an address that leads to whichever of the two takes writes.
struct Cluster {
    primary: Postgres,
    standby: Postgres,
    database: Arc<Database>,
    fixture: Fixture,
}

impl Cluster {
    fn start() -> Self {
        let primary = Postgres::start(Durability::Durable).unwrap();
        let planted = Database::on(&primary).unwrap();
        let fixture = fixture::plant(&planted).unwrap();
        let standby = primary.standby().unwrap();
        let host = |server: &Postgres| {
            let url = server.url("diandan");
            url.split_once('@').and_then(|(_, rest)| rest.split_once('/')).unwrap().0.to_owned()
        };
        let (one, other) = (host(&primary), host(&standby));
        let url = format!("postgres://diandan@{one},{other}/diandan?target_session_attrs=read-write");
        Self { primary, standby, database: Arc::new(Database::Elsewhere(url)), fixture }
    }

    async fn serve(&self, queue: Box<dyn Queue>) -> App {
        App::join(&self.database, self.fixture, queue).await.unwrap()
    }

    /// Waits until the standby has all there is.
    async fn followed(&self) {
        const SAID: &str = "SELECT (SELECT count(*) FROM order_event) + (SELECT count(*) FROM notification) * 10000 \
            + (SELECT count(*) FROM session) * 100000000 AS n";
        eventually(PATIENCE, "the standby to follow", async || {
            let [here, there] = [&self.primary, &self.standby]
                .map(|server| numbers_at(&server.url("diandan"), SAID).unwrap());
            if here == there { Ok(()) } else { Err(format!("{here:?} and {there:?}")) }
        })
        .await
        .unwrap();
    }

    /// From now on the standby hears of nothing.
    async fn cut(&self) {
        let url = self.standby.url("postgres");
        for statement in ["ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()"] {
            fixture::run_at(&url, statement).unwrap();
        }
        eventually(PATIENCE, "the standby to stop listening", async || {
            match numbers_at(&url, "SELECT count(*) AS n FROM pg_stat_wal_receiver").unwrap()[..] {
                [0] => Ok(()),
                _ => Err("it listens"),
            }
        })
        .await
        .unwrap();
    }

    fn fail_over(&mut self) {
        self.primary.kill9().unwrap();
        fixture::run_at(&self.standby.url("postgres"), "SELECT pg_promote()").unwrap();
    }
}

/// Waits until it goes through, a few times in a row.
async fn serves(resident: &Client) {
    eventually(PATIENCE, "orders to be placed again", async || {
        for _ in 0..8 {
            let answer = resident.post("/orders", order(UNCHECKED)).await;
            if !matches!(answer.status, 200 | 201) {
                return Err(answer.raw);
            }
        }
        Ok(())
    })
    .await
    .unwrap();
}

/// Waits until the client knows of the order's offer: as news, or among those that stand.
async fn knows(socket: &mut Socket, order: &str) {
    let tells = |message: &Value| match message["t"].as_str() {
        Some("offer") => message["order"] == order,
        Some("snap") => {
            message["open"].as_array().is_some_and(|open| open.iter().any(|o| o["order"] == order))
        }
        _ => false,
    };
    if socket.seen.iter().any(tells) {
        return;
    }
    let told = async { while !tells(&socket.next().await.unwrap()) {} };
    let in_time = tokio::time::timeout(PROMPT, told).await;
    assert!(in_time.is_ok(), "{order} was not told within {PROMPT:?}: {:#?}", socket.seen);
}

async fn a_lost_end(mut cluster: Cluster, apps: Vec<App>) {
    let f = cluster.fixture;
    let (first, last) = (apps.first().unwrap(), apps.last().unwrap());
    let people = [last.client(f.resident), last.client(f.dispatcher)];
    let rivals = [last.client(f.worker), last.client(f.second_worker)];
    let mut sockets = Vec::new();
    for app in &apps {
        let mut socket = app.client(f.worker).socket().await;
        socket.hello(&json!({})).await;
        sockets.push(socket);
    }
    let come_back = first.client(f.worker);
    let offer = async || offered(&people[0], &people[1], UNCHECKED, json!({})).await;
    let kept = offer().await;
    for socket in &mut sockets {
        socket.until("offer", |m| m["order"] == kept.id.as_str()).await;
    }
    cluster.followed().await;
    cluster.cut().await;
    for _ in 0..LOST {
        let lost = offer().await;
        for socket in &mut sockets {
            socket.until("offer", |m| m["order"] == lost.id.as_str()).await;
        }
    }
    // won, and remembered here, in the part that is lost
    rivals[0].claim(&kept.id, kept.attempt).await.ok();
    rivals[1].claim(&kept.id, kept.attempt).await.refused(409, "ORDER_ALREADY_CLAIMED");
    rivals[1].claim(&kept.id, kept.attempt).await.refused(409, "ORDER_ALREADY_CLAIMED");
    let old = sockets[0].cursor();

    cluster.fail_over();
    serves(&people[0]).await;
    for round in 0..3 {
        let next = offer().await;
        let since = Instant::now();
        for socket in &mut sockets {
            // the numbers that were lost are given again: what was read under the old ones is no receipt
            socket.say(&json!({"t": "ack", "cur": old})).await;
            knows(socket, &next.id).await;
        }
        println!("round {round}: told after {:?}", since.elapsed());
    }
    let (scope, before) = (format!("a{GRID}"), &old[format!("a{GRID}")][0]);
    for socket in &sockets {
        socket.whole();
        let anew = |m: &&Value| m["t"] == "snap" && m["s"] == scope.as_str() && m["epoch"] != *before;
        assert_eq!(socket.seen.iter().filter(anew).count(), 1, "started over, once: {:#?}", socket.seen);
    }
    let mut socket = come_back.socket().await;
    let welcome = socket.hello(&old).await;
    assert_ne!(welcome["scopes"][&scope][0], *before);
    let snap = socket.until("snap", |m| m["s"] == scope.as_str()).await;
    assert!(snap["open"].as_array().is_some_and(|open| open.len() >= 4), "with what stands: {snap}");
    rivals[1].claim(&kept.id, kept.attempt).await.ok();
    for app in apps {
        app.finish().await.unwrap();
    }
    let Cluster { mut standby, database, .. } = cluster;
    drop(database);
    standby.stop().unwrap();
}

#[tokio::test]
async fn the_replica_that_lives_on_tells_what_comes_next() {
    let cluster = Cluster::start();
    let apps = vec![cluster.serve(Box::new(Memory::default())).await];
    a_lost_end(cluster, apps).await;
}

#[tokio::test]
async fn two_replicas_with_redis_between_them_tell_what_comes_next() {
    let redis = Redis::start().await.unwrap();
    let cluster = Cluster::start();
    let queue = || Box::new(Streams::new(&redis.url(), "t").unwrap());
    let apps = vec![cluster.serve(queue()).await, cluster.serve(queue()).await];
    a_lost_end(cluster, apps).await;
}
