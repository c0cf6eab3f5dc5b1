//! Dispatch: to a pool or directed, again, wider, back, to somebody else.

use super::decision::Verdict;
use super::scene::{Scene, guard, invalid, reason_of};
use super::targets::{self, Within};
use crate::catalogue::item::ServiceRules;
use crate::catalogue::ladder::{Ladder, MAX_STEPS, MAX_WAIT_S, Step, WidenTo};
use crate::order::event::Event;
use crate::order::reason::{Reason, ReasonKind};
use crate::order::rejection::{Invalid, Rejection};
use crate::order::state::Order;
use crate::order::state::status::Status;
use crate::organisation::scope::{Assignee, Scope};
use crate::people::role::{Role, RoleSet};
use crate::words::ids::AreaId;

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

/// The ladder from here on: what is left of the order's, or its item's.
pub(super) fn ladder_left(order: &Order, rules: &ServiceRules) -> Ladder {
    order.case.climb.as_ref().map_or(&rules.ladder, |climb| &climb.ladder).clone()
}

pub(super) fn dispatch(s: &Scene<'_>, scopes: &[Scope], slots: Option<i32>, rings: &[Step]) -> Verdict {
    s.dispatcher_or_system()?;
    s.in_state(&[Status::Accepted])?;
    s.not_suspended()?;
    let slots = slots.unwrap_or_else(|| all_slots(&s.facts.rules));
    guard((1..=MAX_SLOTS).contains(&slots), invalid("slots", Invalid::OutOfRange))?;
    targets::offered(s, scopes)?;
    offer(s, scopes, slots, rings)
}

/// Offers it anew; live claims of a partly filled pool live on. The system does it when somebody lost a role: to those of
/// its scopes that can still be offered it.
pub(super) fn redispatch(s: &Scene<'_>, scopes: &[Scope], rings: &[Step]) -> Verdict {
    s.dispatcher_or_system()?;
    s.in_state(&[Status::Pooled])?;
    s.not_suspended()?;
    if s.is_system() {
        return offer(s, &targets::able(s, scopes), s.order.slots, rings);
    }
    targets::offered(s, scopes)?;
    offer(s, scopes, s.order.slots, rings)
}

fn offer(s: &Scene<'_>, scopes: &[Scope], slots: i32, rings: &[Step]) -> Verdict {
    s.record(Event::Dispatched {
        attempt: s.next_attempt(),
        slots,
        scopes: area_or(scopes, s.order.area),
        limits: s.dispatch_limits(),
        ladder: Some(ladder(s, rings)?),
    })
}

/// The rings named, with the item's end and quiet hours; without any, the item's ladder. When the system dispatches
/// again (somebody lost a role), the order goes on from where it was.
fn ladder(s: &Scene<'_>, rings: &[Step]) -> Result<Ladder, Rejection> {
    guard(rings.len() <= MAX_STEPS, invalid("rings", Invalid::OutOfRange))?;
    let waits = |ring: &Step| (1..=MAX_WAIT_S).contains(&ring.after_s);
    guard(rings.iter().all(waits), invalid("rings", Invalid::OutOfRange))?;
    let names = |ring: &Step| match &ring.to {
        WidenTo::Level(_) => true,
        WidenTo::Scopes(scopes) => !scopes.is_empty(),
    };
    guard(rings.iter().all(names), invalid("rings", Invalid::Required))?;
    targets::rings(s, rings)?;
    Ok(match rings {
        [] if s.is_system() => ladder_left(s.order, &s.facts.rules),
        [] => s.facts.rules.ladder.clone(),
        steps => Ladder { steps: steps.to_vec(), vetted: true, ..s.facts.rules.ladder.clone() },
    })
}

/// Adds a ring. The attempt stays: whoever was offered it before may still claim.
pub(super) fn widen(s: &Scene<'_>, scopes: &[Scope]) -> Verdict {
    s.dispatcher_or_system()?;
    s.in_state(&[Status::Pooled])?;
    s.not_suspended()?;
    guard(!scopes.is_empty(), invalid("scopes", Invalid::Required))?;
    targets::offered(s, scopes)?;
    let fresh = s.order.not_offered(scopes.to_vec());
    guard(!fresh.is_empty(), invalid("scopes", Invalid::Unchanged))?;
    s.record(Event::Widened { ring: s.order.ring + 1, scopes: fresh, steps: 0 })
}

/// Directs it: by a dispatcher or a rule, from the pool also by the ladder's last step.
pub(super) fn assign(s: &Scene<'_>, assignee: Assignee) -> Verdict {
    s.dispatcher_or_system()?;
    s.in_state(&[Status::Accepted, Status::Pooled])?;
    guard(s.order.claims.is_empty(), s.wrong_state())?;
    s.not_suspended()?;
    named(s, assignee)
}

pub(super) fn reassign(s: &Scene<'_>, assignee: Assignee) -> Verdict {
    s.dispatcher()?;
    s.in_state(&[Status::Assigned])?;
    guard(s.order.assignee != Some(assignee), invalid("assignee.id", Invalid::Unchanged))?;
    named(s, assignee)
}

fn named(s: &Scene<'_>, assignee: Assignee) -> Verdict {
    s.may_handle("assignee.id", assignee)?;
    let within = targets::directed(s, assignee, &Within::own_and_reach(s, Role::Dispatcher))?;
    direct(s, assignee, within)
}

/// Directs it to somebody who may be, within this area.
pub(super) fn direct(s: &Scene<'_>, assignee: Assignee, within: AreaId) -> Verdict {
    let limits = s.dispatch_limits();
    s.record(Event::Assigned {
        attempt: s.next_attempt(),
        assignee,
        limits,
        acknowledge_due_at: s.acknowledge_due(limits),
        within: Some(within),
    })
}

pub(super) fn recall(s: &Scene<'_>, reason: Reason) -> Verdict {
    s.dispatcher()?;
    s.in_state(&[Status::Pooled, Status::Assigned])?;
    reason_of(ReasonKind::Recall, reason)?;
    s.record(Event::Recalled { attempt: s.next_attempt(), reason })
}

/// Moves a claimed order to somebody else: by a dispatcher, or within the grid by its leader.
pub(super) fn transfer(s: &Scene<'_>, assignee: Assignee, reason: Reason) -> Verdict {
    let leader = s.has_area(RoleSet::of(&[Role::GridLeader]));
    guard(s.is_dispatcher() || leader, Rejection::Forbidden)?;
    s.in_state(&[Status::Claimed, Status::InProgress])?;
    s.may_handle("assignee.id", assignee)?;
    let held = s.order.claims.iter().any(|c| Assignee::Person(c.account) == assignee);
    guard(!held, invalid("assignee.id", Invalid::Unchanged))?;
    reason_of(ReasonKind::Transfer, reason)?;
    let within = if s.is_dispatcher() {
        Within::own_and_reach(s, Role::Dispatcher)
    } else {
        Within::own_around(s, Role::GridLeader)
    };
    let within = targets::directed(s, assignee, &within)?;
    s.record(Event::Transferred {
        attempt: s.next_attempt(),
        assignee,
        reason,
        acknowledge_due_at: s.acknowledge_due(s.order.limits),
        within: Some(within),
    })
}

pub(super) fn close_remainder(s: &Scene<'_>) -> Verdict {
    s.dispatcher()?;
    s.in_state(&[Status::Pooled])?;
    guard(!s.order.claims.is_empty(), s.wrong_state())?;
    s.record(Event::RemainderClosed { slots: s.order.filled() })
}
