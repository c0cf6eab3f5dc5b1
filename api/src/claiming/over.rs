//! An attempt that is over, as it is remembered: what whoever comes later is told without asking the database.

use super::Answered;
use domain::mask::mask_name;
use domain::{AccountId, At};
use persistence::claims::Outcome;
use persistence::values::Closing;

/// An attempt that is over.
#[derive(Debug)]
pub struct Over {
    closing: Closing,
    /// Who won, masked.
    by: Option<String>,
}

impl From<Closing> for Over {
    fn from(closing: Closing) -> Self {
        let by = closing.winners.first().map(|(_, name)| mask_name(name));
        Self { closing, by }
    }
}

impl Over {
    /// What this person is told, who belongs to these scopes. `None` for whoever holds or held it: the database knows
    /// how they stand.
    #[must_use]
    pub fn told(&self, who: AccountId, scopes: &[i64], now: At) -> Option<Answered> {
        let closing = &self.closing;
        if closing.holders.contains(&who.0) {
            return None;
        }
        let member = closing.scopes.iter().any(|scope| scopes.contains(scope));
        if !member || closing.own.contains(&who.0) {
            return Some(Outcome::NotEligible.into());
        }
        let version = closing.version;
        let Some((by, _)) = closing.winners.first() else { return Some(Outcome::Gone { version }.into()) };
        let outcome = Outcome::Lost { by: AccountId(*by), at: closing.at.unwrap_or(now), version };
        Some(Answered { outcome, by: self.by.clone() })
    }
}
