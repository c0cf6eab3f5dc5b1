//! What every rule looks at (the order, the actor, the facts, the time) and the guards they share.

use super::decision::{Draft, Verdict};
use crate::At;
use crate::catalogue::limits::{Limit, Limits};
use crate::order::event::Event;
use crate::order::facts::Facts;
use crate::order::reason::{Reason, ReasonKind};
use crate::order::rejection::{Invalid, Rejection};
use crate::order::state::Order;
use crate::order::state::case::{CoHandler, Outcome};
use crate::order::state::status::Status;
use crate::organisation::scope::Assignee;
use crate::people::actor::Actor;
use crate::people::role::{Role, RoleSet};
use crate::words::ids::{AccountId, AreaId};
use chrono::TimeDelta;

pub(super) struct Scene<'a> {
    pub order: &'a Order,
    pub actor: Actor,
    pub facts: &'a Facts,
    pub now: At,
}

type Guard = Result<(), Rejection>;

pub(super) const fn guard(holds: bool, otherwise: Rejection) -> Guard {
    if holds { Ok(()) } else { Err(otherwise) }
}

pub(super) const fn invalid(field: &'static str, why: Invalid) -> Rejection {
    Rejection::Invalid { field, why }
}

/// A reason must be of the kind the command asks for.
pub(super) fn reason_of(kind: ReasonKind, reason: Reason) -> Guard {
    guard(reason.kind() == kind, invalid("reason", Invalid::WrongReasonKind))
}

/// `now + span`; the far end of time instead of an overflow.
pub(super) fn later(now: At, span: TimeDelta) -> At {
    now.checked_add_signed(span).unwrap_or(At::MAX_UTC)
}

pub(super) fn later_days(now: At, days: u32) -> At {
    TimeDelta::try_days(i64::from(days)).map_or(At::MAX_UTC, |span| later(now, span))
}

