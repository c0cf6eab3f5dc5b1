//! What must hold of one scope's notifications: read once, in order.

use super::ledger::Ledger;
use crate::news::invariants::{LOG_TRUE, LOG_WHOLE};
use domain::At;
use std::collections::{BTreeMap, BTreeSet};

/// A scope whose notifications are read.
#[derive(Debug, Clone)]
pub struct ScopeRead {
    /// Its key.
    pub id: i64,
    /// The number of its last notification.
    pub head: i64,
    /// When that was.
    pub head_at: Option<At>,
    /// The orders whose offer it holds, as the rings have it.
    pub told: BTreeSet<i64>,
}

/// A reading under way.
#[derive(Debug)]
pub struct Log {
    scope: ScopeRead,
    kept: u64,
    last: Option<i64>,
    /// By order: whether the last word was an offer. Orders whose end came and that the rings do not hold are dropped.
    offered: BTreeMap<i64, bool>,
}

impl Log {
    /// Nothing is read yet.
    #[must_use]
    pub const fn new(scope: ScopeRead) -> Self {
        Self { scope, kept: 0, last: None, offered: BTreeMap::new() }
    }

    /// Whose it is.
    #[must_use]
    pub const fn scope(&self) -> &ScopeRead {
        &self.scope
    }

    /// The next notification: its number, order and kind.
    pub fn add(&mut self, seq: i64, order: i64, kind: &str, book: &mut Ledger) {
        self.kept += 1;
        if let Some(last) = self.last.replace(seq) {
            let id = self.scope.id;
            book.holds(LOG_WHOLE, seq == last + 1, || format!("scope {id}: {last} is followed by {seq}"));
        }
        match kind {
            "offer" => {
                self.offered.insert(order, true);
            }
            "closed" if self.scope.told.contains(&order) => {
                self.offered.insert(order, false);
            }
            "closed" => {
                self.offered.remove(&order);
            }
            _ => {}
        }
    }

    /// All are read. What happened before `cutoff` may have been swept.
    pub fn end(self, cutoff: At, book: &mut Ledger) {
        let (id, head) = (self.scope.id, self.scope.head);
        book.counts.scopes += 1;
        book.counts.notifications += u64::try_from(head).unwrap_or(0);
        book.counts.notifications_kept += self.kept;
        match self.last {
            Some(last) => {
                book.holds(LOG_WHOLE, last == head, || {
                    format!("scope {id}: the head is {head}, the last is {last}")
                });
            }
            None => {
                let swept = head == 0 || self.scope.head_at.is_some_and(|at| at < cutoff);
                book.holds(LOG_WHOLE, swept, || format!("scope {id}: the head is {head}, and none is kept"));
            }
        }
        for (order, offered) in self.offered {
            let stands = self.scope.told.contains(&order);
            let known = stands == offered || book.waiting.contains(&order);
            book.holds(LOG_TRUE, known, || {
                let word = if offered { "offer" } else { "closed" };
                format!("scope {id}: the last word on order {order} is {word}")
            });
        }
    }
}
