//! What a claim asks and what it learns, in both databases. `order/claim/pg.rs` and `order/claim/sqlite.rs` hold the hot
//! statement; `order/queries/claims.rs` the reading that tells a loser why.

use domain::{AccountId, At, OrderId};

/// A claim on a pooled order, or the acknowledgement of an assigned one: the same statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimAsk {
    /// The order.
    pub order: OrderId,
    /// The attempt the candidate saw.
    pub attempt: i32,
    /// The candidate.
    pub account: AccountId,
    /// The state it is claimed from: `Pooled` or `Assigned`.
    pub from: domain::order::Status,
    /// The client's key, kept with a win.
    pub key: Option<String>,
}

impl ClaimAsk {
    /// The word of the event a win writes.
    #[must_use]
    pub fn event_kind(&self) -> &'static str {
        if self.from == domain::order::Status::Assigned { "acknowledged" } else { "claimed" }
    }

    /// Whether having released the order lately stands in the way: not when a dispatcher directs it to the same person.
    #[must_use]
    pub fn cools_down(&self) -> bool {
        self.from == domain::order::Status::Pooled
    }
}

/// A committed win.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Win {
    /// The order's version after it.
    pub version: i32,
    /// The slot won.
    pub slot: i32,
    /// When.
    pub at: At,
    /// Whether no slot is left.
    pub full: bool,
    /// Whether it is held still: not when it was given up since.
    pub held: bool,
}

/// How a claim ended. The same (order, attempt, account) always gets the same final answer: won, lost or gone. The
/// others say why not now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Won, now or earlier.
    Won(Win),
    /// Somebody else won this attempt.
    Lost {
        /// The winner of the lowest slot.
        by: AccountId,
        /// When.
        at: At,
        /// The order's version.
        version: i32,
    },
    /// The offer is over.
    Gone {
        /// The order's version.
        version: i32,
    },
    /// Suspended: the offer may stand again.
    Suspended {
        /// Until when.
        until: At,
    },
    /// Not a candidate; learns nothing else.
    NotEligible,
    /// Released it lately.
    CoolingDown {
        /// Until when.
        until: At,
    },
    /// Pooled and eligible after all: ask again.
    Retry,
}
