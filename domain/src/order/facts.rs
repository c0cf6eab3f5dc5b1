//! What the shell knows and the core may not ask: the actor's roles here, the rules, the areas around.

use super::target::Standing;
use crate::catalogue::item::ServiceRules;
use crate::organisation::coverage::inbox_of;
use crate::organisation::level::AreaLevel;
use crate::organisation::place::Place;
use crate::organisation::reach::around;
use crate::organisation::scope::Scope;
use crate::people::role::{Role, RoleSet};
use crate::words::ids::{AccountId, AreaId, ServiceItemId, TeamId, UnitId};

/// Facts about the actor and the surroundings, loaded by the shell before it asks `decide`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Roles the actor holds whose area covers the order's inbox: dispatchers, supervisors, leaders.
    pub inbox_roles: RoleSet,
    /// Roles the actor holds whose area covers where the order is: grid staff.
    pub area_roles: RoleSet,
    /// Units the actor handles for.
    pub units: Vec<UnitId>,
    /// Teams the actor is in.
    pub teams: Vec<TeamId>,
    /// Whether the actor is a candidate: a member of a scope offered in this attempt.
    pub candidate: bool,
    /// The rules of the order's service item.
    pub rules: ServiceRules,
    /// The rules of the item the command changes to.
    pub new_item: Option<(ServiceItemId, ServiceRules)>,
    /// Whether the area the command names lies in the actor's dispatching scope.
    pub target_in_scope: bool,
    /// The lowest area that covers both the inbox and the area the command names.
    pub common_ancestor: Option<AreaId>,
    /// The parent of the inbox.
    pub parent_area: Option<AreaId>,
    /// The area that the command names and those above it, top first; loaded when an order is reclassified into it.
    pub around_target: Vec<(AreaLevel, AreaId)>,
    /// Of the areas into whose inbox the command may bring the order, those that somebody oversees whom it is not about: who
    /// is not disabled and dispatches there or above. Loaded for the commands that move an order, and for a new one.
    pub overseen: Vec<AreaId>,
    /// Of those, the ones where only people dispatch whom it is about, each with the area above into whose inbox it comes
    /// instead.
    pub raised: Vec<(AreaId, AreaId)>,
    /// Roles the actor holds whose area covers the inbox that a forwarded order came from.
    pub sender_roles: RoleSet,
    /// Whether somebody who oversees the inbox has read a forwarded order since it came.
    pub looked_at: bool,
    /// The area of the order and those above it, top first; loaded when somebody is named.
    pub ancestors: Vec<(AreaLevel, AreaId)>,
    /// Every role the actor holds, with where it is bound (a team's or unit's: where that is).
    pub held: Vec<(Role, Place)>,
    /// How those stand whom the command, or for escalations the ladder, names; for whoever may send an order back to its
    /// holders, those too. Whoever is missing is not there or not in use.
    pub targets: Vec<(Scope, Standing)>,
}

impl Facts {
    /// How somebody stands.
    #[must_use]
    pub fn standing(&self, of: Scope) -> Option<&Standing> {
        self.targets.iter().find(|(scope, _)| *scope == of).map(|(_, standing)| standing)
    }

    /// The facts with who oversees these places, when desks are these (an area and who dispatches there) and the order is
    /// about these people.
    #[must_use]
    pub fn overseeing(self, places: &[Place], desks: &[(AreaId, AccountId)], about: &[AccountId]) -> Self {
        let inboxes = places.iter().filter_map(|place| Some((place.area()?, inbox_of(place, desks, about)?)));
        let inboxes: Vec<(AreaId, AreaId)> = inboxes.collect();
        let overseen = inboxes.iter().map(|(area, _)| *area).collect();
        Self { overseen, raised: inboxes.into_iter().filter(|(area, to)| area != to).collect(), ..self }
    }

    /// Into whose inbox comes what is brought into this area's; none where nobody would have to act.
    #[must_use]
    pub fn inbox_for(&self, area: AreaId) -> Option<AreaId> {
        let raised = self.raised.iter().find(|(from, _)| *from == area).map_or(area, |(_, to)| *to);
        self.overseen.contains(&area).then_some(raised)
    }

    /// The area around the order up to which its item grants that people are named.
    #[must_use]
    pub fn reach(&self) -> Option<AreaId> {
        around(self.rules.reach, &self.ancestors)
    }
}
