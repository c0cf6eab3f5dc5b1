//! The log of one scope in this process: its newest number, its latest frames, and who is to be woken.

use super::frame::Frame;
use super::held::held;
use super::herald::Listeners;
use chrono::TimeDelta;
use domain::{At, ScopeId};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard};

/// Frames a log keeps: a client that lags further reads them from the database.
const WINDOW: usize = 128;
/// How old a frame that says how much time is left may be: a log sends it to many at once, and not again later.
const FRESH: TimeDelta = TimeDelta::seconds(1);
/// The head of a log that has heard nothing yet.
const UNKNOWN: i64 = -1;

/// A scope's log.
#[derive(Debug)]
pub struct ScopeLog {
    /// The scope's key.
    pub scope: ScopeId,
    /// Its name on the wire: `a501`.
    pub name: String,
    head: Head,
    window: Mutex<Window>,
    /// Who is woken.
    pub listeners: Listeners,
    /// Of whoever encodes frames anew that have grown old: the others wait for these.
    pub renewing: tokio::sync::Mutex<()>,
}

/// The newest number: away from what readers lock, since every client of the scope looks at it all the time.
#[derive(Debug)]
#[repr(align(64))]
struct Head(AtomicI64);

/// A frame as a log keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    frame: Frame,
    /// When it was encoded, if it grows old.
    since: Option<At>,
}

impl Kept {
    /// A frame; since when, where it grows old.
    #[must_use]
    pub const fn new(frame: Frame, since: Option<At>) -> Self {
        Self { frame, since }
    }

    /// As it is sent.
    #[must_use]
    pub fn frame(&self) -> Frame {
        self.frame.clone()
    }

    fn is_fresh(&self, now: At) -> bool {
        self.since.is_none_or(|since| (now - since).abs() <= FRESH)
    }
}

/// What a log has for a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// The frames, and the head they end at.
    Ready(Vec<Frame>, i64),
    /// Some of them have grown old.
    Old,
    /// It does not reach back that far.
    Beyond,
}

#[derive(Debug, Default)]
struct Window {
    /// A run without gaps that ends at the head.
    frames: VecDeque<Kept>,
    /// The open offers, as they were when the head was this.
    snap: Option<(i64, Kept)>,
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
    pub fn new(scope: ScopeId, name: String) -> Self {
        Self {
            scope,
            name,
            head: Head(AtomicI64::new(UNKNOWN)),
            window: Mutex::default(),
            listeners: Listeners::default(),
            renewing: tokio::sync::Mutex::default(),
        }
    }

    /// The newest number, if any is known.
    #[must_use]
    pub fn head(&self) -> Option<i64> {
        Some(self.head.0.load(Ordering::Acquire)).filter(|head| *head != UNKNOWN)
    }

    /// Begins at this head, unless it has begun. A log that has is left to the job that listens: whoever waits would not be woken for
    /// what was passed over here.
    pub fn begin(&self, head: i64) {
        let _window = self.window();
        if self.head().is_none() {
            self.head.0.store(head, Ordering::Release);
        }
    }

    /// Learns the head from the database. What is missing before it, clients read from there.
    pub fn learn(&self, head: i64) {
        let mut window = self.window();
        if self.head.0.load(Ordering::Acquire) < head {
            window.frames.clear();
            self.head.0.store(head, Ordering::Release);
        }
    }

    /// Takes the next frame. Wakes nobody: several may come at once.
    pub fn take(&self, seq: i64, frame: Kept) -> Took {
        let mut window = self.window();
        match self.head.0.load(Ordering::Acquire) {
            UNKNOWN => {}
            head if seq <= head => return Took::Known,
            head if seq > head + 1 => return Took::Missing(head),
            _ => {}
        }
        window.frames.push_back(frame);
        if window.frames.len() > WINDOW {
            window.frames.pop_front();
        }
        self.head.0.store(seq, Ordering::Release);
        Took::Yes
    }

    /// The frames after a number.
    #[must_use]
    pub fn after(&self, seq: i64, now: At) -> After {
        let window = self.window();
        let Some(head) = self.head() else { return After::Beyond };
        let wanted = usize::try_from(head - seq).unwrap_or(0);
        let Some(skip) = window.frames.len().checked_sub(wanted) else { return After::Beyond };
        let kept = window.frames.iter().skip(skip);
        if kept.clone().all(|kept| kept.is_fresh(now)) {
            After::Ready(kept.map(Kept::frame).collect(), head)
        } else {
            After::Old
        }
    }

