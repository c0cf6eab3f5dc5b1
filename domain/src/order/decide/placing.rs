//! Placing an order: by a resident, or by staff for somebody (建单); accepted and offered at once by rule.

use super::decision::{Decision, Draft};
use super::dispatching::{all_slots, area_or};
use super::handling::shown;
use super::parts::joining::parted;
use super::placement::Placement;
use super::scene::{guard, invalid, later_days};
use crate::At;
use crate::catalogue::item::{Anonymity, Priority, ServiceRules};
use crate::order::event::Event;
use crate::order::facts::Facts;
use crate::order::rejection::{Invalid, Rejection};
use crate::order::state::case::Outcome;
use crate::order::state::invited::NamedAs;
use crate::people::actor::Actor;
use crate::people::role::{Role, RoleSet};

/// How far ahead an order may be wanted, days: as far as it may be suspended.
const WANTED_DAYS: u32 = 90;

/// Decides a new order. Its key is `OrderId(0)`: the store gives the real one.
///
/// `Submitted`, then by the service item's rule `Accepted` (no review required) and `Dispatched`
/// (automatically, to the staff of its area). A fully anonymous order names nobody, not even as the actor. Whoever is named
/// by somebody else is a party once they joined. Work that was done already (随手办) is `Submitted` and `Answered`, and was
/// never offered to anybody.
///
/// # Errors
/// `Forbidden` when the actor places it in somebody else's name without being staff there, or as a resident names a
/// beneficiary's account; `NobodyOversees` where nobody dispatches but those whom it is about, there or above; `Invalid`
/// `priority` when a resident calls it urgent, `wantedAt` when it is wanted in the past or more than 90 days ahead,
/// `done.beforeFileIds` or `done.afterFileIds` where the item demands a photo with the result.
pub fn place(placement: &Placement, actor: Actor, facts: &Facts, now: At) -> Result<Decision, Rejection> {
    let rules = &facts.rules;
    permit(placement, actor, facts)?;
    let by_resident = placement.created_by.is_none() && actor != Actor::System;
    let inbox = facts.inbox_for(placement.area).ok_or(Rejection::NobodyOversees)?;
    guard(!by_resident || placement.priority != Priority::Urgent, invalid("priority", Invalid::OutOfRange))?;
    guard(may_be_wanted(placement, now), invalid("wantedAt", Invalid::OutOfRange))?;
    let nameless = placement.anonymity == Anonymity::Anonymous;
    let named = [(placement.reporter, NamedAs::Reporter), (placement.beneficiary, NamedAs::Beneficiary)];
    let ([reporter, beneficiary], invited) =
        parted(named.map(|(who, named)| (who.filter(|_| !nameless), named)), actor.account());
    let submitted = Event::Submitted {
        service_item: placement.service_item,
        area: placement.area,
        priority: placement.priority,
        channel: placement.channel,
        anonymity: placement.anonymity,
        slots: all_slots(rules),
        limits: rules.limits,
        reporter,
        beneficiary,
        created_by: placement.created_by,
        invited,
        wanted_at: placement.wanted_at,
    };
    let by = if nameless && by_resident { Actor::System } else { actor };
    let mut draft = Draft::open(by, submitted, now).ok_or(Rejection::Forbidden)?;
    if inbox != placement.area {
        // only those dispatch there whom it is about
        let forwarded = Event::Forwarded { from: placement.area, to: inbox, by: None };
        draft.record(Actor::System, forwarded);
    }
    if let Some(photos) = placement.done {
        shown(rules, photos, ["done.beforeFileIds", "done.afterFileIds"])?;
        let silence_due_at = later_days(now, rules.silence_days);
        let reopen_until = later_days(now, rules.reopen_days);
        let outcome = done_by(facts).ok_or(Rejection::Forbidden)?;
        draft.record(actor, Event::Answered { outcome, silence_due_at, reopen_until });
        return Ok(draft.finish());
    }
    if !rules.review_required {
        draft.record(
            Actor::System,
            Event::Accepted {
                service_item: placement.service_item,
                area: placement.area,
                priority: placement.priority,
                slots: all_slots(rules),
                limits: rules.limits,
            },
        );
        offer_by_rule(&mut draft, rules);
    }
    Ok(draft.finish())
}

/// Whether it may be wanted when it is: later than now and not too far ahead. What is done already is wanted no more.
fn may_be_wanted(placement: &Placement, now: At) -> bool {
    placement
        .wanted_at
        .is_none_or(|at| placement.done.is_none() && now < at && at <= later_days(now, WANTED_DAYS))
}

/// How work that was done already is counted: by grid staff in their own grid, or answered by a dispatcher.
fn done_by(facts: &Facts) -> Option<Outcome> {
    if facts.area_roles.meets(RoleSet::GRID_STAFF) {
        return Some(Outcome::SelfResolved);
    }
    let dispatcher = RoleSet::of(&[Role::Dispatcher]);
    let answers = facts.inbox_roles.meets(dispatcher) || facts.area_roles.meets(dispatcher);
    answers.then_some(Outcome::AnsweredDirectly)
}

/// The rule's dispatch that follows an acceptance at once.
pub(super) fn offer_by_rule(draft: &mut Draft, rules: &ServiceRules) {
    let order = &draft.order;
    if rules.auto_dispatch && order.case.suspension.is_none() {
        let dispatched = Event::Dispatched {
            attempt: order.attempt + 1,
            slots: order.slots,
            scopes: area_or(&[], order.area),
            limits: order.limits,
            ladder: Some(rules.ladder.clone()),
        };
        draft.record(Actor::System, dispatched);
    }
}

fn permit(placement: &Placement, actor: Actor, facts: &Facts) -> Result<(), Rejection> {
    let Some(account) = actor.account() else { return Ok(()) };
    guard(placement.done.is_none() || placement.created_by.is_some(), Rejection::Forbidden)?;
    let allowed = match placement.created_by {
        Some(taker) => {
            taker == account
                && (facts.area_roles.meets(RoleSet::TAKERS) || facts.inbox_roles.meets(RoleSet::TAKERS))
        }
        None => {
            [placement.reporter, placement.beneficiary].into_iter().flatten().all(|named| named == account)
        }
    };
    guard(allowed, Rejection::Forbidden)
}
