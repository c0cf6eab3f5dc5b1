//! One sentence for the resident in every state: what happens now, by whom, by when, whom to ask.
//!
//! It holds no personal data but the holder's name, which the caller has masked.

mod en;
mod zh;

use super::{Order, Status};
use crate::At;
use chrono::FixedOffset;

/// The names the sentence needs and the order doesn't hold.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// Display name of the inbox: whom to ask.
    pub inbox: &'a str,
    /// Who holds it or was assigned to it, already masked.
    pub holder: Option<&'a str>,
    /// How many people it was offered to, if known.
    pub candidates: Option<i64>,
}

/// The sentence, in Chinese or English; times in +08:00.
#[must_use]
pub fn sentence(order: &Order, names: &Names<'_>, now: At, english: bool) -> String {
    let suspension = order.case.suspension.filter(|_| order.status.is_open());
    match (suspension, english) {
        (Some(suspension), true) => en::suspended(&suspension, names),
        (Some(suspension), false) => zh::suspended(&suspension, names),
        (None, true) => en::sentence(order, names, now),
        (None, false) => zh::sentence(order, names, now),
    }
}

/// The sentence for whoever took part until `at` and reads what was there then.
#[must_use]
pub fn ended(at: At, english: bool) -> String {
    match english {
        true => format!("Your part ended on {}; this is how it stood then.", en::time(at)),
        false => format!("您已于{}结束参与，以下为当时的情况。", zh::time(at)),
    }
}

/// When the current holder of the ball is expected to have played it.
fn due(order: &Order) -> Option<At> {
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
fn minutes_left(due: At, now: At) -> Option<i64> {
    let seconds = (due - now).num_seconds();
    (seconds > 0).then_some((seconds + 59) / 60)
}

/// Until when the resident may still dispute, if at all.
fn disputable_until(order: &Order, now: At) -> Option<At> {
    let closable = matches!(order.status, Status::Resolved | Status::Closed);
    order.case.reopen_until.filter(|until| closable && now <= *until && order.case.disputes < 2)
}

/// `at` in +08:00 by this format.
fn local(at: At, format: &str) -> String {
    match FixedOffset::east_opt(8 * 3600) {
        Some(beijing) => at.with_timezone(&beijing).format(format).to_string(),
        None => at.format(format).to_string(),
    }
}
