//! The rows of the database: orders, claims, rings, the outbox, notifications.

use super::{Key, Set};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    Accepted,
    Pooled,
    Claimed,
}

/// A row of `orders`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderRow {
    pub status: Status,
    /// The number of its last event; counted from what the resident has heard ([`super::forget()`]).
    pub version: u8,
    /// Up to which the resident has heard of it.
    pub heard: u8,
    pub attempt: u8,
    pub filled: u8,
    pub with_dispatcher: bool,
    /// The step of its escalation timer.
    pub timer: Option<u8>,
    /// Workers who have released it.
    pub cool_down: Set,
    /// Who was a candidate at any moment of this attempt: what is fair, not what is stored.
    pub fair: Set,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimRow {
    pub order: Key,
    pub attempt: u8,
    pub slot: u8,
    pub account: Key,
    pub released_attempt: Option<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ring {
    pub order: Key,
    pub attempt: u8,
    pub scope: Key,
    pub told: bool,
}

/// An event `claimed`: the only kind of event that is remembered for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Win {
    pub order: Key,
    pub attempt: u8,
    pub slot: u8,
    pub account: Key,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutboxRow {
    pub order: Key,
    pub version: u8,
    /// The scopes that the writer saw: only [`crate::Bug::EarlyExpansion`] reads them.
    pub scopes: Set,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Offer,
    Closed,
    Changed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Note {
    pub order: Key,
    pub version: u8,
    pub kind: Kind,
}
