//! The times in a sentence: by when, how long, and as they are written here.

use crate::At;
use crate::order::state::Order;
use crate::order::state::status::Status;
use chrono::FixedOffset;

/// When the current holder of the ball is expected to have played it.
#[must_use]
pub fn due(order: &Order) -> Option<At> {
    let clocks = &order.clocks;
    match order.status {
        Status::Submitted => clocks.accept?.due_at(),
        Status::NeedInfo => order.case.info_due_at,
        Status::Pooled => clocks.claim?.due_at(),
        Status::Assigned => order.case.acknowledge_due_at,
        Status::Claimed => clocks.contact?.due_at(),
        Status::Accepted | Status::InProgress | Status::PendingCheck => clocks.resolve?.due_at(),
        // The clock ran on since before the dispute: a limit that is over then promises nothing.
        Status::Disputed => clocks.resolve?.due_at().filter(|due| order.updated_at <= *due),
        Status::Resolved => order.case.silence_due_at,
        Status::Rejected | Status::Closed | Status::Archived | Status::Withdrawn | Status::Merged => None,
    }
}

/// Whole minutes until `due`, rounded up; none when it is past.
pub(super) fn minutes_left(due: At, now: At) -> Option<i64> {
    let seconds = (due - now).num_seconds();
    (seconds > 0).then_some((seconds + 59) / 60)
}

/// Until when the resident may still dispute, if at all.
pub(super) fn disputable_until(order: &Order, now: At) -> Option<At> {
    let closable = matches!(order.status, Status::Resolved | Status::Closed);
    order.case.reopen_until.filter(|until| closable && now <= *until && order.case.disputes < 2)
}

/// `at` in +08:00 by this format.
pub(super) fn local(at: At, format: &str) -> String {
    match FixedOffset::east_opt(8 * 3600) {
        Some(beijing) => at.with_timezone(&beijing).format(format).to_string(),
        None => at.format(format).to_string(),
    }
}
