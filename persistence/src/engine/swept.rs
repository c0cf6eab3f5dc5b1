//! Removing in batches what has had its time.

/// Rows that one transaction removes at most: whoever waits for it waits for no more.
pub const BATCH: usize = 1_000;

/// What became of one batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Rows removed.
    pub rows: usize,
    /// Whether there may be more.
    pub more: bool,
}
