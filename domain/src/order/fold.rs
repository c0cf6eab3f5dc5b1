//! The fold: every change of an order's state happens here and only here, one event at a time.
//!
//! `decide` makes events and learns their effect by applying them to a clone; a replay of the history
//! reaches the same order. `Claimed` and `Acknowledged` touch nothing but status, claims, version,
//! `updated_at` and two clocks, because one SQL statement writes the same (QUEUE.md, Claim).

mod intake;
mod offer;
mod outcome;
mod pauses;
mod work;

use super::event::{Event, Recorded};
use super::reason::Reason;
use super::state::Order;
use super::state::case::CoHandling;
use super::state::status::Status;
use crate::words::ids::OrderId;

/// The order this history makes; `None` when the history is empty or doesn't begin with `Submitted`.
#[must_use]
pub fn fold(id: OrderId, history: &[Recorded]) -> Option<Order> {
    let (first, rest) = history.split_first()?;
    let mut order = Order::submitted(id, first)?;
    rest.iter().for_each(|recorded| order.apply(recorded));
    Some(order)
}

impl Order {
    /// Applies one event. `Submitted` makes an order ([`fold`]) and changes none.
    pub fn apply(&mut self, recorded: &Recorded) {
        if ends_forwarding(&recorded.event) {
            self.case.forwarded = None;
        }
        self.take_effect(recorded);
        self.settle_pauses(recorded.at);
        self.version = recorded.seq;
        self.updated_at = recorded.at;
    }

    fn take_effect(&mut self, recorded: &Recorded) {
        let (at, by) = (recorded.at, recorded.actor.account());
        match recorded.event {
            Event::Submitted { .. } | Event::Supplemented | Event::Progressed { .. } => {}
            Event::Joined { .. } | Event::Declined { .. } => self.settle_invitation(&recorded.event),
            Event::InfoSupplied => self.info_supplied(at),
            Event::Withdrawn { .. } => self.end(Status::Withdrawn, at),
            Event::Urged => self.case.urges += 1,
            Event::Appealed => self.appealed(at),
            Event::Rated { score, solved } => self.rated(at, by, (score, solved)),
            Event::Disputed { revisited, .. } => self.disputed(at, revisited),
            Event::Accepted { service_item, area, priority, slots, limits } => {
                self.accepted(at, (service_item, area, priority), slots, limits);
            }
            Event::InfoAsked { due_at } => self.info_asked(due_at),
            Event::Rejected { reason } => self.rejected(at, by, reason),
            Event::Answered { outcome, silence_due_at, reopen_until } => {
                self.answered(at, by, outcome, (silence_due_at, reopen_until));
            }
            Event::Forwarded { from, to, by } => self.forwarded(at, by, (from, to), recorded.seq),
            Event::TakenBack { to, .. } => self.inbox = to,
            Event::Reclassified { service_item: item, area, limits } => self.reclassified(item, area, limits),
            Event::Dispatched { attempt, slots, ref scopes, limits, ref ladder } => {
                self.dispatched(at, (attempt, scopes, ladder.clone()), slots, limits);
            }
            Event::Widened { ring, ref scopes, steps } => self.widened(at, ring, scopes, steps),
            Event::LeftUnclaimed => self.left_unclaimed(at),
            Event::Assigned { attempt, assignee, limits, acknowledge_due_at, within } => {
                self.limits = limits;
                self.assigned(at, attempt, (assignee, within), acknowledge_due_at);
            }
            Event::Recalled { attempt, .. } => self.taken_back(attempt),
            Event::Transferred { attempt, assignee, acknowledge_due_at, within, .. } => {
                self.assigned(at, attempt, (assignee, within), acknowledge_due_at);
            }
            Event::RemainderClosed { slots } => self.remainder_closed(at, slots),
            Event::Claimed { attempt, slot, account, full } => {
                self.won(at, attempt, slot, account, (full, Status::Pooled));
            }
            Event::Acknowledged { attempt, slot, account, full } => {
                self.won(at, attempt, slot, account, (full, Status::Assigned));
            }
            Event::Released { attempt, slot, account, cool_until, ref scopes, ref ladder, .. } => {
                self.released(at, (attempt, scopes, ladder.clone()), (slot, account), cool_until);
            }
            Event::Contacted { occurred_at, by } => self.contacted(at, occurred_at, by),
            Event::Surveyed => self.case.surveys += 1,
            Event::ReportedUp { attempt, by, from, to, .. } => self.reported_up(at, attempt, by, (from, to)),
            Event::Whistled { who, within } => self.whistled(at, who, within),
            Event::ReportedIn { who, account } => self.reported_in(at, who, account),
            Event::CoHandlingFinished { who } => self.co_handling(at, who, CoHandling::Done, None),
            Event::CoHandlerWaived { who, .. } => self.co_handling(at, who, CoHandling::Waived, None),
            Event::FedBack { .. } => self.fed_back(at),
            Event::Resolved { outcome, silence_due_at, reopen_until } => {
                self.resolved(at, outcome, (silence_due_at, reopen_until));
            }
            Event::Requested { ask, reason } => self.requested(at, by, ask, reason),
            Event::RequestGranted { ask, attempt } => self.request_granted(at, by, ask, attempt),
            Event::RequestRefused { ask } => self.request_refused(ask),
            Event::RequestWithdrawn { .. } => self.case.request = None,
            Event::SuspensionEnded => self.suspension_ended(at),
            Event::SentBack { .. } => self.status = Status::InProgress,
            Event::Revisited { satisfied } => self.revisited(at, by, satisfied),
            Event::SilenceClosed => self.status = Status::Closed,
            Event::RedoOrdered { assignee, attempt, acknowledge_due_at, within, fresh } => {
                self.redo_ordered(at, assignee.map(|to| (to, within)), (attempt, fresh), acknowledge_due_at);
            }
            Event::Upheld { .. } => self.upheld(at),
            Event::Supervised => self.case.supervisions += 1,
            Event::AcknowledgeOverdue { next_due_at: due } => self.case.acknowledge_due_at = Some(due),
        }
    }
}

/// Whether somebody acted on it: not what the reporter or those above say beside, nor that the help of co-handlers ended
/// with the forwarding itself.
const fn ends_forwarding(event: &Event) -> bool {
    !matches!(
        event,
        Event::Supplemented
            | Event::Urged
            | Event::Supervised
            | Event::CoHandlerWaived { reason: Some(Reason::HelpOver), .. }
    )
}
