//! Dispatch: to a pool or directed, again, wider, back, to somebody else.

use super::super::rejection::Invalid;
use super::super::{Event, Rejection, Status};
use super::Verdict;
use super::scene::{Scene, guard, invalid, reason_of};
use crate::actor::{Role, RoleSet};
use crate::catalogue::ServiceRules;
use crate::dispatch::{Assignee, Scope};
use crate::ids::AreaId;
use crate::reason::{Reason, ReasonKind};

/// How many people may hold one order at most.
const MAX_SLOTS: i32 = 50;

/// The item's slots, kept inside 1 … 50 whatever its configuration says.
pub(super) fn all_slots(rules: &ServiceRules) -> i32 {
    rules.slots.clamp(1, MAX_SLOTS)
}

/// The scopes, each once; without any, everybody of the area.
pub(super) fn area_or(scopes: &[Scope], area: AreaId) -> Vec<Scope> {
    let mut scopes = if scopes.is_empty() { vec![Scope::Area(area)] } else { scopes.to_vec() };
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

pub(super) fn dispatch(s: &Scene<'_>, scopes: &[Scope], slots: Option<i32>) -> Verdict {
    s.dispatcher_or_system()?;
    s.in_state(&[Status::Accepted])?;
    s.not_suspended()?;
    let slots = slots.unwrap_or_else(|| all_slots(&s.facts.rules));
    guard((1..=MAX_SLOTS).contains(&slots), invalid("slots", Invalid::OutOfRange))?;
    offer(s, scopes, slots)
}

/// Offers it anew; live claims of a partly filled pool live on.
pub(super) fn redispatch(s: &Scene<'_>, scopes: &[Scope]) -> Verdict {
    s.dispatcher_or_system()?;
    s.in_state(&[Status::Pooled])?;
    s.not_suspended()?;
    offer(s, scopes, s.order.slots)
}

fn offer(s: &Scene<'_>, scopes: &[Scope], slots: i32) -> Verdict {
    s.record(Event::Dispatched {
        attempt: s.next_attempt(),
        slots,
        scopes: area_or(scopes, s.order.area),
        limits: s.dispatch_limits(),
    })
}

/// Adds a ring. The attempt stays: whoever was offered it before may still claim.
pub(super) fn widen(s: &Scene<'_>, scopes: &[Scope]) -> Verdict {
    s.dispatcher_or_system()?;
    s.in_state(&[Status::Pooled])?;
    s.not_suspended()?;
    guard(!scopes.is_empty(), invalid("scopes", Invalid::Required))?;
    let mut fresh = area_or(scopes, s.order.area);
    fresh.retain(|scope| s.order.rings.iter().all(|r| r.scope != *scope));
    guard(!fresh.is_empty(), invalid("scopes", Invalid::Unchanged))?;
    s.record(Event::Widened { ring: s.order.ring + 1, scopes: fresh })
}

/// Directs it: by a dispatcher or a rule, from the pool also by the ladder's last step.
pub(super) fn assign(s: &Scene<'_>, assignee: Assignee) -> Verdict {
    s.dispatcher_or_system()?;
    s.in_state(&[Status::Accepted, Status::Pooled])?;
    guard(s.order.claims.is_empty(), s.wrong_state())?;
    s.not_suspended()?;
    direct(s, assignee)
}

pub(super) fn reassign(s: &Scene<'_>, assignee: Assignee) -> Verdict {
    s.dispatcher()?;
    s.in_state(&[Status::Assigned])?;
    guard(s.order.assignee != Some(assignee), invalid("assignee", Invalid::Unchanged))?;
    direct(s, assignee)
}

fn direct(s: &Scene<'_>, assignee: Assignee) -> Verdict {
    s.may_handle("assignee", assignee)?;
    let limits = s.dispatch_limits();
    s.record(Event::Assigned {
        attempt: s.next_attempt(),
        assignee,
        limits,
        acknowledge_due_at: s.acknowledge_due(limits),
    })
}

pub(super) fn recall(s: &Scene<'_>, reason: Reason) -> Verdict {
    s.dispatcher()?;
    s.in_state(&[Status::Pooled, Status::Assigned])?;
    reason_of(ReasonKind::Recall, reason)?;
    s.record(Event::Recalled { attempt: s.next_attempt(), reason })
}

/// Moves a claimed order to somebody else: by a dispatcher, or the grid leader where it is.
pub(super) fn transfer(s: &Scene<'_>, assignee: Assignee, reason: Reason) -> Verdict {
    let leader = s.has_area(RoleSet::of(&[Role::GridLeader]));
    guard(s.is_dispatcher() || leader, Rejection::Forbidden)?;
    s.in_state(&[Status::Claimed, Status::InProgress])?;
    s.may_handle("assignee", assignee)?;
    let held = s.order.claims.iter().any(|c| Assignee::Person(c.account) == assignee);
    guard(!held, invalid("assignee", Invalid::Unchanged))?;
    reason_of(ReasonKind::Transfer, reason)?;
    s.record(Event::Transferred {
        attempt: s.next_attempt(),
        assignee,
        reason,
        acknowledge_due_at: s.acknowledge_due(s.order.limits),
    })
}

pub(super) fn close_remainder(s: &Scene<'_>) -> Verdict {
    s.dispatcher()?;
    s.in_state(&[Status::Pooled])?;
    guard(!s.order.claims.is_empty(), s.wrong_state())?;
    s.record(Event::RemainderClosed { slots: s.order.filled() })
}
