//! One sentence in every state: what happens now, by whom, by when, whom to ask; and the state itself, in the words of
//! whoever reads it (FIELD.md: staff read the official words, residents plain ones).
//!
//! It holds no personal data but the holder's name, as the caller lets the reader see it.

mod en;
mod plain;
mod zh;

pub use plain::{brief, status};

use crate::At;
use crate::actor::Role;
use crate::order::event::{Event, Recorded};
use crate::order::state::Order;
use crate::order::status::Status;
use chrono::FixedOffset;

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Whom it is about, with an account.
    Resident,
    /// The same by telephone, without one.
    Caller,
    /// Whoever follows a fully anonymous order by its code: nobody can call them, and they can do nothing.
    Nameless,
    /// Staff.
    Staff,
}

/// What the sentence needs and the order doesn't hold.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// Who reads it.
    pub reader: Reader,
    /// The community that acts: of the inbox, or above it.
    pub community: &'a str,
    /// Whom to ask.
    pub office: Office<'a>,
    /// Who holds it, or whom it is assigned to.
    pub holder: Option<Holder<'a>>,
    /// To whom it is offered, if known.
    pub offered: Option<Offered>,
    /// That it was withdrawn for want of an answer, after so many days.
    pub lapsed: Option<u32>,
}

/// An office (便民服务站) that answers for an area.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Office<'a> {
    /// Its name; the community's where it has none of its own.
    pub name: Option<&'a str>,
    /// Its telephone.
    pub phone: Option<&'a str>,
}

/// Somebody who holds it: a person, or the team or unit it is directed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder<'a> {
    /// The name as the reader may see it; none: only what they are.
    pub name: Option<&'a str>,
    /// What a person is; none when they are it no more.
    pub role: Option<Role>,
}

/// To whom an attempt is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    /// How many people.
    pub people: i64,
    /// What all of them are; none when they are different things.
    pub role: Option<Role>,
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

/// Whether this history ended because a question was not answered.
#[must_use]
pub fn has_lapsed(history: &[Recorded]) -> bool {
    history.last().is_some_and(|last| matches!(last.event, Event::Withdrawn { reason: None }))
}

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
