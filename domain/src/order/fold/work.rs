//! Effects while it is handled: first contact, co-handlers, reporting up, feeding back.

use crate::At;
use crate::order::state::Order;
use crate::order::state::case::{CoHandler, CoHandling, Hop};
use crate::order::state::status::Status;
use crate::organisation::scope::Assignee;
use crate::words::ids::{AccountId, AreaId};

impl Order {
    pub(super) fn contacted(&mut self, at: At, occurred_at: At, by: Option<AccountId>) {
        // while other slots are still to be had, the order stays where it can be claimed
        if self.status != Status::Pooled {
            self.status = Status::InProgress;
        }
        self.case.contacted_at = Some(occurred_at);
        self.case.contacted_by = by;
        if let Some(contact) = &mut self.clocks.contact {
            contact.stop(at);
        }
    }

    pub(super) fn reported_up(&mut self, at: At, attempt: i32, by: AccountId, (from, to): (AreaId, AreaId)) {
        self.taken_back(attempt);
        self.inbox = to;
        self.case.hops.push(Hop { by, from, to, at });
    }

    pub(super) fn whistled(&mut self, at: At, who: Assignee, within: Option<AreaId>) {
        let state = CoHandling::Whistled;
        self.case.co_handlers.push(CoHandler { who, state, reported_by: None, at, within });
    }

    pub(super) fn reported_in(&mut self, at: At, who: Assignee, account: AccountId) {
        self.co_handling(at, who, CoHandling::ReportedIn, Some(account));
    }

    /// Moves the open co-handler `who` on; there is at most one (`decide` sees to it).
    pub(super) fn co_handling(
        &mut self,
        at: At,
        who: Assignee,
        state: CoHandling,
        reported_by: Option<AccountId>,
    ) {
        if let Some(co) = self.case.co_handlers.iter_mut().find(|c| c.who == who && c.is_open()) {
            co.state = state;
            co.at = at;
            co.reported_by = co.reported_by.or(reported_by);
        }
    }

    pub(super) fn fed_back(&mut self, at: At) {
        self.status = Status::PendingCheck;
        // it began when the last slot was taken; whoever made contact before that left it running
        if let Some(contact) = &mut self.clocks.contact {
            contact.stop(at);
        }
        self.case.request = None;
    }
}
