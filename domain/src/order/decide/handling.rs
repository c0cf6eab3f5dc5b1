//! Handling: first contact, progress, survey, reporting up, feeding the result back.

use super::decision::{Draft, Verdict};
use super::placement::Photos;
use super::scene::{Scene, guard, invalid, reason_of};
use crate::At;
use crate::catalogue::item::ServiceRules;
use crate::order::event::Event;
use crate::order::parties::hands::helps;
use crate::order::reason::{Reason, ReasonKind};
use crate::order::rejection::{Invalid, Rejection};
use crate::order::state::case::CoHandling;
use crate::order::state::status::Status;
use crate::people::role::RoleSet;

pub(super) fn contact(s: &Scene<'_>, occurred_at: Option<At>) -> Verdict {
    guard(s.handles(), Rejection::Forbidden)?;
    // whoever won a slot begins while the others are still to be had
    let begins = s.order.status == Status::Pooled && s.order.case.contacted_at.is_none();
    guard(begins || s.order.status == Status::Claimed, s.wrong_state())?;
    s.not_suspended()?;
    s.record(Event::Contacted { occurred_at: s.occurred(occurred_at)?, by: s.actor.account() })
}

pub(super) fn progress(s: &Scene<'_>, visible_to_resident: bool) -> Verdict {
    takes_part(s)?;
    let begun = [Status::Claimed, Status::InProgress, Status::PendingCheck, Status::Disputed];
    guard(begun.contains(&s.order.status) || holds_a_slot(s), s.wrong_state())?;
    s.record(Event::Progressed { visible_to_resident })
}

pub(super) fn survey(s: &Scene<'_>) -> Verdict {
    takes_part(s)?;
    let begun = [Status::Claimed, Status::InProgress];
    guard(begun.contains(&s.order.status) || holds_a_slot(s), s.wrong_state())?;
    s.record(Event::Surveyed)
}

/// Whether the actor won a slot of an order whose other slots are still to be had.
fn holds_a_slot(s: &Scene<'_>) -> bool {
    s.order.status == Status::Pooled && s.handles()
}

/// Grid staff who hold it pass it to the parent of its inbox (worker → leader → community).
pub(super) fn report_up(s: &Scene<'_>, reason: Reason) -> Verdict {
    let by = s.person()?;
    guard(s.handles() && s.has_area(RoleSet::GRID_STAFF), Rejection::Forbidden)?;
    s.in_state(&[Status::Claimed, Status::InProgress])?;
    let to = s.facts.parent_area.ok_or(Rejection::NoParentArea)?;
    reason_of(ReasonKind::ReportUp, reason)?;
    let to = s.overseen(to)?;
    let attempt = s.next_attempt();
    s.record(Event::ReportedUp { attempt, by, from: s.order.inbox, to, reason })
}

/// The lead feeds the result back; it is resolved at once where the item needs no check. Whoever did the work has met the
/// resident: from claimed, the first contact is recorded with it (FIELD.md, no formalism).
pub(super) fn resolve(s: &Scene<'_>, (before, after): (u32, u32), occurred_at: Option<At>) -> Verdict {
    guard(s.leads(), Rejection::Forbidden)?;
    s.in_state(&[Status::Claimed, Status::InProgress])?;
    s.not_suspended()?;
    guard(!s.order.case.co_handlers.iter().any(|c| c.is_open()), Rejection::CoHandlerOpen)?;
    let rules = &s.facts.rules;
    shown(rules, Photos { before, after }, ["beforeFileIds", "afterFileIds"])?;
    let occurred_at = s.occurred(occurred_at)?;
    let mut draft = Draft::of(s.order, s.now);
    if s.order.status == Status::Claimed && s.order.case.contacted_at.is_none() {
        draft.record(s.actor, Event::Contacted { occurred_at, by: s.actor.account() });
    }
    draft.record(s.actor, if rules.check_required { Event::FedBack { occurred_at } } else { s.resolved() });
    Ok(draft.finish())
}

/// The photos that the item demands with a result are there, in these fields.
pub(super) fn shown(
    rules: &ServiceRules,
    photos: Photos,
    [before, after]: [&'static str; 2],
) -> Result<(), Rejection> {
    guard(!rules.photo_before || photos.before > 0, invalid(before, Invalid::PhotoRequired))?;
    guard(!rules.photo_after || photos.after > 0, invalid(after, Invalid::PhotoRequired))
}

/// A claimant, a co-handler who reported in, or a dispatcher.
fn takes_part(s: &Scene<'_>) -> Result<(), Rejection> {
    let helps = s.order.case.co_handlers.iter().any(|c| {
        let reported = c.state == CoHandling::ReportedIn && c.reported_by.is_some();
        reported && c.reported_by == s.actor.account() && helps(s.facts, c)
    });
    guard(s.handles() || helps || s.is_dispatcher(), Rejection::Forbidden)
}
