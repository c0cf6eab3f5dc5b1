//! Claiming (认领), acknowledging (签收) and giving up (放弃认领).
//!
//! The database's claim statement decides claims; these rules agree with it and say why one was refused.
//! A person's own case comes first; a loss is only told to a candidate, so that a stranger learns nothing of
//! the winner; "gone" tells nothing but that this attempt is over.

use super::decision::Verdict;
use super::dispatching::ladder_left;
use super::scene::{Scene, guard, later, reason_of};
use crate::order::event::Event;
use crate::order::reason::{Reason, ReasonKind};
use crate::order::rejection::Rejection;
use crate::order::state::status::Status;
use crate::order::state::{Claim, Order};
use crate::organisation::scope::Scope;
use crate::words::ids::AccountId;
use chrono::TimeDelta;

/// The claim this person holds from this attempt: repeated, a claim gets the same "won" again.
#[must_use]
pub fn claim_standing(order: &Order, account: AccountId, attempt: i32) -> Option<&Claim> {
    order.claim_of(account).filter(|c| c.attempt == attempt)
}

pub(super) fn claim(s: &Scene<'_>, attempt: i32) -> Verdict {
    let account = s.person()?;
    open_to(s, account, attempt, Status::Pooled)?;
    guard(s.facts.candidate, Rejection::NotEligible)?;
    // not gone: when the suspension ends, this same attempt stands again
    s.not_suspended()?;
    let cooling = s.order.case.cool_downs.iter().filter(|c| c.account == account && c.until > s.now);
    if let Some(until) = cooling.map(|c| c.until).max() {
        return Err(Rejection::CoolingDown { until });
    }
    let (slot, full) = next_slot(s.order);
    s.record(Event::Claimed { attempt, slot, account, full })
}

pub(super) fn acknowledge(s: &Scene<'_>, attempt: i32) -> Verdict {
    let account = s.person()?;
    open_to(s, account, attempt, Status::Assigned)?;
    guard(s.facts.candidate, Rejection::NotEligible)?;
    guard(s.order.is_kept_by(s.facts), Rejection::NotEligible)?;
    s.not_suspended()?;
    let (slot, full) = next_slot(s.order);
    s.record(Event::Acknowledged { attempt, slot, account, full })
}

/// Gives up the slot. Other claims live on; the attempt rises, the claim clock runs on.
pub(super) fn release(s: &Scene<'_>, reason: Reason) -> Verdict {
    let account = s.person()?;
    let claim = *s.order.claim_of(account).ok_or(Rejection::Forbidden)?;
    s.in_state(&[Status::Pooled, Status::Claimed, Status::InProgress])?;
    reason_of(ReasonKind::Release, reason)?;
    s.record(released(s, s.order, claim, reason))
}

/// The event that frees this claim's slot in `order`, the scene's order or a draft of it.
pub(super) fn released(s: &Scene<'_>, order: &Order, claim: Claim, reason: Reason) -> Event {
    let cool_down = TimeDelta::minutes(i64::from(s.facts.rules.cool_down_minutes));
    Event::Released {
        attempt: order.attempt + 1,
        slot: claim.slot,
        account: claim.account,
        reason,
        cool_until: later(s.now, cool_down),
        scopes: pool_scopes(order),
        ladder: Some(ladder_left(order, &s.facts.rules)),
    }
}

/// The attempt is still to be had by this person in this state.
fn open_to(s: &Scene<'_>, account: AccountId, attempt: i32, state: Status) -> Result<(), Rejection> {
    let order = s.order;
    guard(!order.is_own(account), Rejection::NotEligible)?;
    guard(order.claim_of(account).is_none(), s.wrong_state())?;
    if order.status == state {
        return guard(order.attempt == attempt, Rejection::Gone);
    }
    let waiting = matches!(order.status, Status::Pooled | Status::Assigned);
    // whoever held a slot before this attempt won nothing in it
    match order.claims.iter().find(|claim| claim.attempt == attempt) {
        Some(winner) if order.attempt == attempt && !waiting => {
            guard(s.facts.candidate, Rejection::NotEligible)?;
            Err(Rejection::Lost { by: winner.account, at: winner.at })
        }
        Some(_) | None => Err(Rejection::Gone),
    }
}

/// The lowest free slot, and whether taking it leaves none.
fn next_slot(order: &Order) -> (i32, bool) {
    let taken = |slot: &i32| order.claims.iter().any(|c| c.slot == *slot);
    let slot = (1..=order.slots).find(|slot| !taken(slot)).unwrap_or(order.slots);
    (slot, order.filled() + 1 >= order.slots)
}

/// Where a freed slot is offered: the pool it came from; of a directed order, the area.
fn pool_scopes(order: &Order) -> Vec<Scope> {
    if order.assignee.is_some() {
        return vec![Scope::Area(order.area)];
    }
    order.rings.iter().map(|r| r.scope).collect()
}
