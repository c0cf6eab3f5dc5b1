//! Plain values about pushes that cross the store's boundary.

use chrono::TimeDelta;
use domain::news::push::{PushKind, PushState};
use domain::{AccountId, At, OrderId, PushId};

/// Who is pushed to, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PushRule {
    /// How long a notification may stay unacknowledged before it is pushed.
    pub wait: TimeDelta,
    /// Pushes of one dispatch at most: an order's offers of one attempt.
    pub per_dispatch: i64,
}

/// What a pass that makes pushes did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// Pushes made.
    pub jobs: usize,
    /// Scopes looked through: after 0 nothing is left to do now.
    pub scopes: usize,
    /// Dispatches that reached the limit.
    pub capped: Vec<Capped>,
}

/// A dispatch that reached the limit of pushes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capped {
    /// The order.
    pub order: OrderId,
    /// Its attempt.
    pub attempt: i32,
    /// People who are not pushed to, though they did not acknowledge.
    pub left_out: i64,
}

/// A push that was taken to be sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenPush {
    /// Its key.
    pub id: PushId,
    /// The epoch, since keys that a failover lost are given again: together with the key it names the push for good.
    pub epoch: String,
    /// To whom.
    pub account: AccountId,
    /// About what.
    pub kind: PushKind,
    /// The order.
    pub order: OrderId,
    /// The order's version at the notification.
    pub version: i32,
    /// The order's attempt: a claim names it.
    pub order_attempt: i32,
    /// The notification's number in its scope.
    pub seq: i64,
    /// When it was made.
    pub created_at: At,
    /// Times it was taken, this one included.
    pub attempts: i32,
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushOutcome {
    /// The receiver has it.
    Sent,
    /// To be tried again.
    Again {
        /// After this long.
        after: TimeDelta,
        /// A short word.
        why: String,
    },
    /// Given up.
    Dead {
        /// A short word.
        why: String,
    },
}

/// What came of asking for a push to be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resent {
    /// It waits to be sent.
    Done,
    /// It was not given up.
    NotDead,
}

/// How pushes stand as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PushBacklog {
    /// Waiting to be sent.
    pub waiting: i64,
    /// When the oldest of them was made.
    pub oldest: Option<At>,
    /// Given up and kept.
    pub dead: i64,
}

/// A page of pushes.
#[derive(Debug, Clone)]
pub struct PushFilter {
    /// Only those in this state.
    pub state: PushState,
    /// Only to people with a role in these areas or below.
    pub paths: Vec<String>,
    /// To people without any role too.
    pub roleless_too: bool,
    /// The last key of the page before; 0: the first page.
    pub before: PushId,
    /// Rows of a page.
    pub limit: i64,
}
