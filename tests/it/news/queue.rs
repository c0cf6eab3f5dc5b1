//! One suite over every queue: in memory and on a real Redis. What becomes of it behind a wrapper that drops,
//! duplicates, reorders and delays is in [`troubled`].

#[cfg(feature = "postgres")]
mod refusing;
#[cfg(feature = "postgres")]
mod sentinel;
mod tls;
mod troubled;

use chrono::DateTime;
use domain::{OrderId, ScopeId};
use harness::servers::redis::Redis;
use persistence::news::queue::memory::Memory;
use persistence::news::queue::redis::Streams;
use persistence::news::queue::{Entry, Heard, Queue, Tail};
use std::time::Duration;

pub fn entry(scope: i64, seq: i64) -> Entry {
    let at = DateTime::from_timestamp_micros(1_790_000_000_000_000 + seq).unwrap();
    Entry {
        epoch: "e0".into(),
        scope: ScopeId(scope),
        seq,
        order: OrderId(7),
        version: 3,
        kind: "offer".into(),
        at,
    }
}

/// Publishes, again when the machine was too busy for the command's 100 ms: at least once.
pub async fn publish(queue: &dyn Queue, entries: &[Entry]) {
    let published = async || queue.publish(entries).await;
    harness::wait::eventually(Duration::from_secs(5), "a publication", published).await.unwrap();
}

/// Entries until this many came, each once.
pub async fn hear(tail: &mut Box<dyn Tail>, count: usize) -> Vec<Entry> {
    let mut heard: Vec<Entry> = Vec::new();
    while heard.len() < count {
        match tokio::time::timeout(Duration::from_secs(5), tail.next()).await.unwrap().unwrap() {
            Heard::Entries(entries) => {
                for entry in entries {
                    if !heard.contains(&entry) {
                        heard.push(entry);
                    }
                }
            }
            Heard::Gap => panic!("nothing was lost"),
        }
    }
    heard
}

/// What every queue does.
pub async fn conforms(queue: &dyn Queue) {
    publish(queue, &[entry(1, 1)]).await;
    let (mut one, mut other) = (queue.tail().await.unwrap(), queue.tail().await.unwrap());
    // in order, whole, to every reader, from the tail's beginning on
    for seq in 2..=50 {
        publish(queue, &[entry(1, seq), entry(2, seq)]).await;
    }
    let wanted: Vec<Entry> = (2..=50).flat_map(|seq| [entry(1, seq), entry(2, seq)]).collect();
    assert_eq!(hear(&mut one, wanted.len()).await, wanted);
    assert_eq!(hear(&mut other, wanted.len()).await, wanted);
    assert_eq!(queue.trouble(), None);
    // a word is used once
    let short = Duration::from_millis(200);
    assert!(queue.once("word", short).await.unwrap());
    assert!(!queue.once("word", short).await.unwrap());
    assert!(queue.once("another", short).await.unwrap());
    harness::wait::eventually(Duration::from_secs(5), "the word to be free again", async || {
        match queue.once("word", short).await.unwrap() {
            true => Ok(()),
            false => Err("used"),
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn memory_conforms() {
    conforms(&Memory::default()).await;
}

#[tokio::test]
async fn redis_conforms() {
    let redis = Redis::start().await.unwrap();
    conforms(&Streams::new(&redis.url(), "t1").unwrap()).await;
    // another prefix hears nothing of it
    let (one, other) = (Streams::new(&redis.url(), "t2").unwrap(), Streams::new(&redis.url(), "t3").unwrap());
    let mut tail = other.tail().await.unwrap();
    publish(&one, &[entry(1, 1)]).await;
    publish(&other, &[entry(2, 1)]).await;
    assert_eq!(hear(&mut tail, 1).await, [entry(2, 1)]);
}

#[tokio::test]
async fn a_reader_that_lags_in_memory_is_told() {
    let queue = Memory::with_room(4);
    let mut tail = queue.tail().await.unwrap();
    for seq in 1..=10 {
        queue.publish(&[entry(1, seq)]).await.unwrap();
    }
    assert_eq!(tail.next().await.unwrap(), Heard::Gap);
    assert_eq!(hear(&mut tail, 1).await, [entry(1, 7)]);
}

#[tokio::test]
async fn redis_may_be_absent_hang_and_come_back_empty() {
    let mut redis = Redis::start().await.unwrap();
    let queue = Streams::new(&redis.url(), "t").unwrap();
    let mut tail = queue.tail().await.unwrap();
    publish(&queue, &[entry(1, 1)]).await;
    assert_eq!(hear(&mut tail, 1).await, [entry(1, 1)]);

    // emptied under a reader that waits: it reads on
    redis.run(&["FLUSHALL"]).await.unwrap();
    // (its ids are times: what comes in the very millisecond of the last one read is left to the database)
    harness::wait::eventually(Duration::from_secs(5), "an entry after the emptying", async || {
        publish(&queue, &[entry(1, 2)]).await;
        match tokio::time::timeout(Duration::from_millis(500), tail.next()).await {
            Ok(heard) if heard.as_ref().is_ok_and(|h| *h == Heard::Entries(vec![entry(1, 2)])) => Ok(()),
            heard => Err(format!("{heard:?}")),
        }
    })
    .await
    .unwrap();

    // hanging: refused in time, and said so
    redis.freeze().unwrap();
    tokio::time::timeout(Duration::from_secs(10), queue.publish(&[entry(1, 3)])).await.unwrap().unwrap_err();
    assert!(queue.trouble().is_some());
    tail.next().await.unwrap_err();
    redis.thaw().unwrap();

    // gone, and back with nothing in it
    redis.restart().await.unwrap();
    let mut tail = harness::wait::eventually(Duration::from_secs(5), "a tail", async || queue.tail().await)
        .await
        .unwrap();
    publish(&queue, &[entry(1, 4)]).await;
    assert_eq!(hear(&mut tail, 1).await, [entry(1, 4)]);
    assert_eq!(queue.trouble(), None);
}

#[test]
fn a_url_that_is_none_is_named() {
    let refused = Streams::new("http://x", "t").err().unwrap().to_string();
    assert!(refused.contains("redis_url"), "{refused}");
}