impl Scene<'_> {
    /// The acting person; the system is refused.
    pub fn person(&self) -> Result<AccountId, Rejection> {
        self.actor.account().ok_or(Rejection::Forbidden)
    }

    pub fn is_system(&self) -> bool {
        self.actor == Actor::System
    }

    /// A person with one of these roles over the order's inbox.
    pub fn has_inbox(&self, roles: RoleSet) -> bool {
        !self.is_system() && self.facts.inbox_roles.meets(roles)
    }

    /// A person with one of these roles where the order is.
    pub fn has_area(&self, roles: RoleSet) -> bool {
        !self.is_system() && self.facts.area_roles.meets(roles)
    }

    pub fn is_dispatcher(&self) -> bool {
        self.has_inbox(RoleSet::of(&[Role::Dispatcher]))
    }

    pub fn is_reporter(&self) -> bool {
        self.actor.account().is_some_and(|a| self.order.is_own(a))
    }

    /// A claimant who may still do the work.
    pub fn handles(&self) -> bool {
        self.actor.account().is_some_and(|a| self.order.is_handled_by(a, self.facts))
    }

    /// The lead, if they may still do the work.
    pub fn leads(&self) -> bool {
        self.actor.account().is_some_and(|a| self.order.lead() == Some(a)) && self.handles()
    }

    /// Whether the actor is this person, or of this team or unit.
    pub fn is_of(&self, who: Assignee) -> bool {
        match who {
            Assignee::Person(id) => self.actor == Actor::Person(id),
            Assignee::Team(id) => !self.is_system() && self.facts.teams.contains(&id),
            Assignee::Unit(id) => !self.is_system() && self.facts.units.contains(&id),
        }
    }

    /// The one who reported in as this co-handler, or somebody of the same team or unit.
    pub fn helps_as(&self, co: &CoHandler) -> bool {
        self.is_of(co.who) || (co.reported_by.is_some() && co.reported_by == self.actor.account())
    }

    /// Who does what is the reporter's to do: they themself; for a caller without an account, staff there who did not
    /// handle it (FIELD.md, edge rules: people without an account lose no right).
    pub fn reporter(&self) -> Guard {
        if self.is_reporter() {
            return Ok(());
        }
        guard(self.order.is_of_a_caller() && self.has_inbox(RoleSet::CHECKERS), Rejection::Forbidden)?;
        self.not_handler()
    }

    pub fn dispatcher(&self) -> Guard {
        guard(self.is_dispatcher(), Rejection::Forbidden)
    }

    /// A dispatcher, or the rule or ladder of the service item.
    pub fn dispatcher_or_system(&self) -> Guard {
        guard(self.is_system() || self.is_dispatcher(), Rejection::Forbidden)
    }

    /// Nobody rules on their own case: not as reporter or beneficiary …
    pub fn not_own(&self) -> Guard {
        guard(!self.is_reporter(), Rejection::OwnCase)
    }

    /// … and not as handler.
    pub fn not_handler(&self) -> Guard {
        let handled = self.actor.account().is_some_and(|a| self.order.has_handled(a));
        guard(!handled, Rejection::OwnCase)
    }

    /// Somebody must act: no order comes into an inbox that nobody oversees but those whom it is about. The inbox into
    /// which it comes: this area's, or the nearest one above where somebody else is.
    pub fn overseen(&self, area: AreaId) -> Result<AreaId, Rejection> {
        self.facts.inbox_for(area).ok_or(Rejection::NobodyOversees)
    }

    pub fn in_state(&self, states: &[Status]) -> Guard {
        guard(states.contains(&self.order.status), self.wrong_state())
    }

    pub const fn wrong_state(&self) -> Rejection {
        Rejection::WrongState { status: self.order.status }
    }

    pub fn not_suspended(&self) -> Guard {
        match self.order.case.suspension {
            Some(s) => Err(Rejection::Suspended { until: s.until }),
            None => Ok(()),
        }
    }

    /// When something done by the worker's own account happened: between their claim and now.
    pub fn occurred(&self, at: Option<At>) -> Result<At, Rejection> {
        let at = at.unwrap_or(self.now);
        let since = self.actor.account().and_then(|a| self.order.claim_of(a)).map_or(self.now, |c| c.at);
        guard((since..=self.now).contains(&at), invalid("occurredAt", Invalid::ImpossibleTime))?;
        Ok(at)
    }

    /// Nobody handles their own case, so it can't be directed to the reporter or beneficiary either.
    pub fn may_handle(&self, field: &'static str, who: Assignee) -> Guard {
        guard(self.order.may_be_directed_to(who), invalid(field, Invalid::OwnCase))
    }

    pub const fn next_attempt(&self) -> i32 {
        self.order.attempt + 1
    }

    /// The limits to dispatch with: clocks that run already keep theirs.
    pub fn dispatch_limits(&self) -> Limits {
        let Limits { accept, resolve, .. } = self.order.limits;
        Limits { accept, resolve, ..self.facts.rules.limits }
    }

    /// Until when to acknowledge; a suspended order's assignee gets the limit when the suspension ends.
    pub fn acknowledge_due(&self, limits: Limits) -> Option<At> {
        let limit = limits.claim.filter(|_| self.order.case.suspension.is_none())?;
        Some(later(self.now, TimeDelta::milliseconds(Limit::millis(limit))))
    }

    /// When silence closes it, and until when it may be disputed.
    pub fn after_resolution(&self) -> (At, At) {
        let rules = &self.facts.rules;
        (later_days(self.now, rules.silence_days), later_days(self.now, rules.reopen_days))
    }

    /// It is resolved by whoever handled it.
    pub fn resolved(&self) -> Event {
        let (silence_due_at, reopen_until) = self.after_resolution();
        Event::Resolved { outcome: Outcome::Handled, silence_due_at, reopen_until }
    }

    /// The decision that consists of this one event.
    pub fn record(&self, event: Event) -> Verdict {
        let mut draft = Draft::of(self.order, self.now);
        draft.record(self.actor, event);
        Ok(draft.finish())
    }
}
