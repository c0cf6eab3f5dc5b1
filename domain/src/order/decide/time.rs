//! Time passing: a command of the system, through the same match as a person's.

use super::claiming::released;
use super::decision::{Draft, Verdict};
use super::dispatching::direct;
use super::scene::{Scene, guard, later};
use crate::order::due::escalation::Rung;
use crate::order::due::timer::TimerKind;
use crate::order::event::Event;
use crate::order::reason::Reason;
use crate::order::rejection::Rejection;
use chrono::TimeDelta;

/// An assignee who does not acknowledge is not complained about more often than this.
const MIN_REMINDER_MINUTES: i64 = 10;

pub(super) fn expire(s: &Scene<'_>, timer: TimerKind) -> Verdict {
    guard(s.is_system(), Rejection::Forbidden)?;
    guard(s.order.timer(timer).is_some_and(|due| due <= s.now), Rejection::NotDue)?;
    match timer {
        TimerKind::NeedInfo => s.record(Event::Withdrawn { reason: None }),
        TimerKind::Silence => s.record(Event::SilenceClosed),
        TimerKind::SuspensionEnd => s.record(Event::SuspensionEnded),
        TimerKind::NoContact => Ok(release_all(s)),
        TimerKind::Escalation => escalate(s),
        TimerKind::Acknowledge => {
            let limit = s.order.limits.claim.map_or(0, crate::catalogue::limits::Limit::millis);
            let span = TimeDelta::milliseconds(limit).max(TimeDelta::minutes(MIN_REMINDER_MINUTES));
            s.record(Event::AcknowledgeOverdue { next_due_at: later(s.now, span) })
        }
    }
}

/// Nobody claimed it in time: offered to more people in the same attempt, directed to somebody, or left to the dispatcher.
fn escalate(s: &Scene<'_>) -> Verdict {
    match s.order.next_rung(s.facts) {
        Rung::Widen { steps, scopes } => s.record(Event::Widened { ring: s.order.ring + 1, scopes, steps }),
        Rung::Assign { assignee, within } => direct(s, assignee, within),
        Rung::Dispatcher => s.record(Event::LeftUnclaimed),
    }
}

/// Nobody made contact in time: every claim is released, one event each.
fn release_all(s: &Scene<'_>) -> super::decision::Decision {
    let mut draft = Draft::of(s.order, s.now);
    for claim in &s.order.claims {
        let event = released(s, &draft.order, *claim, Reason::NoContact);
        draft.record(s.actor, event);
    }
    draft.finish()
}
