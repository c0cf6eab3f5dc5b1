//! The limits of time that a service item sets.

use serde::{Deserialize, Serialize};

/// A time limit of a service item. Minutes run 24×7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Minutes, around the clock.
    Minutes(u32),
}

impl Limit {
    /// The limit as a span, milliseconds.
    #[must_use]
    pub fn millis(self) -> i64 {
        match self {
            Self::Minutes(n) => i64::from(n) * 60_000,
        }
    }
}

/// The four limits of a service item; `None` means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// From submitted to accepted or refused.
    pub accept: Option<Limit>,
    /// From dispatch to claim; also the limit to acknowledge a directed order.
    pub claim: Option<Limit>,
    /// From claim to first contact; running out releases the claim.
    pub contact: Option<Limit>,
    /// From acceptance to resolution.
    pub resolve: Option<Limit>,
}
