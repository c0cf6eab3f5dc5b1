//! What the shell knows and the core may not ask: the actor's roles here, the rules, the areas around.

use crate::actor::RoleSet;
use crate::catalogue::{AreaLevel, ServiceRules};
use crate::ids::{AreaId, ServiceItemId, TeamId, UnitId};

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
    /// The area of the order and those above it, top first; loaded for escalations only.
    pub ancestors: Vec<(AreaLevel, AreaId)>,
    /// Whether the one to whom the ladder's last step directs the order is no more, or not in use; for escalations only.
    pub last_to_gone: bool,
}
