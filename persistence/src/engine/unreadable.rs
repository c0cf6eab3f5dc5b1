//! Rows that could not be read and were left out, so that those beside them could be: named in the log, and counted, as a
//! process has one log and one page of metrics.

use std::sync::atomic::{AtomicU64, Ordering};

static LEFT_OUT: AtomicU64 = AtomicU64::new(0);

/// Names a row that is left out, by the kind of thing it is (`order`, `role`, …) and its key.
pub fn left_out(what: &'static str, key: i64, why: &str) {
    LEFT_OUT.fetch_add(1, Ordering::Relaxed);
    tracing::error!(what, key, why, "a row cannot be read and is left out");
}

/// How often rows were left out since the process began.
#[must_use]
pub fn count() -> u64 {
    LEFT_OUT.load(Ordering::Relaxed)
}
