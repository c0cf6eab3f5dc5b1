//! A race: who waits for one order in this process. One at a time reaches the database; the end wakes all at once.

use std::sync::OnceLock;
use tokio::sync::{Mutex, MutexGuard, Notify};

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
