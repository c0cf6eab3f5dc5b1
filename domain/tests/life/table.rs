//! FIELD.md's workflow table, written down a second time and by hand: from, to, who.

use crate::cast::Who;
use domain::order::{Event, Reason, Recorded, Status};

use Status as S;
use Who as W;

/// Who stands in the third column. Staff do what a resident does for callers without an account.
#[derive(Clone, Copy)]
enum By {
    Dispatcher,
    DispatcherOrRule,
    DispatcherOrStaff,
    DispatcherOrLeader,
    Worker,
    WorkerOrSystem,
    Checker,
    CheckerOrClaimant,
    SecondPersonOrSystem,
    Supervisor,
    ResidentOrStaffOrSystem,
    ResidentOrStaff,
}

const TABLE: &[(Status, Status, By)] = &[
    (S::Submitted, S::Accepted, By::DispatcherOrRule),
    (S::Submitted, S::Resolved, By::DispatcherOrStaff),
    (S::Accepted, S::Resolved, By::DispatcherOrStaff),
    (S::Accepted, S::Submitted, By::Dispatcher),
    (S::Submitted, S::NeedInfo, By::Dispatcher),
    (S::NeedInfo, S::Submitted, By::ResidentOrStaff),
    (S::NeedInfo, S::Withdrawn, By::ResidentOrStaffOrSystem),
    (S::Submitted, S::Withdrawn, By::ResidentOrStaffOrSystem),
    (S::Submitted, S::Rejected, By::Dispatcher),
    (S::Rejected, S::Submitted, By::ResidentOrStaff),
    (S::Accepted, S::Pooled, By::DispatcherOrRule),
    (S::Accepted, S::Assigned, By::DispatcherOrRule),
    (S::Pooled, S::Claimed, By::CheckerOrClaimant), // a candidate, or a dispatcher closing the remainder
    (S::Pooled, S::InProgress, By::CheckerOrClaimant), // the same, where one of the claimants has made contact
    (S::Pooled, S::Assigned, By::DispatcherOrRule),
    (S::Pooled, S::Accepted, By::Dispatcher),
    (S::Assigned, S::Accepted, By::SecondPersonOrSystem),
    (S::Assigned, S::Claimed, By::Worker),
    (S::Claimed, S::InProgress, By::Worker),
    (S::Claimed, S::Pooled, By::WorkerOrSystem),
    (S::InProgress, S::Pooled, By::WorkerOrSystem),
    (S::Claimed, S::Assigned, By::DispatcherOrLeader),
    (S::InProgress, S::Assigned, By::DispatcherOrLeader),
    (S::Claimed, S::Accepted, By::Worker),
    (S::InProgress, S::Accepted, By::Worker),
    (S::InProgress, S::PendingCheck, By::Worker),
    (S::InProgress, S::Resolved, By::Worker),
    (S::PendingCheck, S::Resolved, By::Checker),
    (S::PendingCheck, S::InProgress, By::Checker),
    (S::Resolved, S::Closed, By::ResidentOrStaffOrSystem),
    (S::Resolved, S::Disputed, By::ResidentOrStaff),
    (S::Closed, S::Disputed, By::ResidentOrStaff), // an unsatisfied revisit; for callers without an account
    (S::Disputed, S::InProgress, By::Supervisor),
    (S::Disputed, S::Assigned, By::Supervisor),
    (S::Disputed, S::Closed, By::Supervisor),
    (S::Accepted, S::Withdrawn, By::ResidentOrStaff),
    (S::Pooled, S::Withdrawn, By::ResidentOrStaff),
    (S::Assigned, S::Withdrawn, By::ResidentOrStaff),
    (S::Claimed, S::Withdrawn, By::ResidentOrStaff),
    (S::InProgress, S::Withdrawn, By::ResidentOrStaff),
    (S::PendingCheck, S::Withdrawn, By::ResidentOrStaff),
];

/// Whoever may be offered, handed or whistled into an order: with a role that works, in the town. The claim itself is
/// checked elsewhere.
const WORKERS: [Who; 8] = [
    W::Worker,
    W::Candidate,
    W::CoHandler,
    W::Dispatcher,
    W::OtherDispatcher,
    W::Leader,
    W::UnitHandler,
    W::Volunteer,
];

