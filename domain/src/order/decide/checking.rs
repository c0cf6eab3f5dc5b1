//! Checks, revisits, rulings on disputes, supervision: by people who did not handle it.

use super::decision::{Draft, Verdict};
use super::parts::leaving::{is_held, release_all};
use super::scene::{Scene, guard, invalid, reason_of};
use super::targets::{self, Within};
use crate::order::event::Event;
use crate::order::reason::{Reason, ReasonKind};
use crate::order::rejection::{Invalid, Rejection};
use crate::order::state::status::Status;
use crate::organisation::scope::Assignee;
use crate::people::role::{Role, RoleSet};

pub(super) fn pass(s: &Scene<'_>) -> Verdict {
    independent(s, RoleSet::CHECKERS)?;
    s.in_state(&[Status::PendingCheck])?;
    s.record(s.resolved())
}

pub(super) fn send_back(s: &Scene<'_>, reason: Reason) -> Verdict {
    independent(s, RoleSet::CHECKERS)?;
    s.in_state(&[Status::PendingCheck])?;
    reason_of(ReasonKind::SendBack, reason)?;
    back_to_work(s, Event::SentBack { reason })
}

/// Closes a resolved order; on a closed one it is only recorded, once. Whoever says that it is not done is heard, whether
/// or not they have an account: it is disputed, and a supervisor rules (FIELD.md, edge rules). Without an answer there was no
/// revisit: nobody was asked, so nothing is closed and nothing used up.
pub(super) fn revisit(s: &Scene<'_>, satisfied: Option<bool>) -> Verdict {
    independent(s, RoleSet::CHECKERS)?;
    s.in_state(&[Status::Resolved, Status::Closed])?;
    guard(s.order.case.revisit.is_none(), Rejection::UsedUp)?;
    guard(satisfied.is_some(), invalid("satisfied", Invalid::Required))?;
    let mut draft = Draft::of(s.order, s.now);
    draft.record(s.actor, Event::Revisited { satisfied });
    if satisfied == Some(false) {
        draft.record(s.actor, Event::Disputed { reason: Reason::NotDone, revisited: true });
    }
    Ok(draft.finish())
}

pub(super) fn redo_same(s: &Scene<'_>) -> Verdict {
    supervisor_on_dispute(s)?;
    guard(!s.order.claims.is_empty(), s.wrong_state())?;
    guard(is_held(s), Rejection::HandlerGone)?;
    let attempt = s.order.attempt;
    let (assignee, within, acknowledge_due_at) = (None, None, None);
    back_to_work(s, Event::RedoOrdered { assignee, attempt, acknowledge_due_at, within, fresh: true })
}

/// Its holders go on; the slots of those who may not go on go to the pool.
fn back_to_work(s: &Scene<'_>, event: Event) -> Verdict {
    let mut draft = Draft::of(s.order, s.now);
    draft.record(s.actor, event);
    release_all(s, &mut draft, None);
    Ok(draft.finish())
}

pub(super) fn redo_other(s: &Scene<'_>, assignee: Assignee) -> Verdict {
    supervisor_on_dispute(s)?;
    s.may_handle("assignee.id", assignee)?;
    let same = match assignee {
        Assignee::Person(id) => s.order.has_handled(id),
        Assignee::Team(_) | Assignee::Unit(_) => false,
    };
    guard(!same, invalid("assignee.id", Invalid::Unchanged))?;
    let within = targets::directed(s, assignee, &Within::own_and_reach(s, Role::Supervisor))?;
    s.record(Event::RedoOrdered {
        assignee: Some(assignee),
        attempt: s.next_attempt(),
        acknowledge_due_at: s.acknowledge_due(s.order.limits),
        within: Some(within),
        fresh: true,
    })
}

pub(super) fn uphold(s: &Scene<'_>, reason: Reason) -> Verdict {
    supervisor_on_dispute(s)?;
    reason_of(ReasonKind::Uphold, reason)?;
    s.record(Event::Upheld { reason })
}

pub(super) fn supervise(s: &Scene<'_>) -> Verdict {
    guard(s.has_inbox(RoleSet::of(&[Role::Supervisor])), Rejection::Forbidden)?;
    guard(s.order.status.is_open(), s.wrong_state())?;
    s.record(Event::Supervised)
}

fn supervisor_on_dispute(s: &Scene<'_>) -> Result<(), Rejection> {
    independent(s, RoleSet::of(&[Role::Supervisor]))?;
    s.in_state(&[Status::Disputed])
}

/// One of these roles over the inbox, and neither reporter nor handler.
fn independent(s: &Scene<'_>, roles: RoleSet) -> Result<(), Rejection> {
    guard(s.has_inbox(roles), Rejection::Forbidden)?;
    s.not_own()?;
    s.not_handler()
}
