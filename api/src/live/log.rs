//! The log of one scope in this process: its newest number, its latest frames, and who is to be woken.

use super::frame::Frame;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Frames a log keeps: a client that lags further reads them from the database.
const WINDOW: usize = 128;
/// The head of a log that has heard nothing yet.
const UNKNOWN: i64 = -1;

/// A scope's log.
#[derive(Debug)]
pub struct ScopeLog {
    /// The scope's key.
    pub scope: i64,
    /// Its name on the wire: `a501`.
    pub name: String,
    head: AtomicI64,
    window: Mutex<Window>,
    listeners: Mutex<HashMap<u64, Arc<Notify>>>,
}

#[derive(Debug, Default)]
struct Window {
    /// A run without gaps that ends at the head.
    frames: VecDeque<Frame>,
    /// The open offers, as they were when the head was this.
    snap: Option<(i64, Frame)>,
}

/// What a log made of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Took {
    /// It is the head now.
    Yes,
    /// It was there already.
    Known,
    /// Something between this head and it is missing.
    Missing(i64),
}

impl ScopeLog {
    /// An empty log.
    #[must_use]
    pub fn new(scope: i64, name: String) -> Self {
        Self {
            scope,
            name,
            head: AtomicI64::new(UNKNOWN),
            window: Mutex::default(),
            listeners: Mutex::default(),
        }
    }

    /// The newest number, if any is known.
    #[must_use]
    pub fn head(&self) -> Option<i64> {
        Some(self.head.load(Ordering::Acquire)).filter(|head| *head != UNKNOWN)
    }

    /// Begins at this head, unless it has begun. A log that has is left to the relay: whoever waits would not be woken for
    /// what was passed over here.
    pub fn begin(&self, head: i64) {
        let _window = self.window();
        if self.head().is_none() {
            self.head.store(head, Ordering::Release);
        }
    }

    /// Learns the head from the database. What is missing before it, clients read from there.
    pub fn learn(&self, head: i64) {
        let mut window = self.window();
        if self.head.load(Ordering::Acquire) < head {
            window.frames.clear();
            self.head.store(head, Ordering::Release);
        }
    }

    /// Takes the next frame. Wakes nobody: several may come at once.
    pub fn take(&self, seq: i64, frame: Frame) -> Took {
        let mut window = self.window();
        match self.head.load(Ordering::Acquire) {
            UNKNOWN => {}
            head if seq <= head => return Took::Known,
            head if seq > head + 1 => return Took::Missing(head),
            _ => {}
        }
        window.frames.push_back(frame);
        if window.frames.len() > WINDOW {
            window.frames.pop_front();
        }
        self.head.store(seq, Ordering::Release);
        Took::Yes
    }

    /// The frames after a number and the head they end at; `None` when the log does not reach back that far.
    #[must_use]
    pub fn after(&self, seq: i64) -> Option<(Vec<Frame>, i64)> {
        let window = self.window();
        let head = self.head()?;
        let wanted = usize::try_from(head - seq).unwrap_or(0);
        let skip = window.frames.len().checked_sub(wanted)?;
        Some((window.frames.iter().skip(skip).cloned().collect(), head))
    }

    /// The open offers at this head, if somebody asked before.
    #[must_use]
    pub fn snap(&self, head: i64) -> Option<Frame> {
        self.window().snap.as_ref().filter(|(at, _)| *at == head).map(|(_, frame)| frame.clone())
    }

    /// Keeps the open offers for whoever asks next.
    pub fn keep_snap(&self, head: i64, frame: Frame) {
        self.window().snap = Some((head, frame));
    }

    /// Has this client woken from now on.
    pub fn listen(&self, client: u64, woken: Arc<Notify>) {
        self.listeners().insert(client, woken);
    }

    /// Has this client woken no more.
    pub fn leave(&self, client: u64) {
        self.listeners().remove(&client);
    }

    /// Wakes everybody; returns how many.
    pub fn wake(&self) -> usize {
        let listeners = self.listeners();
        for woken in listeners.values() {
            woken.notify_one();
        }
        listeners.len()
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listeners(&self) -> MutexGuard<'_, HashMap<u64, Arc<Notify>>> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(n: i64) -> Frame {
        Frame::from(n.to_string())
    }

    #[test]
    fn a_run_without_gaps() {
        let log = ScopeLog::new(1, "a1".into());
        assert_eq!((log.head(), log.after(0)), (None, None));
        log.learn(4);
        assert_eq!(log.after(4), Some((vec![], 4)));
        assert_eq!(log.after(3), None, "it was told before this log began");
        assert_eq!(log.take(6, frame(6)), Took::Missing(4));
        assert_eq!(log.take(5, frame(5)), Took::Yes);
        assert_eq!(log.take(5, frame(5)), Took::Known);
        assert_eq!(log.take(6, frame(6)), Took::Yes);
        assert_eq!(log.after(4), Some((vec![frame(5), frame(6)], 6)));
        assert_eq!(log.after(5), Some((vec![frame(6)], 6)));
        log.learn(5);
        assert_eq!(log.head(), Some(6), "never back");
        log.learn(9);
        assert_eq!((log.after(6), log.after(9)), (None, Some((vec![], 9))));
    }

    #[test]
    fn it_begins_once() {
        let log = ScopeLog::new(1, "a1".into());
        log.begin(4);
        log.begin(9);
        assert_eq!(log.head(), Some(4));
        assert_eq!(log.take(5, frame(5)), Took::Yes, "told to those who wait since 4");
        assert_eq!(log.after(9), Some((vec![], 5)), "whoever stands further has it");
    }

    #[test]
    fn the_window_is_bounded() {
        let log = ScopeLog::new(1, "a1".into());
        log.learn(0);
        for n in 1..=200 {
            assert_eq!(log.take(n, frame(n)), Took::Yes);
        }
        assert_eq!(log.after(71), None);
        assert_eq!(log.after(72).map(|(frames, head)| (frames.len(), head)), Some((128, 200)));
    }
}