    /// Keeps these, encoded anew, in place of those it has from this number on.
    pub fn renew(&self, first: i64, anew: &[Kept]) {
        let mut window = self.window();
        let Some(head) = self.head() else { return };
        let length = i64::try_from(window.frames.len()).unwrap_or(0);
        for (seq, kept) in (head - length + 1..).zip(window.frames.iter_mut()) {
            let place = usize::try_from(seq - first).ok();
            if let Some(renewed) = place.and_then(|place| anew.get(place)) {
                *kept = renewed.clone();
            }
        }
    }

    /// The open offers at this head, if somebody asked just before.
    #[must_use]
    pub fn snap(&self, head: i64, now: At) -> Option<Frame> {
        let window = self.window();
        let (_, kept) = window.snap.as_ref().filter(|(at, kept)| *at == head && kept.is_fresh(now))?;
        Some(kept.frame())
    }

    /// Keeps the open offers for whoever asks next.
    pub fn keep_snap(&self, head: i64, snap: Kept) {
        self.window().snap = Some((head, snap));
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        held(&self.window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: At = At::UNIX_EPOCH;

    fn frame(n: i64) -> Kept {
        Kept { frame: Frame::of(&n), since: None }
    }

    fn ready<const N: usize>(frames: [Kept; N], head: i64) -> After {
        After::Ready(frames.iter().map(Kept::frame).collect(), head)
    }

    #[test]
    fn a_run_without_gaps() {
        let log = ScopeLog::new(ScopeId(1), "a1".into());
        assert_eq!((log.head(), log.after(0, NOW)), (None, After::Beyond));
        log.learn(4);
        assert_eq!(log.after(4, NOW), ready([], 4));
        assert_eq!(log.after(3, NOW), After::Beyond, "it was told before this log began");
        assert_eq!(log.take(6, frame(6)), Took::Missing(4));
        assert_eq!(log.take(5, frame(5)), Took::Yes);
        assert_eq!(log.take(5, frame(5)), Took::Known);
        assert_eq!(log.take(6, frame(6)), Took::Yes);
        assert_eq!(log.after(4, NOW), ready([frame(5), frame(6)], 6));
        assert_eq!(log.after(5, NOW), ready([frame(6)], 6));
        log.learn(5);
        assert_eq!(log.head(), Some(6), "never back");
        log.learn(9);
        assert_eq!((log.after(6, NOW), log.after(9, NOW)), (After::Beyond, ready([], 9)));
    }

    #[test]
    fn it_begins_once() {
        let log = ScopeLog::new(ScopeId(1), "a1".into());
        log.begin(4);
        log.begin(9);
        assert_eq!(log.head(), Some(4));
        assert_eq!(log.take(5, frame(5)), Took::Yes, "told to those who wait since 4");
        assert_eq!(log.after(9, NOW), ready([], 5), "whoever stands further has it");
    }

    #[test]
    fn the_window_is_bounded() {
        let log = ScopeLog::new(ScopeId(1), "a1".into());
        log.learn(0);
        for n in 1..=200 {
            assert_eq!(log.take(n, frame(n)), Took::Yes);
        }
        assert_eq!(log.after(71, NOW), After::Beyond);
        let After::Ready(frames, head) = log.after(72, NOW) else { panic!("it reaches back that far") };
        assert_eq!((frames.len(), head), (128, 200));
    }

    #[test]
    fn the_time_left_grows_old() {
        let log = ScopeLog::new(ScopeId(1), "a1".into());
        let (later, timed) =
            (NOW + TimeDelta::seconds(2), |n: i64, since| Kept { since: Some(since), ..frame(n) });
        log.learn(0);
        for (seq, kept) in [(1, frame(1)), (2, timed(2, NOW)), (3, frame(3))] {
            assert_eq!(log.take(seq, kept), Took::Yes);
        }
        assert_eq!(log.after(1, NOW), ready([frame(2), frame(3)], 3));
        assert_eq!((log.after(1, later), log.after(2, later)), (After::Old, ready([frame(3)], 3)));
        log.renew(2, &[timed(22, later)]);
        assert_eq!(log.after(0, later), ready([frame(1), frame(22), frame(3)], 3));
        log.keep_snap(3, timed(4, NOW));
        assert_eq!(
            (log.snap(3, NOW), log.snap(3, later), log.snap(4, NOW)),
            (Some(frame(4).frame), None, None)
        );
    }
}
