//! Who is asking, and what their roles cover. `auth/` has how they came in, and how they are known again.

use crate::http::error::{ApiError, ApiResult, Kind};
use domain::organisation::Place;
use domain::people::{Actor, Role, RoleSet};
use domain::{AccountId, AreaId, SessionId, TeamId, UnitId};
use persistence::identity::values::{PrincipalRead, RoleHeld};
use std::sync::Arc;

/// The signed-in person with roles. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Principal {
    read: Arc<PrincipalRead>,
    /// The log-in it came by.
    pub session: SessionId,
}

impl Principal {
    /// The person that was read for this log-in.
    #[must_use]
    pub const fn new(read: Arc<PrincipalRead>, session: SessionId) -> Self {
        Self { read, session }
    }

    /// Who.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.read.account
    }

    /// The actor of this person's commands.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Person(self.account())
    }

    /// Whether a one-time password is still in force.
    #[must_use]
    pub fn must_change_password(&self) -> bool {
        self.read.must_change_password
    }

    /// The roles held.
    #[must_use]
    pub fn roles(&self) -> &[RoleHeld] {
        &self.read.roles
    }

    /// Whether a role is held anywhere.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles().iter().any(|r| r.role == role)
    }

    /// The roles whose area covers the area with this path.
    #[must_use]
    pub fn roles_over(&self, path: &str) -> RoleSet {
        let covering = self
            .roles()
            .iter()
            .filter(|r| r.area_path.as_ref().is_some_and(|p| path.starts_with(p.as_str())));
        covering.fold(RoleSet::NONE, |set, r| set.with(r.role))
    }

    /// Whether one of these roles covers the area with this path.
    #[must_use]
    pub fn covers(&self, roles: RoleSet, path: &str) -> bool {
        self.roles_over(path).meets(roles)
    }

    /// The topmost areas in which these roles are held: the roots of what may be listed.
    #[must_use]
    pub fn roots(&self, roles: RoleSet) -> Vec<AreaId> {
        let mut held: Vec<(&str, AreaId)> = self
            .roles()
            .iter()
            .filter(|r| roles.has(r.role))
            .filter_map(|r| Some((r.area_path.as_deref()?, r.area?)))
            .collect();
        held.sort_unstable();
        held.dedup();
        let mut roots: Vec<(&str, AreaId)> = Vec::new();
        for (path, id) in held {
            if !roots.iter().any(|(above, _)| path.starts_with(above)) {
                roots.push((path, id));
            }
        }
        roots.into_iter().map(|(_, id)| id).collect()
    }

    /// [`Principal::roots`] with their paths.
    #[must_use]
    pub fn rooted(&self, roles: RoleSet) -> Vec<(AreaId, String)> {
        let path = |root: AreaId| self.roles().iter().find(|r| r.area == Some(root))?.area_path.clone();
        self.roots(roles).into_iter().filter_map(|root| Some((root, path(root)?))).collect()
    }

    /// The units handled for.
    #[must_use]
    pub fn units(&self) -> Vec<UnitId> {
        self.roles().iter().filter_map(|r| r.unit).collect()
    }

    /// The teams belonged to.
    #[must_use]
    pub fn teams(&self) -> Vec<TeamId> {
        self.roles().iter().filter_map(|r| r.team).collect()
    }

    /// The roles held, each with where it is bound.
    #[must_use]
    pub fn held(&self) -> Vec<(Role, Place)> {
        let at = |r: &RoleHeld| Some((r.role, Place::of_path(r.place.as_deref()?)));
        self.roles().iter().filter_map(at).collect()
    }

    /// Refuses everyone but administrators of the area with this path.
    ///
    /// # Errors
    /// 403.
    pub fn administers(&self, path: &str) -> ApiResult<()> {
        if self.covers(RoleSet::of(&[Role::Admin]), path) {
            Ok(())
        } else {
            Err(ApiError::new(Kind::FORBIDDEN))
        }
    }

    /// The paths of the topmost areas in which these roles are held.
    #[must_use]
    pub fn root_paths(&self, roles: RoleSet) -> Vec<String> {
        let roots = self.roots(roles);
        let held = self.roles().iter().filter(|r| r.area.is_some_and(|id| roots.contains(&id)));
        let mut paths: Vec<String> = held.filter_map(|r| r.area_path.clone()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// Refuses everyone without one of these roles anywhere.
    ///
    /// # Errors
    /// 403.
    pub fn require(&self, roles: RoleSet) -> ApiResult<()> {
        let held = self.roles().iter().fold(RoleSet::NONE, |set, r| set.with(r.role));
        if held.meets(roles) { Ok(()) } else { Err(ApiError::new(Kind::FORBIDDEN)) }
    }
}
