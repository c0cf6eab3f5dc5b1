//! What waits, and until when: the limit that ends next, the end of an offer, the request that is to be decided. Lists are in
//! order of it and filter by it.

use super::deadline::{Clock, Clocks};
use crate::At;
use crate::order::state::Order;
use crate::order::state::request::{Ask, AskKind, Request};
use crate::order::state::status::Status;

impl Order {
    /// When the limit ends that the organisation has to keep next: to accept it until it is accepted, to resolve it from then
    /// on; the earlier of both where both run. None while it is closed, suspended, or has no limit. A claim changes nothing of
    /// it: limits to claim and to first contact are counted in minutes, and those who have to keep them are told.
    #[must_use]
    pub fn next_due_at(&self) -> Option<At> {
        next_due_at(self.status, &self.clocks)
    }

    /// The request that waits for a decision; whatever ends the work ends the request with it. One to hand back
    /// waits only until somebody acknowledges (the claim statement doesn't touch requests).
    #[must_use]
    pub fn pending_request(&self) -> Option<&Request> {
        self.case.request.as_ref().filter(|r| match r.ask {
            Ask::Suspend { .. } | Ask::Extend { .. } => true,
            Ask::HandBack => self.status == Status::Assigned,
        })
    }

    /// The request that was made last and was not decided, while it is open; [`Order::pending_request`] says whether it still
    /// waits.
    #[must_use]
    pub fn asked(&self) -> Option<AskKind> {
        self.case.request.filter(|_| self.status.is_open()).map(|request| request.ask.kind())
    }
}

/// [`Order::next_due_at`] of an order in this state with these clocks.
#[must_use]
pub fn next_due_at(status: Status, clocks: &Clocks) -> Option<At> {
    let running = |clock: Option<Clock>| clock.and_then(|clock| clock.running_due_at());
    let due = running(clocks.accept).into_iter().chain(running(clocks.resolve)).min();
    due.filter(|_| status.is_open())
}

/// When an offer ends that nobody takes: at the limit to claim it, or to acknowledge it for whom it is directed to. None
/// without a limit, and where nothing is offered.
#[must_use]
pub fn offer_ends_at(status: Status, clocks: &Clocks, acknowledge_due_at: Option<At>) -> Option<At> {
    match status {
        Status::Pooled => clocks.claim.and_then(|clock| clock.running_due_at()),
        Status::Assigned => acknowledge_due_at,
        Status::Submitted
        | Status::NeedInfo
        | Status::Rejected
        | Status::Accepted
        | Status::Claimed
        | Status::InProgress
        | Status::PendingCheck
        | Status::Resolved
        | Status::Disputed
        | Status::Closed
        | Status::Archived
        | Status::Withdrawn
        | Status::Merged => None,
    }
}
