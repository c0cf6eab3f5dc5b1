//! Reads of many callers in one: whoever asks while a read is under way waits for the next, which asks for all of them.
//! A county that comes back at once costs a few hundred statements instead of four a person; a lone caller waits for
//! nobody.

use crate::engine::error::{StoreError, StoreResult};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Keys of one read at most.
const MOST: usize = 500;

type Asked<K, V> = (K, oneshot::Sender<StoreResult<V>>);

/// What waits for the next read.
pub struct Gather<K, V> {
    queue: Mutex<Queue<K, V>>,
}

struct Queue<K, V> {
    waiting: Vec<Asked<K, V>>,
    /// Whether somebody reads, and will look here again.
    reading: bool,
}

impl<K, V> Default for Gather<K, V> {
    fn default() -> Self {
        Self { queue: Mutex::new(Queue { waiting: Vec::new(), reading: false }) }
    }
}

impl<K, V> Gather<K, V>
where
    K: Copy + Eq + Hash + Send + 'static,
    V: Clone + Default + Send + 'static,
{
    /// Reads the value of a key, of which `read` returns those it finds; it begins after this was asked. The default of
    /// what is not found.
    ///
    /// # Errors
    /// Those of `read`; `Unavailable` when it was not run.
    pub async fn ask<R>(
        self: &Arc<Self>,
        key: K,
        read: impl Fn(Vec<K>) -> R + Send + 'static,
    ) -> StoreResult<V>
    where
        R: Future<Output = StoreResult<HashMap<K, V>>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        if self.enter(key, reply) {
            tokio::spawn(Reading { of: self.clone(), over: false }.run(read));
        }
        answer.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the read was not run".into())))
    }

    /// Takes a place; whether whoever took it has to read.
    fn enter(&self, key: K, reply: oneshot::Sender<StoreResult<V>>) -> bool {
        let mut queue = self.held();
        queue.waiting.push((key, reply));
        !std::mem::replace(&mut queue.reading, true)
    }
}

impl<K, V> Gather<K, V> {
    fn held(&self) -> MutexGuard<'_, Queue<K, V>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one that reads. When it ends before its time (its runtime stops, a panic), whoever waits is answered by nobody,
/// and the next one who asks reads.
struct Reading<K, V> {
    of: Arc<Gather<K, V>>,
    /// It has handed over: another may be reading.
    over: bool,
}

impl<K, V> Drop for Reading<K, V> {
    fn drop(&mut self) {
        if !self.over {
            let mut queue = self.of.held();
            queue.reading = false;
            queue.waiting.clear();
        }
    }
}

impl<K, V> Reading<K, V>
where
    K: Copy + Eq + Hash,
    V: Clone + Default,
{
    async fn run<R>(mut self, read: impl Fn(Vec<K>) -> R)
    where
        R: Future<Output = StoreResult<HashMap<K, V>>>,
    {
        loop {
            let some = self.next();
            if some.is_empty() {
                self.over = true;
                return;
            }
            let found = read(some.iter().map(|(key, _)| *key).collect()).await;
            for (key, reply) in some {
                let value = found.as_ref().map(|found| found.get(&key).cloned().unwrap_or_default());
                let _gone = reply.send(value.map_err(Clone::clone));
            }
        }
    }

    /// Whoever is asked for next; with nobody, nobody reads any more.
    fn next(&self) -> Vec<Asked<K, V>> {
        let mut queue = self.of.held();
        let some = queue.waiting.len().min(MOST);
        queue.reading = some > 0;
        queue.waiting.drain(..some).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Semaphore;

    /// Everybody's value is the number of the read that found it.
    struct Reads {
        gather: Arc<Gather<i64, usize>>,
        begun: Arc<AtomicUsize>,
        allowed: Arc<Semaphore>,
    }

    impl Reads {
        fn new() -> Self {
            Self { gather: Arc::default(), begun: Arc::default(), allowed: Arc::new(Semaphore::new(0)) }
        }

        fn ask(&self, key: i64) -> tokio::task::JoinHandle<StoreResult<usize>> {
            let (gather, begun, allowed) = (self.gather.clone(), self.begun.clone(), self.allowed.clone());
            tokio::spawn(async move {
                let read = move |keys: Vec<i64>| {
                    let (begun, allowed) = (begun.clone(), allowed.clone());
                    async move {
                        let number = begun.fetch_add(1, Ordering::Relaxed) + 1;
                        allowed.acquire().await.unwrap().forget();
                        assert!(!keys.contains(&13), "on purpose");
                        Ok(keys.into_iter().filter(|key| *key != 99).map(|key| (key, number)).collect())
                    }
                };
                gather.ask(key, read).await
            })
        }

        async fn waiting(&self, count: usize) {
            while self.gather.held().waiting.len() != count {
                tokio::task::yield_now().await;
            }
        }
    }

    #[tokio::test]
    async fn who_asks_meanwhile_shares_the_next_read() {
        let reads = Reads::new();
        let first = reads.ask(1);
        while reads.begun.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        let others = [reads.ask(2), reads.ask(3), reads.ask(2), reads.ask(99)];
        reads.waiting(4).await;
        reads.allowed.add_permits(2);
        assert_eq!(first.await.unwrap().unwrap(), 1);
        let mut found = Vec::new();
        for other in others {
            found.push(other.await.unwrap().unwrap());
        }
        assert_eq!(found, [2, 2, 2, 0], "one read for all, and nothing for whom it did not find");
        assert_eq!(reads.begun.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_read_that_panics_costs_those_who_wait_and_nobody_after() {
        let reads = Reads::new();
        let (unlucky, beside) = (reads.ask(13), reads.ask(1));
        reads.allowed.add_permits(8);
        assert!(matches!(unlucky.await.unwrap(), Err(StoreError::Unavailable(_))));
        let _either = beside.await.unwrap();
        assert!(reads.ask(2).await.unwrap().is_ok());
    }
}
