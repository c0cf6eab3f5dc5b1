//! Safeguards that may be left out, each with where that shows.

use super::{Protocol, properties};

/// A safeguard that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// The claim statement does not compare the attempt.
    NoAttemptCheck,
    /// The sequencer tells the scopes that the claim's snapshot held, not those of the order as it stands.
    EarlyExpansion,
    /// The claim's row goes in with ON CONFLICT DO NOTHING: a violated index no longer fails the statement.
    ConflictDoNothing,
    /// Notifications take their numbers before their commit, and passes share no lock.
    NumbersBeforeCommit,
    /// A pass tells those who watch before its commit.
    PublishedBeforeCommit,
    /// A firing timer writes what it decided without comparing the order's version.
    ExpireWithoutVersion,
    /// Why a claim won nothing is told without looking for a claim of one's own.
    ForgetsOwnClaim,
    /// It is told from a claim of one's own on any order: it takes another worker and another order to be wrong.
    OwnClaimOfAnyOrder,
}

impl Bug {
    pub const ALL: [Self; 8] = [
        Self::NoAttemptCheck,
        Self::EarlyExpansion,
        Self::ConflictDoNothing,
        Self::NumbersBeforeCommit,
        Self::PublishedBeforeCommit,
        Self::ExpireWithoutVersion,
        Self::ForgetsOwnClaim,
        Self::OwnClaimOfAnyOrder,
    ];

    /// A world with it, and the property that it breaks there.
    #[must_use]
    pub const fn breaks(self) -> (Protocol, &'static str) {
        let (world, property) = match self {
            Self::NoAttemptCheck => (Protocol { ladder: false, ..Protocol::MOVE }, properties::FAIR),
            Self::EarlyExpansion => (Protocol::MOVE, properties::TOLD),
            Self::ConflictDoNothing => (Protocol::SLOTS, properties::FILLED),
            Self::NumbersBeforeCommit => (Protocol::MOVE, properties::GOT),
            Self::PublishedBeforeCommit => (Protocol::CRASH, properties::COMMITTED),
            Self::ExpireWithoutVersion => (Protocol::CRASH, properties::LADDER),
            Self::ForgetsOwnClaim => (Protocol::CRASH, properties::LOST),
            Self::OwnClaimOfAnyOrder => (Protocol::PAIRS, properties::WON),
        };
        (Protocol { bug: Some(self), again: 0, ..world }, property)
    }
}
