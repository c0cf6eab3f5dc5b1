//! What became of the last writes, and whether the server they go to is the right one.

use super::job::Mode;
use crate::engine::error::Cause;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Writes that the database must refuse one after the other before it is said to refuse them.
const IN_A_ROW: u32 = 3;
/// How long that is said after the last of them.
const LATELY: Duration = Duration::from_secs(10);
/// Between two times that all connections are made anew because the database takes reads only.
const DOUBTED: Duration = Duration::from_secs(5);

/// What became of the last writes of an executor.
#[derive(Debug, Default)]
pub struct Writes(Mutex<Last>);

#[derive(Debug, Default)]
struct Last {
    /// A write or a trial.
    committed: Option<Instant>,
    refused: Option<(Instant, Cause)>,
    in_a_row: u32,
}

impl Writes {
    /// One was committed. A trial's row is written where many a full disk still has room: that others were refused for
    /// such a reason stands.
    pub fn committed(&self, mode: Mode) {
        let mut last = self.held();
        last.committed = Some(Instant::now());
        let full = matches!(last.refused, Some((_, Cause::Refuses)));
        if mode == Mode::Transaction || !full {
            (last.refused, last.in_a_row) = (None, 0);
        }
    }

    /// One was not, for this cause.
    pub fn failed(&self, cause: Cause) {
        let mut last = self.held();
        last.committed = None;
        // a database that was away has said nothing of what it would do
        if cause != Cause::Away {
            last.in_a_row += 1;
            last.refused = Some((Instant::now(), cause));
        }
    }

    /// Whether one was committed within this span, and none failed since.
    pub fn went_well_within(&self, span: Duration) -> bool {
        self.held().committed.is_some_and(|at| at.elapsed() < span)
    }

    /// Why the database refuses what is written, if it does.
    pub fn refused(&self) -> Option<Cause> {
        let last = self.held();
        let (at, cause) = last.refused?;
        (last.in_a_row >= IN_A_ROW && at.elapsed() < LATELY).then_some(cause)
    }

    fn held(&self) -> MutexGuard<'_, Last> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether connections lead where they should. A write that is refused because the server takes reads only says that the
/// primary is elsewhere now: every connection is made anew, and finds it.
#[derive(Debug, Default)]
pub struct Doubts {
    raised: AtomicU64,
    last: Mutex<Option<Instant>>,
}

impl Doubts {
    /// How often they were raised: a connection from before the last time is not used any more.
    pub fn raised(&self) -> u64 {
        self.raised.load(Ordering::Acquire)
    }

    /// Raises them, unless that was done just before.
    pub fn raise(&self) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|at| at.elapsed() > DOUBTED) {
            *last = Some(Instant::now());
            self.raised.fetch_add(1, Ordering::AcqRel);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_in_a_row_are_told_and_a_commit_ends_them() {
        let writes = Writes::default();
        for _ in 0..5 {
            writes.failed(Cause::Away);
        }
        assert_eq!(writes.refused(), None, "it was not asked");
        writes.failed(Cause::Refuses);
        writes.failed(Cause::Refuses);
        assert_eq!(writes.refused(), None, "one may have waited for a row");
        writes.failed(Cause::ReadOnly);
        assert_eq!(writes.refused(), Some(Cause::ReadOnly));
        assert!(!writes.went_well_within(LATELY));
        writes.committed(Mode::Trial);
        assert_eq!((writes.refused(), writes.went_well_within(LATELY)), (None, true), "it takes a row");
        for _ in 0..3 {
            writes.failed(Cause::Refuses);
        }
        writes.committed(Mode::Trial);
        assert_eq!((writes.refused(), writes.went_well_within(LATELY)), (Some(Cause::Refuses), true));
        writes.committed(Mode::Transaction);
        assert_eq!((writes.refused(), writes.went_well_within(LATELY)), (None, true));
        writes.failed(Cause::Away);
        assert!(!writes.went_well_within(LATELY), "who knows");
    }

    #[test]
    fn doubts_are_not_raised_all_the_time() {
        let doubts = Doubts::default();
        doubts.raise();
        doubts.raise();
        assert_eq!(doubts.raised(), 1);
    }
}
