//! Callers without an account (来电、来访居民): who speaks for them, and who reads how to reach them. They lose no right
//! (FIELD.md, edge rules).

use crate::At;
use crate::catalogue::item::Anonymity;
use crate::order::event::{Event, Recorded};
use crate::order::facts::Facts;
use crate::order::state::Order;
use crate::order::state::status::Status;
use crate::people::role::RoleSet;
use crate::words::ids::AccountId;

impl Order {
    /// Taken from somebody who has no account: there is no reporter, and nobody chose to stay nameless.
    #[must_use]
    pub fn is_of_a_caller(&self) -> bool {
        self.reporter.is_none() && self.anonymity != Anonymity::Anonymous
    }

    /// Whether this person does for the caller what a reporter does: staff over its inbox who did not handle it.
    #[must_use]
    pub fn is_spoken_for_by(&self, who: AccountId, facts: &Facts) -> bool {
        self.is_of_a_caller() && facts.inbox_roles.meets(RoleSet::CHECKERS) && !self.has_handled(who)
    }

    /// Whether this person reads the caller's telephone: whoever speaks for them, while there is something to ask or to
    /// tell them.
    #[must_use]
    pub fn is_called_back_by(&self, who: AccountId, facts: &Facts, now: At) -> bool {
        let waits = match self.status {
            Status::Submitted | Status::NeedInfo | Status::Rejected | Status::Resolved | Status::Disputed => {
                true
            }
            Status::Closed => self.case.reopen_until.is_some_and(|until| now <= until),
            Status::Accepted
            | Status::Pooled
            | Status::Assigned
            | Status::Claimed
            | Status::InProgress
            | Status::PendingCheck
            | Status::Archived
            | Status::Withdrawn
            | Status::Merged => false,
        };
        waits && self.is_spoken_for_by(who, facts)
    }

    /// Whether somebody did this step for the caller: it is the reporter's to do, and it was not them.
    #[must_use]
    pub fn is_on_behalf(&self, recorded: &Recorded) -> bool {
        let not_own = recorded.actor.account().is_some_and(|by| !self.is_own(by));
        let reporters = matches!(
            recorded.event,
            Event::InfoSupplied
                | Event::Supplemented
                | Event::Withdrawn { .. }
                | Event::Appealed
                | Event::Rated { .. }
                | Event::Disputed { revisited: false, .. }
        );
        // a dispatcher urges on their own account, too
        let urged = matches!(recorded.event, Event::Urged) && self.is_of_a_caller();
        not_own && (reporters || urged)
    }
}