/// From and to of every row.
pub fn rows() -> impl Iterator<Item = (Status, Status)> {
    TABLE.iter().map(|(from, to, _)| (*from, *to))
}

/// Whether the table has this step, and the actor stands in its column.
pub fn allows(from: Status, to: Status, recorded: &Recorded) -> bool {
    if from == to {
        return stays(from, &recorded.event);
    }
    TABLE.iter().any(|(f, t, by)| *f == from && *t == to && by.admits(recorded))
}

impl By {
    fn admits(self, recorded: &Recorded) -> bool {
        let whom: &[Who] = match self {
            Self::Dispatcher => &[W::Dispatcher, W::OtherDispatcher],
            Self::DispatcherOrRule => &[W::Dispatcher, W::OtherDispatcher, W::System],
            Self::DispatcherOrStaff => {
                &[W::Dispatcher, W::OtherDispatcher, W::Worker, W::Candidate, W::Leader]
            }
            Self::DispatcherOrLeader => &[W::Dispatcher, W::OtherDispatcher, W::Leader],
            Self::Supervisor => &[W::Supervisor],
            Self::SecondPersonOrSystem => &[W::Dispatcher, W::OtherDispatcher, W::Supervisor, W::System],
            Self::Checker => &[W::Dispatcher, W::OtherDispatcher, W::Leader, W::Supervisor],
            Self::ResidentOrStaff => {
                &[W::Reporter, W::Dispatcher, W::OtherDispatcher, W::Leader, W::Supervisor]
            }
            Self::ResidentOrStaffOrSystem => {
                &[W::Reporter, W::Dispatcher, W::OtherDispatcher, W::Leader, W::Supervisor, W::System]
            }
            Self::Worker | Self::CheckerOrClaimant => &WORKERS,
            Self::WorkerOrSystem => {
                return recorded.actor == W::System.actor() || Self::Worker.admits(recorded);
            }
        };
        whom.iter().any(|who| who.actor() == recorded.actor)
    }
}

/// The rows that lead back to the same state, and the commands that "change no state".
fn stays(status: Status, event: &Event) -> bool {
    let open = status.is_open();
    match event {
        Event::Forwarded { .. } | Event::TakenBack { .. } => status == S::Submitted,
        Event::Reclassified { .. } => open && status != S::PendingCheck && status != S::Disputed,
        Event::Dispatched { .. }
        | Event::Widened { .. }
        | Event::LeftUnclaimed
        | Event::Claimed { .. }
        | Event::Released { .. } => status == S::Pooled,
        Event::Assigned { .. } | Event::AcknowledgeOverdue { .. } => status == S::Assigned,
        Event::Progressed { .. } => {
            matches!(status, S::Pooled | S::Claimed | S::InProgress | S::PendingCheck | S::Disputed)
        }
        Event::Contacted { .. } => status == S::Pooled,
        Event::Surveyed => matches!(status, S::Pooled | S::Claimed | S::InProgress),
        Event::Whistled { .. } => matches!(status, S::Claimed | S::InProgress),
        // what leaves the working states leaves no open co-handler
        Event::CoHandlerWaived { reason: Some(Reason::HelpOver), .. } => {
            !matches!(status, S::Accepted | S::Pooled | S::Assigned | S::Claimed | S::InProgress)
        }
        Event::ReportedIn { .. }
        | Event::CoHandlingFinished { .. }
        | Event::CoHandlerWaived { .. }
        | Event::Supplemented
        | Event::Urged
        | Event::Supervised
        | Event::Requested { .. }
        | Event::RequestGranted { .. }
        | Event::RequestRefused { .. }
        | Event::RequestWithdrawn { .. }
        | Event::SuspensionEnded => open,
        Event::Joined { .. } => !status.is_finished(),
        Event::Declined { .. } => true,
        Event::Rated { .. } | Event::Revisited { .. } => status == S::Closed,
        _ => false,
    }
}
