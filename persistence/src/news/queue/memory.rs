//! The queue of a single process: a bounded ring. A reader that lags is told that it missed something, as a trimmed
//! stream would tell it.

use super::{Entry, Heard, Later, Queue, Tail};
use crate::engine::error::{StoreError, StoreResult};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Publications that a reader may lag behind.
const RING: usize = 4096;
/// Marked words that are looked through for old ones when there are more.
const WORDS: usize = 10_000;

/// The ring.
#[derive(Debug)]
pub struct Memory {
    ring: broadcast::Sender<Arc<[Entry]>>,
    words: Mutex<HashMap<String, Instant>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self::with_room(RING)
    }
}

impl Memory {
    /// A ring of this many publications.
    #[must_use]
    pub fn with_room(publications: usize) -> Self {
        Self { ring: broadcast::Sender::new(publications), words: Mutex::default() }
    }

    fn mark(&self, word: &str, for_: Duration) -> bool {
        let now = Instant::now();
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        if words.len() > WORDS {
            words.retain(|_, until| *until > now);
        }
        let fresh = words.get(word).is_none_or(|until| *until <= now);
        if fresh {
            words.insert(word.to_owned(), now + for_);
        }
        fresh
    }
}

impl Queue for Memory {
    fn publish<'a>(&'a self, entries: &'a [Entry]) -> Later<'a, StoreResult<()>> {
        // nobody listening is no error
        let _listeners = self.ring.send(entries.into());
        Box::pin(std::future::ready(Ok(())))
    }

    fn tail(&self) -> Later<'_, StoreResult<Box<dyn Tail>>> {
        let tail: Box<dyn Tail> = Box::new(Reader(self.ring.subscribe()));
        Box::pin(std::future::ready(Ok(tail)))
    }

    fn once<'a>(&'a self, word: &'a str, for_: Duration) -> Later<'a, StoreResult<bool>> {
        Box::pin(std::future::ready(Ok(self.mark(word, for_))))
    }

    fn trouble(&self) -> Option<String> {
        None
    }

    fn kind(&self) -> &'static str {
        "memory"
    }
}

struct Reader(broadcast::Receiver<Arc<[Entry]>>);

impl Tail for Reader {
    fn next(&mut self) -> Later<'_, StoreResult<Heard>> {
        Box::pin(async {
            match self.0.recv().await {
                Ok(entries) => Ok(Heard::Entries(entries.to_vec())),
                Err(RecvError::Lagged(_)) => Ok(Heard::Gap),
                Err(RecvError::Closed) => Err(StoreError::Unavailable("the queue is gone".into())),
            }
        })
    }
}
