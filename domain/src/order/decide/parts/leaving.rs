//! Shutting out is unconditional (FIELD.md): what somebody holds whose account was disabled goes back to the pool or the
//! dispatcher, whether the order is suspended or not. The same goes for whatever a role gave that was taken away: nobody
//! keeps what they may not work on.
//!
//! | the order is | and the person | then |
//! |---|---|---|
//! | pooled, claimed, in progress | holds a slot | released to the pool, attempt + 1, no cool-down; other slots live on |
//! | assigned | is whom it is directed to | accepted, for the dispatcher, attempt + 1 |
//! | open | was whistled in | waived |
//! | waiting for a check, disputed | holds a slot | nothing: the checker or supervisor acts now. What is sent back or to be done again is released then |
//!
//! A request of theirs ends with what they hold. One that a dispatcher made for somebody else's work stays: any other
//! checker decides it. Of a unit or a team others go on.

use crate::order::decide::claiming::released;
use crate::order::decide::decision::{Draft, Verdict};
use crate::order::decide::scene::{Scene, guard};
use crate::order::decide::targets::roles_of;
use crate::order::event::Event;
use crate::order::parties::hands::helps_with;
use crate::order::reason::Reason;
use crate::order::rejection::Rejection;
use crate::order::state::case::CoHandler;
use crate::order::state::status::Status;
use crate::order::state::{Claim, Order};
use crate::organisation::scope::{Assignee, Scope};
use crate::people::actor::Actor;
use crate::words::ids::AccountId;

/// Returns what this person holds of the order and may, as they stand now, not do any more.
pub fn shut_out(s: &Scene<'_>, account: AccountId) -> Verdict {
    guard(s.is_system(), Rejection::Forbidden)?;
    guard(s.order.status.is_open(), s.wrong_state())?;
    let (mut draft, who, reason) = (Draft::of(s.order, s.now), Assignee::Person(account), why(s, account));
    let helps = |co: &CoHandler| roles_of(s, account).is_some_and(|held| helps_with(held, co));
    if s.order.case.co_handlers.iter().any(|co| co.who == who && co.is_open() && !helps(co)) {
        draft.record(s.actor, Event::CoHandlerWaived { who, reason: Some(reason) });
    }
    match s.order.status {
        Status::Pooled | Status::Claimed | Status::InProgress => release_all(s, &mut draft, Some(account)),
        Status::Assigned => {
            if s.order.assignee == Some(who) && !keeps(s, account) {
                draft.record(s.actor, Event::Recalled { attempt: s.next_attempt(), reason });
            }
        }
        Status::PendingCheck | Status::Disputed => {}
        Status::Submitted | Status::NeedInfo | Status::Accepted => {}
        Status::Rejected
        | Status::Resolved
        | Status::Closed
        | Status::Archived
        | Status::Withdrawn
        | Status::Merged => {}
    }
    let decision = draft.finish();
    guard(!decision.events.is_empty(), Rejection::NotDue)?;
    Ok(decision)
}

/// Releases, after what was decided in `draft`, the slots of those who may not do the work any more: of everybody, or of
/// this one.
pub fn release_all(s: &Scene<'_>, draft: &mut Draft, only: Option<AccountId>) {
    let gone = |claim: &&Claim| only.is_none_or(|who| who == claim.account) && !keeps(s, claim.account);
    for claim in s.order.claims.iter().filter(gone) {
        let freed = released(s, &draft.order, *claim, why(s, claim.account));
        let freed = without(freed, &draft.order, claim.account, s);
        draft.record(Actor::System, freed);
    }
}

/// Whether somebody holds it who may go on with it.
pub fn is_held(s: &Scene<'_>) -> bool {
    s.order.claims.iter().any(|claim| keeps(s, claim.account))
}

fn keeps(s: &Scene<'_>, account: AccountId) -> bool {
    roles_of(s, account).is_some_and(|held| s.order.is_kept_with(held))
}

fn why(s: &Scene<'_>, account: AccountId) -> Reason {
    if roles_of(s, account).is_some() { Reason::RoleEnded } else { Reason::AccountDisabled }
}

/// The same without a cool-down, and never offered to the account alone.
fn without(freed: Event, order: &Order, account: AccountId, s: &Scene<'_>) -> Event {
    let Event::Released { attempt, slot, reason, mut scopes, ladder, .. } = freed else { return freed };
    scopes.retain(|scope| *scope != Scope::Person(account));
    if scopes.is_empty() {
        scopes.push(Scope::Area(order.area));
    }
    Event::Released { attempt, slot, account, reason, cool_until: s.now, scopes, ladder }
}
