//! A race: who waits for one order in this process. One at a time reaches the database; the end wakes all at once.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::{Mutex, MutexGuard, Notify};

/// Failures of one race before it is given up.
const PATIENCE: u32 = 2;

/// How a race ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The attempt is over: everybody is told from memory.
    Closed,
    /// The outcome cannot be known now: everybody asks again.
    Failed,
}

/// A race.
#[derive(Debug, Default)]
pub struct Race {
    turn: Mutex<()>,
    end: OnceLock<End>,
    ended: Notify,
    failures: AtomicU32,
}

/// Whether anybody waits for it besides the one whose turn it is: each holds it, and the list of races does.
pub fn is_awaited(race: &Arc<Race>) -> bool {
    Arc::strong_count(race) > 2
}

impl Race {
    /// Waits for one's turn; `None` when the race ended before.
    pub async fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        let ended = self.ended.notified();
        tokio::pin!(ended);
        // from here on the end is not missed
        ended.as_mut().enable();
        if self.end.get().is_some() {
            return None;
        }
        tokio::select! {
            biased;
            () = ended => None,
            turn = self.turn.lock() => Some(turn).filter(|_| self.end.get().is_none()),
        }
    }

    /// Counts an outcome that nobody can know now. True when it is time to give up: one connection that broke is no
    /// reason to send everybody away, a database that is gone must not let them wait one after the other.
    pub fn failed(&self) -> bool {
        self.failures.fetch_add(1, Ordering::Relaxed) + 1 >= PATIENCE
    }

    /// How it ended, if it did.
    pub fn end(&self) -> Option<End> {
        self.end.get().copied()
    }

    /// Ends it: wakes everybody who waits.
    pub fn finish(&self, end: End) {
        let _first_stays = self.end.set(end);
        self.ended.notify_waiters();
    }
}
