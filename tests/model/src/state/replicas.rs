//! What is under way in replicas: statements that have begun, passes that have not committed, timers that fire.

use super::{Ask, Key, Note, OrderRow, OutboxRow, Ring, Set};

/// A claim statement that has begun: what its sub-selects saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Statement {
    pub ask: Ask,
    pub candidate: bool,
    /// Slots that were taken.
    pub taken: Set,
    /// The scopes it was offered to: only [`crate::Bug::EarlyExpansion`] keeps them.
    pub scopes: Set,
}

/// A pass of the sequencer that has the lock and has not committed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pass {
    pub rows: Vec<OutboxRow>,
    /// What it found to tell, once it has looked.
    pub expanded: Option<Expanded>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Expanded {
    /// Scope, notification, and the number it took beforehand (by a bug).
    pub notes: Vec<(Key, Note, Option<u8>)>,
    /// Rings that are told of now, or no more.
    pub marks: Vec<Ring>,
}

/// An order as a firing timer loaded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Loaded {
    pub order: Key,
    pub row: OrderRow,
}
