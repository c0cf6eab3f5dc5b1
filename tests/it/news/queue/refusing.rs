//! A Redis that is read and takes nothing: readers hear nothing of it, so whoever publishes has to say so.

use crate::news::queue::{entry, publish};
use harness::app::App;
use harness::database::Backend;
use harness::fixture;
use harness::servers::redis::Redis;
use harness::wait::eventually;
use persistence::news::queue::redis::Streams;
use persistence::news::queue::{Heard, Queue};
use std::sync::Arc;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);

/// What makes it refuse, what is said of it, and what ends it.
type Refusal = (&'static [&'static str], &'static str, &'static [&'static str]);

const REFUSALS: &[Refusal] = &[
    (
        &["CONFIG", "SET", "maxmemory", "1"],
        "has no memory left for what is published",
        &["CONFIG", "SET", "maxmemory", "0"],
    ),
    (&["REPLICAOF", "127.0.0.1", "1"], "takes reads only: it is a replica", &["REPLICAOF", "NO", "ONE"]),
    (
        &["CONFIG", "SET", "min-replicas-to-write", "1"],
        "has too few replicas to take what is published",
        &["CONFIG", "SET", "min-replicas-to-write", "0"],
    ),
    (
        &["ACL", "SETUSER", "default", "-xadd"],
        "forbids this user to publish",
        &["ACL", "SETUSER", "default", "+xadd"],
    ),
];

/// The same of the other direction: what is published goes well, and says nothing of it.
const UNREAD: Refusal = (
    &["ACL", "SETUSER", "default", "-xread"],
    "forbids this user to read",
    &["ACL", "SETUSER", "default", "+xread"],
);

async fn trouble(queue: &Streams, wanted: Option<&str>) {
    eventually(PATIENCE, wanted.unwrap_or("no trouble"), async || {
        let _told_by_trouble = queue.probe().await;
        let trouble = queue.trouble();
        if trouble.as_deref() == wanted { Ok(()) } else { Err(format!("{trouble:?}")) }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn what_is_published_is_refused_and_reading_does_not_hide_it() {
    let redis = Redis::start().await.unwrap();
    let queue = Streams::new(&redis.url(), "t").unwrap();
    for (refuse, word, allow) in REFUSALS {
        let mut tail = queue.tail().await.unwrap();
        trouble(&queue, None).await;
        assert_eq!(redis.ask::<i64>(&["EXISTS", "t:probe"]).await.unwrap(), 0, "trying leaves nothing");
        redis.run(refuse).await.unwrap();
        trouble(&queue, Some(word)).await;
        queue.publish(&[entry(1, 1)]).await.unwrap_err();
        // reading goes on, or looks for the primary: neither says that publishing went well
        let _heard = tokio::time::timeout(Duration::from_millis(1500), tail.next()).await;
        assert_eq!(queue.trouble().as_deref(), Some(*word), "{refuse:?}");
        redis.run(allow).await.unwrap();
        trouble(&queue, None).await;
        let mut tail = queue.tail().await.unwrap();
        publish(&queue, &[entry(1, 2)]).await;
        let heard = tokio::time::timeout(PATIENCE, tail.next()).await.unwrap().unwrap();
        assert_eq!(heard, Heard::Entries(vec![entry(1, 2)]), "{refuse:?}");
    }
}

/// Nobody publishes anything, and readiness finds out.
#[tokio::test]
async fn readiness_says_what_redis_refuses() {
    let redis = Redis::start().await.unwrap();
    let database = Arc::new(Backend::Postgres.database().unwrap());
    let fixture = fixture::plant(&database).unwrap();
    let queue = Box::new(Streams::new(&redis.url(), "t").unwrap());
    let app = App::join(&database, fixture, queue).await.unwrap();
    let ready = async |wanted: &str, reason: Option<&str>| {
        eventually(PATIENCE, wanted, async || {
            let answer = reqwest::get(format!("{}/health/ready", app.base)).await.unwrap();
            let status = answer.status();
            let body: serde_json::Value = answer.json().await.unwrap();
            let queue = &body["checks"]["queue"];
            assert_eq!(status, 200, "{body}");
            let said = queue["reason"].as_str().unwrap_or_default();
            let right = queue["status"] == wanted && reason.is_none_or(|reason| said.contains(reason));
            if right { Ok(()) } else { Err(body.to_string()) }
        })
        .await
        .unwrap();
    };
    ready("ok", None).await;
    for (refuse, word, allow) in REFUSALS.iter().chain(&[UNREAD]) {
        redis.run(refuse).await.unwrap();
        ready("degraded", Some(word)).await;
        redis.run(allow).await.unwrap();
        ready("ok", None).await;
    }
    app.finish().await.unwrap();
}
