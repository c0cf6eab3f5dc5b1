//! What one asks and another grants (suspension, extension, hand-back), and the time that does not count.

use crate::order::due::deadline::Clock;
use crate::order::reason::Reason;
use crate::words::ids::AccountId;
use crate::{At, labelled};
use serde::{Deserialize, Serialize};

/// A suspension (挂起): needs a reason and a review date, pauses the clocks, ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Since when.
    pub since: At,
    /// When it ends by itself.
    pub until: At,
    /// Why.
    pub reason: Reason,
    /// Who asked for it. None: granted by a version that did not keep it.
    #[serde(default)]
    pub asked_by: Option<AccountId>,
    /// Who granted it.
    #[serde(default)]
    pub granted_by: Option<AccountId>,
}

/// The work up to a redo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// When it was ordered to be done again.
    pub until: At,
    /// The clock to claim, stopped.
    pub claim: Option<Clock>,
    /// The clock to resolve, stopped.
    pub resolve: Option<Clock>,
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Its start.
    pub from: At,
    /// Its end.
    pub to: At,
}

/// A request that a second person must approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What is asked.
    pub ask: Ask,
    /// Why.
    pub reason: Reason,
    /// Who asks; may not approve.
    pub by: AccountId,
    /// When.
    pub at: At,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ask {
    /// To suspend until a review date.
    Suspend {
        /// The review date.
        until: At,
    },
    /// To extend the resolve limit by minutes.
    Extend {
        /// Minutes added.
        minutes: u32,
    },
    /// To hand a directed order back.
    HandBack,
}

labelled! {
    /// The kinds of requests.
    AskKind {
        Suspend = "suspend", "申请挂起", "Suspension";
        Extend = "extend", "申请延期", "Extension";
        HandBack = "hand_back", "申请退单", "Hand-back";
    }
}

impl Ask {
    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> AskKind {
        match self {
            Self::Suspend { .. } => AskKind::Suspend,
            Self::Extend { .. } => AskKind::Extend,
            Self::HandBack => AskKind::HandBack,
        }
    }
}
