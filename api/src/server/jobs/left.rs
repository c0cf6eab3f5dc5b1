//! How far a run of housekeeping goes, and what it leaves.

use std::time::Duration;

/// How long a run may take for one kind.
pub(super) const RUN: Duration = Duration::from_secs(5);

/// What a run leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// Nothing.
    Nothing,
    /// Something that could not be swept.
    Failed,
    /// More than there was time for.
    More,
}
