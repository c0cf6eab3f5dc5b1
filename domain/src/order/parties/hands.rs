//! In whose hands an order is, and whether they may still do that work.

use crate::order::facts::Facts;
use crate::order::state::Order;
use crate::order::state::case::CoHandler;
use crate::order::target::{self, Part};
use crate::organisation::place::Place;
use crate::people::role::Role;
use crate::words::ids::AccountId;

impl Order {
    /// Whether this person holds a slot and may still do the work: with a role for it, and where it was directed to them
    /// within the area that was granted then. A role or an area that changed since ends it.
    #[must_use]
    pub fn is_handled_by(&self, account: AccountId, facts: &Facts) -> bool {
        self.claim_of(account).is_some() && self.is_kept_by(facts)
    }

    /// Whether somebody with the actor's roles may do the work of a claimant, or of whom it is directed to.
    pub(crate) fn is_kept_by(&self, facts: &Facts) -> bool {
        self.is_kept_with(&facts.held)
    }

    /// Whether somebody with these roles may.
    pub(crate) fn is_kept_with(&self, held: &[(Role, Place)]) -> bool {
        let part = if self.assignee.is_some() { Part::Directed } else { Part::Offered };
        target::works(held, part, self.case.assigned_within)
    }
}

/// Whether somebody with the actor's roles may help as this co-handler.
pub(crate) fn helps(facts: &Facts, co: &CoHandler) -> bool {
    helps_with(&facts.held, co)
}

/// Whether somebody with these roles may.
pub(crate) fn helps_with(held: &[(Role, Place)], co: &CoHandler) -> bool {
    target::works(held, Part::Whistled, co.within)
}
