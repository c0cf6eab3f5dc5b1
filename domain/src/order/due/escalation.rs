//! Escalation (升级派单): how far a pooled order is up its ladder, what comes next, and when.
//!
//! Every pooled order either climbs (one live escalation timer, asleep while it is suspended) or is with the
//! dispatcher. Within an attempt a climb only goes on or ends: a claim that waits for the order's row may therefore
//! end the timer it saw before it waited.

use crate::At;
use crate::catalogue::item::Priority;
use crate::catalogue::ladder::WidenTo;
use crate::order::facts::Facts;
use crate::order::state::Order;
use crate::order::state::status::Status;
use crate::order::target::{Part, able, fits};
use crate::organisation::scope::{Assignee, Scope};
use crate::words::ids::AreaId;

/// What an escalation does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rung {
    /// Offers it to these too.
    Widen {
        /// Steps this takes: those before the last had nobody new.
        steps: u32,
        /// Scopes that were not offered it yet.
        scopes: Vec<Scope>,
    },
    /// Directs it to them, when nobody holds a slot of it; they have to acknowledge it.
    Assign {
        /// To whom.
        assignee: Assignee,
        /// The area within which they keep it.
        within: AreaId,
    },
    /// Leaves it to the dispatcher; it stays pooled and may be claimed.
    Dispatcher,
}

impl Order {
    /// When it is next escalated, if its ladder runs.
    #[must_use]
    pub fn escalates_at(&self) -> Option<At> {
        if self.status != Status::Pooled || self.case.suspension.is_some() {
            return None;
        }
        let climb = self.case.climb.as_ref()?;
        let due = climb.due_at()?;
        let quiet = climb.ladder.quiet.filter(|_| self.priority != Priority::Urgent);
        Some(quiet.map_or(due, |quiet| quiet.hold(due)))
    }

    /// Since when nobody but the dispatcher sees to it that somebody claims it.
    #[must_use]
    pub fn left_unclaimed_at(&self) -> Option<At> {
        if self.status != Status::Pooled {
            return None;
        }
        // without a ladder: offered by a version that knew none
        self.case.climb.as_ref().map_or(Some(self.updated_at), |climb| climb.ended_at)
    }

    /// Whether it is with the dispatcher.
    #[must_use]
    pub fn is_with_dispatcher(&self) -> bool {
        self.left_unclaimed_at().is_some()
    }

    /// What the next escalation does. The facts are those of an escalation: how whoever the ladder names stands now, and
    /// how far the item reaches. Whoever does not fit any more is passed over.
    #[must_use]
    pub fn next_rung(&self, facts: &Facts) -> Rung {
        let Some(climb) = &self.case.climb else { return Rung::Dispatcher };
        for (steps, step) in (1..).zip(&climb.ladder.steps) {
            let scopes = self.not_offered(rung_scopes(&step.to, climb.ladder.vetted, facts));
            if !scopes.is_empty() {
                return Rung::Widen { steps, scopes };
            }
        }
        let last_to =
            climb.ladder.last_to.filter(|who| self.claims.is_empty() && self.may_be_directed_to(*who));
        let assign = last_to.and_then(|assignee| {
            let standing = facts.standing(assignee.scope());
            let within =
                fits(standing, Part::Directed, &facts.reach().into_iter().collect::<Vec<_>>()).ok()?;
            Some(Rung::Assign { assignee, within })
        });
        assign.unwrap_or(Rung::Dispatcher)
    }

    /// Nobody handles their own case.
    pub(crate) fn may_be_directed_to(&self, who: Assignee) -> bool {
        match who {
            Assignee::Person(id) => !self.is_own(id),
            Assignee::Team(_) | Assignee::Unit(_) => true,
        }
    }

    /// Those of the scopes that were not offered this attempt yet, each once.
    pub(crate) fn not_offered(&self, mut scopes: Vec<Scope>) -> Vec<Scope> {
        scopes.sort_unstable();
        scopes.dedup();
        scopes.retain(|scope| self.rings.iter().all(|r| r.scope != *scope));
        scopes
    }
}

/// Whom a step widens to now: a level no higher than the item's reach; of the scopes those that fit. Where a dispatcher
/// named them, they were judged by that dispatcher's area.
fn rung_scopes(to: &WidenTo, vetted: bool, facts: &Facts) -> Vec<Scope> {
    let reach: Vec<AreaId> = facts.reach().into_iter().collect();
    let fit = |scope: &Scope| {
        let standing = facts.standing(*scope);
        if vetted {
            able(standing, Part::Offered).is_ok()
        } else {
            fits(standing, Part::Offered, &reach).is_ok()
        }
    };
    match to {
        WidenTo::Level(level) => WidenTo::Level((*level).max(facts.rules.reach)).scopes(&facts.ancestors),
        WidenTo::Scopes(scopes) => scopes.iter().copied().filter(fit).collect(),
    }
}
