//! Plain values about whoever is signed in.

use crate::engine::error::StoreResult;
use domain::{AccountId, AreaId, At, BindingId, TeamId, UnitId};

/// A signed-in person with the roles held, read at log-in and again every few seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalRead {
    /// Who.
    pub account: AccountId,
    /// Whether a one-time password is still in force.
    pub must_change_password: bool,
    /// The roles held, with the path of their area.
    pub roles: Vec<RoleHeld>,
}

/// A person, and the end of the session they were asked for by.
pub type PrincipalUntil = (At, StoreResult<PrincipalRead>);

/// A role with what it is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleHeld {
    /// Key of the binding.
    pub id: BindingId,
    /// The role.
    pub role: domain::people::Role,
    /// Full- or part-time.
    pub employment: domain::people::Employment,
    /// The area it is bound to.
    pub area: Option<AreaId>,
    /// That area's path.
    pub area_path: Option<String>,
    /// Path of where it is bound: that area, or the unit's or team's own.
    pub place: Option<String>,
    /// The unit it is bound to.
    pub unit: Option<UnitId>,
    /// The team it is bound to.
    pub team: Option<TeamId>,
}

/// What came of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// The token in force is now the one with this counter, and belongs to this account.
    Successor {
        /// Whose session.
        account: AccountId,
        /// Place in the chain.
        counter: i32,
    },
    /// Its successor was used already: somebody else has it. The session is revoked.
    Stolen,
    /// The session is over, unknown, or its account is disabled.
    Over,
}
