//! An attempt that is over, as it is remembered: what whoever comes later is told without asking the database.

use crate::news::live::frame::Frame;
use domain::words::mask::mask_name;
use domain::{AccountId, At, ScopeId};
use persistence::order::claims::Outcome;
use persistence::order::values::Closing;
use std::sync::OnceLock;

/// An attempt that is over.
#[derive(Debug)]
pub struct Over {
    closing: Closing,
    /// Who won, masked.
    pub by: Option<String>,
    /// What a socket is told that lost: encoded once for all of them.
    pub lost: OnceLock<Frame>,
}

impl From<Closing> for Over {
    fn from(closing: Closing) -> Self {
        let by = closing.winners.first().map(|(_, name)| mask_name(name));
        Self { closing, by, lost: OnceLock::new() }
    }
}

impl Over {
    /// What this person is told, who belongs to these scopes. `None` for whoever holds or held it: the database knows
    /// how they stand.
    #[must_use]
    pub fn outcome_for(&self, who: AccountId, scopes: &[ScopeId], now: At) -> Option<Outcome> {
        let closing = &self.closing;
        if closing.holders.contains(&who) {
            return None;
        }
        let member = closing.scopes.iter().any(|scope| scopes.contains(scope));
        if !member || closing.own.contains(&who) {
            return Some(Outcome::NotEligible);
        }
        let version = closing.version;
        let Some((by, _)) = closing.winners.first() else { return Some(Outcome::Gone { version }) };
        Some(Outcome::Lost { by: *by, at: closing.at.unwrap_or(now), version })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: At = At::UNIX_EPOCH;

    fn over(winners: Vec<(AccountId, String)>) -> Over {
        let holders = winners.iter().map(|(who, _)| *who).collect();
        Closing {
            winners,
            holders,
            at: None,
            version: 5,
            own: vec![AccountId(3)],
            scopes: vec![ScopeId(10), ScopeId(11)],
        }
        .into()
    }

    #[test]
    fn whoever_was_offered_it_learns_that_it_is_lost_and_nobody_else() {
        let over = over(vec![(AccountId(1), "张建国".into())]);
        let lost = Outcome::Lost { by: AccountId(1), at: NOW, version: 5 };
        assert_eq!(over.outcome_for(AccountId(2), &[ScopeId(4), ScopeId(11)], NOW), Some(lost));
        assert_eq!(over.by.as_deref(), Some("张**"));
        assert_eq!(
            over.outcome_for(AccountId(2), &[ScopeId(4)], NOW),
            Some(Outcome::NotEligible),
            "a stranger"
        );
        assert_eq!(
            over.outcome_for(AccountId(3), &[ScopeId(10)], NOW),
            Some(Outcome::NotEligible),
            "one's own"
        );
        assert_eq!(
            over.outcome_for(AccountId(1), &[ScopeId(10)], NOW),
            None,
            "the winner's answer is in the database"
        );
    }

    #[test]
    fn what_nobody_won_is_gone() {
        assert_eq!(
            over(vec![]).outcome_for(AccountId(2), &[ScopeId(10)], NOW),
            Some(Outcome::Gone { version: 5 })
        );
    }
}
