//! Review in the inbox: accept, ask, reject, answer, forward, reclassify.

use super::decision::{Draft, Verdict};
use super::dispatching::all_slots;
use super::parts::moving;
use super::placing::offer_by_rule;
use super::scene::{Scene, guard, invalid, later_days, reason_of};
use crate::catalogue::item::{Priority, ServiceRules};
use crate::order::event::Event;
use crate::order::reason::{Reason, ReasonKind};
use crate::order::rejection::{Invalid, Rejection};
use crate::order::state::case::Outcome;
use crate::order::state::status::Status;
use crate::people::role::{Role, RoleSet};
use crate::words::ids::{AreaId, ServiceItemId};

pub(super) fn accept(
    s: &Scene<'_>,
    service_item: Option<ServiceItemId>,
    area: Option<AreaId>,
    priority: Option<Priority>,
) -> Verdict {
    s.dispatcher_or_system()?;
    // The rule accepts only what needs no review.
    guard(!(s.is_system() && s.facts.rules.review_required), Rejection::Forbidden)?;
    may_rule(s)?;
    s.in_state(&[Status::Submitted])?;
    let service_item = service_item.unwrap_or(s.order.service_item);
    let area = area.unwrap_or(s.order.area);
    let rules = rules_of(s, service_item)?;
    in_scope(s, area)?;
    let mut draft = Draft::of(s.order, s.now);
    let priority = priority.unwrap_or(s.order.priority);
    let (slots, limits) = (all_slots(rules), rules.limits);
    draft.record(s.actor, Event::Accepted { service_item, area, priority, slots, limits });
    offer_by_rule(&mut draft, rules);
    Ok(draft.finish())
}

pub(super) fn ask_info(s: &Scene<'_>) -> Verdict {
    s.dispatcher()?;
    s.in_state(&[Status::Submitted])?;
    s.record(Event::InfoAsked { due_at: later_days(s.now, s.facts.rules.info_days) })
}

pub(super) fn reject(s: &Scene<'_>, reason: Reason) -> Verdict {
    s.dispatcher()?;
    may_rule(s)?;
    s.in_state(&[Status::Submitted])?;
    reason_of(ReasonKind::Reject, reason)?;
    s.record(Event::Rejected { reason })
}

pub(super) fn answer_directly(s: &Scene<'_>) -> Verdict {
    s.dispatcher()?;
    may_rule(s)?;
    answer(s, Outcome::AnsweredDirectly)
}

/// The photo from after is the result's, and demanded as from whoever resolves it; there is none from before, since nobody
/// was sent.
pub(super) fn self_resolve(s: &Scene<'_>, photos: u32) -> Verdict {
    guard(s.has_area(RoleSet::GRID_STAFF), Rejection::Forbidden)?;
    may_rule(s)?;
    may_answer(s)?;
    guard(!s.facts.rules.photo_after || photos > 0, invalid("fileIds", Invalid::PhotoRequired))?;
    answer(s, Outcome::SelfResolved)
}

pub(super) fn forward(s: &Scene<'_>, area: AreaId) -> Verdict {
    s.dispatcher()?;
    s.in_state(&[Status::Submitted, Status::Accepted])?;
    let in_scope = s.facts.target_in_scope;
    let to = if in_scope { area } else { s.facts.common_ancestor.unwrap_or(area) };
    let unchanged = invalid("areaId", Invalid::Unchanged);
    guard(to != s.order.inbox, unchanged.clone())?;
    let nobody = |refused| if in_scope { refused } else { Rejection::CommonNotOverseen };
    let to = s.overseen(to).map_err(nobody)?;
    guard(to != s.order.inbox, unchanged)?;
    s.record(Event::Forwarded { from: s.order.inbox, to, by: s.actor.account() })
}

/// Takes back what was forwarded, into the inbox it came from: by its dispatchers, until it was looked at.
pub(super) fn take_back(s: &Scene<'_>) -> Verdict {
    let Some(forwarded) = s.order.case.forwarded else {
        return s.dispatcher().and(Err(s.wrong_state()));
    };
    guard(!s.is_system() && s.facts.sender_roles.has(Role::Dispatcher), Rejection::Forbidden)?;
    guard(!s.facts.looked_at, Rejection::LookedAt)?;
    guard(s.overseen(forwarded.from)? == forwarded.from, Rejection::NobodyOversees)?;
    s.record(Event::TakenBack { from: s.order.inbox, to: forwarded.from })
}

/// Changes item or area. Where it then lies elsewhere, it goes back to whoever dispatches there ([`moving`]).
pub(super) fn reclassify(
    s: &Scene<'_>,
    service_item: Option<ServiceItemId>,
    area: Option<AreaId>,
) -> Verdict {
    s.dispatcher()?;
    guard(s.order.status.is_before_check(), s.wrong_state())?;
    let service_item = service_item.unwrap_or(s.order.service_item);
    let area = area.unwrap_or(s.order.area);
    let same_item = service_item == s.order.service_item;
    guard(!same_item || area != s.order.area, invalid("serviceItemId", Invalid::Unchanged))?;
    in_scope(s, area)?;
    let rules = rules_of(s, service_item)?;
    let limits = if same_item { s.order.limits } else { rules.limits };
    let mut draft = Draft::of(s.order, s.now);
    draft.record(s.actor, Event::Reclassified { service_item, area, limits });
    moving::end_parts(s, &mut draft, rules, area);
    Ok(draft.finish())
}

fn may_answer(s: &Scene<'_>) -> Result<(), Rejection> {
    s.in_state(&[Status::Submitted, Status::Accepted])
}

fn answer(s: &Scene<'_>, outcome: Outcome) -> Verdict {
    may_answer(s)?;
    let (silence_due_at, reopen_until) = s.after_resolution();
    s.record(Event::Answered { outcome, silence_due_at, reopen_until })
}

/// Nobody rules on their own case, and after an appeal not on their own rejection.
fn may_rule(s: &Scene<'_>) -> Result<(), Rejection> {
    s.not_own()?;
    not_the_rejecter(s)
}

fn not_the_rejecter(s: &Scene<'_>) -> Result<(), Rejection> {
    let case = &s.order.case;
    let rejected_it = case.rejected_by.is_some() && case.rejected_by == s.actor.account();
    guard(!(case.appealed && s.order.status == Status::Submitted && rejected_it), Rejection::OwnCase)
}

/// The rules of this item: the order's own, or those of the item the command names.
fn rules_of<'a>(s: &Scene<'a>, item: ServiceItemId) -> Result<&'a ServiceRules, Rejection> {
    if item == s.order.service_item {
        return Ok(&s.facts.rules);
    }
    let new_item = s.facts.new_item.as_ref().filter(|(id, _)| *id == item);
    new_item.map(|(_, rules)| rules).ok_or(invalid("serviceItemId", Invalid::OutOfRange))
}

/// A new area must lie in the actor's scope.
fn in_scope(s: &Scene<'_>, area: AreaId) -> Result<(), Rejection> {
    guard(area == s.order.area || s.facts.target_in_scope, invalid("areaId", Invalid::OutOfScope))
}
