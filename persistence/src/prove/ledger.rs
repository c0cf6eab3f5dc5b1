//! What the proof remembers while it reads: counts, what is broken, and the numbers that were given.

use crate::engine::invariant::Invariant;
use domain::At;
use std::collections::{BTreeMap, BTreeSet};

/// Examples kept of each broken invariant.
const SHOWN: usize = 20;

/// What there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Orders by the word of their state.
    pub orders: BTreeMap<String, u64>,
    /// Numbers that were ever given to orders.
    pub numbers: u64,
    /// Events.
    pub events: u64,
    /// Claims that are held.
    pub claims_live: u64,
    /// Claims that ended.
    pub claims_ended: u64,
    /// Timers that run.
    pub timers: u64,
    /// Scopes.
    pub scopes: u64,
    /// Notifications ever made.
    pub notifications: u64,
    /// Those that are still kept.
    pub notifications_kept: u64,
    /// Receipts.
    pub receipts: u64,
    /// Committed events that are not sequenced yet.
    pub outbox: u64,
    /// When the oldest of them happened.
    pub outbox_since: Option<At>,
    /// Those that were set aside because they could not be told.
    pub stuck: u64,
}

/// Where an invariant does not hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Broken {
    /// How often; what one statement finds is counted to 1,000.
    pub count: u64,
    /// The first of them, with keys and no words of anybody.
    pub examples: Vec<String>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// When it was read, by the clock that decides.
    pub at: At,
    /// What there is.
    pub counts: Counts,
    /// What does not hold; empty: sound.
    pub broken: BTreeMap<Invariant, Broken>,
}

impl Report {
    /// Whether everything holds.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.broken.is_empty()
    }
}

/// Orders of one county and day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Numbered {
    /// How many.
    pub there: i64,
    /// The highest running number.
    pub highest: i64,
}

/// A proof under way.
#[derive(Debug, Default)]
pub struct Ledger {
    /// What there is so far.
    pub counts: Counts,
    /// Orders with an event that is not sequenced yet, or was set aside.
    pub waiting: BTreeSet<i64>,
    /// Orders by prefix and day of their numbers.
    pub numbered: BTreeMap<(String, String), Numbered>,
    broken: BTreeMap<Invariant, Broken>,
}

impl Ledger {
    /// Something does not hold; `example` names where.
    pub fn broken(&mut self, what: Invariant, example: impl FnOnce() -> String) {
        let found = self.broken.entry(what).or_default();
        found.count += 1;
        if found.examples.len() < SHOWN {
            found.examples.push(example());
        }
    }

    /// [`Ledger::broken`] unless it holds.
    pub fn holds(&mut self, what: Invariant, holds: bool, example: impl FnOnce() -> String) {
        if !holds {
            self.broken(what, example);
        }
    }

    /// The end of it.
    #[must_use]
    pub fn report(self, at: At) -> Report {
        Report { at, counts: self.counts, broken: self.broken }
    }
}
