//! Suspend, extend and hand back: a request by one and an approval by another, never an `approver` field.

use super::decision::Verdict;
use super::scene::{Scene, guard, invalid, later_days, reason_of};
use crate::At;
use crate::order::event::Event;
use crate::order::reason::{Reason, ReasonKind};
use crate::order::rejection::{Invalid, Rejection};
use crate::order::state::request::{Ask, Request};
use crate::order::state::status::Status;
use crate::people::role::{Role, RoleSet};

/// The latest review date of a suspension, and the longest extension.
const MAX_DAYS: u32 = 90;
/// So many refused hand-backs later only the supervisor rules.
const REFUSALS_BEFORE_SUPERVISOR: u32 = 2;

pub(super) fn suspend(s: &Scene<'_>, reason: Reason, until: At) -> Verdict {
    guard(s.handles() || s.is_dispatcher(), Rejection::Forbidden)?;
    let handled = matches!(s.order.status, Status::Claimed | Status::InProgress);
    let offered = matches!(s.order.status, Status::Pooled | Status::Assigned);
    guard(handled || (offered && s.is_dispatcher()), s.wrong_state())?;
    s.not_suspended()?;
    none_pending(s)?;
    reason_of(ReasonKind::Suspend, reason)?;
    let in_range = s.now < until && until <= later_days(s.now, MAX_DAYS);
    guard(in_range, invalid("until", Invalid::OutOfRange))?;
    s.record(Event::Requested { ask: Ask::Suspend { until }, reason })
}

pub(super) fn extend(s: &Scene<'_>, reason: Reason, minutes: u32) -> Verdict {
    guard(s.handles() || s.is_dispatcher(), Rejection::Forbidden)?;
    s.in_state(&[Status::Claimed, Status::InProgress])?;
    none_pending(s)?;
    reason_of(ReasonKind::Extend, reason)?;
    guard((1..=MAX_DAYS * 24 * 60).contains(&minutes), invalid("minutes", Invalid::OutOfRange))?;
    s.record(Event::Requested { ask: Ask::Extend { minutes }, reason })
}

pub(super) fn hand_back(s: &Scene<'_>, reason: Reason) -> Verdict {
    guard(s.order.assignee.is_some_and(|who| s.is_of(who)), Rejection::Forbidden)?;
    s.in_state(&[Status::Assigned])?;
    none_pending(s)?;
    reason_of(ReasonKind::HandBack, reason)?;
    s.record(Event::Requested { ask: Ask::HandBack, reason })
}

pub(super) fn grant(s: &Scene<'_>) -> Verdict {
    let ask = ruled_on(s)?.ask;
    let attempt = match ask {
        Ask::Suspend { until } => {
            guard(s.now < until, invalid("until", Invalid::OutOfRange))?;
            // Nobody may claim a suspended order: that takes the offered ones' eligibility away.
            s.order.attempt + i32::from(s.order.status == Status::Pooled)
        }
        Ask::Extend { .. } => s.order.attempt,
        Ask::HandBack => s.next_attempt(),
    };
    s.record(Event::RequestGranted { ask, attempt })
}

pub(super) fn refuse(s: &Scene<'_>) -> Verdict {
    let ask = ruled_on(s)?.ask;
    s.record(Event::RequestRefused { ask })
}

pub(super) fn withdraw(s: &Scene<'_>) -> Verdict {
    let request = *s.order.pending_request().ok_or(Rejection::NoRequest)?;
    guard(Some(request.by) == s.actor.account(), Rejection::Forbidden)?;
    s.record(Event::RequestWithdrawn { ask: request.ask })
}

/// Ends a suspension before its review date: by who asked or granted it, or a dispatcher of the inbox (whoever did may be
/// off duty; FIELD.md, edge rules).
pub(super) fn resume(s: &Scene<'_>) -> Verdict {
    let me = s.person()?;
    let suspension = s.order.case.suspension.filter(|_| s.order.status.is_open());
    let took_part = suspension.is_some_and(|one| one.asked_by == Some(me) || one.granted_by == Some(me));
    guard(took_part || s.is_dispatcher(), Rejection::Forbidden)?;
    guard(suspension.is_some(), s.wrong_state())?;
    s.record(Event::SuspensionEnded)
}

/// The pending request, if the actor is the second person who may decide it.
fn ruled_on(s: &Scene<'_>) -> Result<Request, Rejection> {
    guard(s.has_inbox(RoleSet::CHECKERS), Rejection::Forbidden)?;
    s.not_own()?;
    s.not_handler()?;
    let request = *s.order.pending_request().ok_or(Rejection::NoRequest)?;
    guard(Some(request.by) != s.actor.account(), Rejection::OwnCase)?;
    if request.ask == Ask::HandBack {
        let supervisor = s.has_inbox(RoleSet::of(&[Role::Supervisor]));
        guard(supervisor || s.is_dispatcher(), Rejection::Forbidden)?;
        let escalated = s.order.case.hand_back_refusals >= REFUSALS_BEFORE_SUPERVISOR;
        guard(supervisor || !escalated, Rejection::SupervisorRules)?;
    }
    Ok(request)
}

fn none_pending(s: &Scene<'_>) -> Result<(), Rejection> {
    guard(s.order.pending_request().is_none(), Rejection::RequestPending)
}
