//! The parts that changing an order needs.

use persistence::Store;
use std::sync::Arc;
use tokio::sync::Notify;

/// What orders are changed by: storage, and whoever is woken after a commit.
#[derive(Clone)]
pub struct Shell {
    pub(super) store: Store,
    pub(super) committed: Arc<Notify>,
}

impl Shell {
    /// Over this storage; `committed` wakes the sequencer.
    #[must_use]
    pub const fn new(store: Store, committed: Arc<Notify>) -> Self {
        Self { store, committed }
    }
}
