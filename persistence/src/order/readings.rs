//! Who read whose contact or looked somebody up by phone: plain values, the same for both databases.

use crate::engine::sql::types::Ts;
use chrono::TimeDelta;
use domain::{AccountId, AreaId, At, OrderId};

/// Position of a reading in the log: when it was, and its key.
pub type Key = (Ts, i64);

/// Somebody looks for a phone.
#[derive(Debug, Clone)]
pub struct PhoneSearch {
    /// Who.
    pub account: AccountId,
    /// Keyed hashes of the phone.
    pub hashes: Vec<Vec<u8>>,
    /// The phone as the log may say it.
    pub masked: String,
    /// The topmost areas looked in, with their paths.
    pub areas: Vec<(AreaId, String)>,
    /// The request, as the log of the process names it.
    pub request_id: String,
}

impl PhoneSearch {
    /// Where it was looked, as the log says it: paths, a blank between two.
    #[must_use]
    pub fn searched(&self) -> String {
        self.areas.iter().map(|(_, path)| path.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// What came of asking to look for a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowance {
    /// It is logged and may go on.
    Logged,
    /// There were too many: not before this instant.
    UsedUp {
        /// When.
        next: At,
        /// How long that is.
        wait: TimeDelta,
    },
}

/// A page of readings, the newest first.
#[derive(Debug, Clone, Default)]
pub struct ReadingFilter {
    /// Of orders in these areas (topmost ones), and look-ups in areas that meet these: key and path.
    pub areas: Vec<(AreaId, String)>,
    /// Only those by this person.
    pub account: Option<AccountId>,
    /// Only those of this order's contact.
    pub order: Option<OrderId>,
    /// Only those since.
    pub from: Option<At>,
    /// Only those before.
    pub to: Option<At>,
    /// The last key of the page before.
    pub after: Option<Key>,
    /// Rows of a page.
    pub limit: usize,
}

/// A reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its key.
    pub id: i64,
    /// When.
    pub at: Ts,
    /// Whose it was.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// The order whose contact was read, with its number; none: a phone was looked for.
    pub order: Option<(OrderId, String)>,
    /// The phone, masked.
    pub phone: Option<String>,
    /// Keys of the topmost areas in which it was looked for.
    pub searched: Vec<AreaId>,
    /// The request.
    pub request_id: String,
}
