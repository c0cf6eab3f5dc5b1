//! What background jobs hand each other.

use persistence::news::queue::{Entry, Heard};
use tokio::sync::{Mutex, mpsc};

/// Publications that may wait for the queue, and for the job that listens.
const ROOM: usize = 4096;

/// What jobs hand each other.
pub struct Channels {
    /// From the sequencer to the queue.
    pub publish: Channel<Vec<Entry>>,
    /// From the sequencer and the queue to the job that listens.
    pub heard: Channel<Heard>,
}

/// A bounded channel whose one receiver is a job, which may begin anew.
pub struct Channel<T> {
    /// In.
    pub tx: mpsc::Sender<T>,
    /// Out.
    pub rx: Mutex<mpsc::Receiver<T>>,
}

impl<T> Channel<T> {
    fn new() -> Self {
        let (tx, rx) = mpsc::channel(ROOM);
        Self { tx, rx: Mutex::new(rx) }
    }

    /// Puts something in unless it is full: what is left out is found in the database.
    pub fn offer(&self, what: T) {
        if self.tx.try_send(what).is_err() {
            tracing::warn!("a channel between jobs is full; the database has the rest");
        }
    }
}

impl Default for Channels {
    fn default() -> Self {
        Self { publish: Channel::new(), heard: Channel::new() }
    }
}
