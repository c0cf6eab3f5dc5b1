//! The queue at its worst, in memory and on Redis: a reader that trusts it alone misses some, while whoever is connected
//! to a server behind it, by socket or by poll, is told everything once and in order.
//! `TEST_SEED` sets what goes wrong.

#[cfg(feature = "postgres")]
mod told;

use crate::news::queue::{entry, hear, publish};
use harness::servers::redis::Redis;
use harness::troubled::{Fate, Troubled, fate};
use persistence::news::queue::memory::Memory;
use persistence::news::queue::redis::Streams;
use persistence::news::queue::{Entry, Heard, Queue};
use std::sync::Arc;
use std::time::Duration;

/// What a reader of a troubled queue makes of a hundred entries: all of them that are not dropped.
async fn misses_some(queue: Arc<dyn Queue>) {
    const SEED: u64 = 7;
    let troubled = Troubled::new(queue, SEED);
    let mut tail = troubled.tail().await.unwrap();
    let wanted: Vec<Entry> = (1..=100).map(|seq| entry(1, seq)).collect();
    for one in &wanted {
        publish(&troubled, std::slice::from_ref(one)).await;
    }
    let copies = |entry: &Entry| match fate(SEED, 0, entry) {
        Fate::Dropped => 0,
        Fate::Twice => 2,
        Fate::Fine | Fate::Behind | Fate::Late(_) => 1,
    };
    let come: usize = wanted.iter().map(copies).sum();
    let mut heard: Vec<Entry> = Vec::new();
    while heard.len() < come {
        match tokio::time::timeout(Duration::from_secs(5), tail.next()).await.unwrap().unwrap() {
            Heard::Entries(entries) => heard.extend(entries),
            Heard::Gap => panic!("nothing was lost below"),
        }
    }
    for entry in &wanted {
        assert_eq!(heard.iter().filter(|h| *h == entry).count(), copies(entry), "{entry:?}");
    }
    assert!(!heard.is_sorted_by_key(|entry| entry.seq), "in order");
    let [dropped, duplicated, reordered, delayed] = troubled.done().counts();
    assert!(dropped.min(duplicated).min(reordered).min(delayed) > 0, "{:?}", troubled.done());
    assert_eq!(100 - dropped + duplicated, u64::try_from(come).unwrap());
}

#[tokio::test]
async fn a_reader_that_trusts_memory_alone_misses_some() {
    misses_some(Arc::new(Memory::default())).await;
}

#[tokio::test]
async fn a_reader_that_trusts_redis_alone_misses_some() {
    let redis = Redis::start().await.unwrap();
    misses_some(Arc::new(Streams::new(&redis.url(), "t").unwrap())).await;
}

#[tokio::test]
async fn without_trouble_the_wrapper_changes_nothing() {
    // a seed and numbers that nothing happens to
    let fine: Vec<Entry> =
        (1..).map(|seq| entry(1, seq)).filter(|e| fate(7, 0, e) == Fate::Fine).take(20).collect();
    let troubled = Troubled::new(Arc::new(Memory::default()), 7);
    let mut tail = troubled.tail().await.unwrap();
    for one in &fine {
        publish(&troubled, std::slice::from_ref(one)).await;
    }
    assert_eq!(hear(&mut tail, fine.len()).await, fine);
    assert_eq!(troubled.done().counts(), [0; 4]);
}
