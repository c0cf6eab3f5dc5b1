//! The one clock. PostgreSQL's own time decides there, the process's on SQLite; tests shift both by an offset.

use domain::At;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A source of now with an injected offset (zero in production).
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_us: Arc<AtomicI64>,
}

impl Clock {
    /// The offset, microseconds.
    #[must_use]
    pub fn offset_us(&self) -> i64 {
        self.offset_us.load(Ordering::SeqCst)
    }

    /// Moves the clock; tests only.
    pub fn advance(&self, by: chrono::TimeDelta) {
        self.offset_us.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
    }

    /// The process's now, microsecond resolution. Used by SQLite, tokens and logs; orders on PostgreSQL use
    /// the database's.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn now(&self) -> At {
        let now = chrono::Utc::now();
        #[cfg(feature = "failpoints")]
        let now = now + crate::engine::fault::wall_clock_off();
        self.shift(now)
    }

    /// Shifts an instant read elsewhere and cuts it to microseconds.
    #[must_use]
    pub fn shift(&self, at: At) -> At {
        let us = at.timestamp_micros() + self.offset_us();
        At::from_timestamp_micros(us).unwrap_or(at)
    }
}
