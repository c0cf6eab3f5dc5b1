//! What the resident does: the reporter, or the one it is for; for a caller without an account, staff.

use super::decision::{Draft, Verdict};
use super::scene::{Scene, guard, invalid, reason_of};
use crate::At;
use crate::order::event::Event;
use crate::order::reason::{Reason, ReasonKind};
use crate::order::rejection::{Invalid, Rejection};
use crate::order::state::status::Status;

/// How often a resident may say that it is not done.
const MAX_DISPUTES: u32 = 2;

pub(super) fn supply_info(s: &Scene<'_>) -> Verdict {
    s.reporter()?;
    s.in_state(&[Status::NeedInfo])?;
    s.record(Event::InfoSupplied)
}

pub(super) fn supplement(s: &Scene<'_>) -> Verdict {
    s.reporter()?;
    guard(s.order.status.is_open(), s.wrong_state())?;
    s.record(Event::Supplemented)
}

pub(super) fn withdraw(s: &Scene<'_>, reason: Reason) -> Verdict {
    s.reporter()?;
    guard(s.order.status.is_open() && s.order.status != Status::Disputed, s.wrong_state())?;
    reason_of(ReasonKind::Withdraw, reason)?;
    s.record(Event::Withdrawn { reason: Some(reason) })
}

pub(super) fn urge(s: &Scene<'_>) -> Verdict {
    if !s.is_dispatcher() {
        s.reporter()?;
    }
    guard(s.order.status.is_open(), s.wrong_state())?;
    s.record(Event::Urged)
}

/// Passing on a caller's appeal is no ruling, but it is not left to whoever rejected it: nobody rules on their own case.
pub(super) fn appeal(s: &Scene<'_>) -> Verdict {
    s.reporter()?;
    let rejected_it = s.order.case.rejected_by.is_some() && s.order.case.rejected_by == s.actor.account();
    guard(s.is_reporter() || !rejected_it, Rejection::OwnCase)?;
    s.in_state(&[Status::Rejected])?;
    guard(!s.order.case.appealed, Rejection::UsedUp)?;
    s.record(Event::Appealed)
}

/// Rates the result, once. The resident's own rating is the revisit record, and an unsatisfied revisit reopens (FIELD.md,
/// edge rules): whoever says that it is not solved disputes it in the same step, with or without further words. It is one of
/// their two. Where no dispute is left, or its window is over, it is closed, and stays marked as not solved.
pub(super) fn rate(s: &Scene<'_>, score: u8, solved: bool) -> Verdict {
    s.reporter()?;
    let reopened = s.order.status == Status::Disputed && s.order.case.rating.is_some();
    guard(!reopened, Rejection::AlreadyRated)?;
    s.in_state(&[Status::Resolved, Status::Closed])?;
    guard(s.order.case.rating.is_none(), Rejection::AlreadyRated)?;
    guard(s.order.status == Status::Resolved || in_window(s), Rejection::WindowOver)?;
    guard((1..=5).contains(&score), invalid("score", Invalid::OutOfRange))?;
    let mut draft = Draft::of(s.order, s.now);
    draft.record(s.actor, Event::Rated { score, solved });
    if !solved && disputable(s).is_ok() {
        draft.record(s.actor, Event::Disputed { reason: Reason::NotDone, revisited: false });
    }
    Ok(draft.finish())
}

pub(super) fn dispute(s: &Scene<'_>, reason: Reason) -> Verdict {
    s.reporter()?;
    s.in_state(&[Status::Resolved, Status::Closed])?;
    disputable(s)?;
    reason_of(ReasonKind::Dispute, reason)?;
    s.record(Event::Disputed { reason, revisited: false })
}

/// At most twice, inside the reopen window.
fn disputable(s: &Scene<'_>) -> Result<(), Rejection> {
    guard(s.order.case.disputes < MAX_DISPUTES, Rejection::UsedUp)?;
    guard(in_window(s), Rejection::WindowOver)
}

fn in_window(s: &Scene<'_>) -> bool {
    s.order.case.reopen_until.is_some_and(|until: At| s.now <= until)
}
