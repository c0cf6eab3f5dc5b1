//! Who may be told of an order, directed to it, whistled in: one policy for every command that names an area, person,
//! team or unit.
//!
//! FIELD.md, Targets: whoever is dispatched to, directed to, whistled in or offered holds an active role that may do the
//! work, and lies within the actor's own area or the reach that the service item grants. The shell finds out how a
//! target stands; whether that will do is decided here.

use crate::labelled;
use crate::organisation::place::Place;
use crate::people::role::{Role, RoleSet};
use crate::words::ids::AreaId;

/// How a target stands. One that is not there, disabled or not in use has no standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// An area, team or unit in use, and where it is.
    Group(Place),
    /// A person who is not disabled: the roles held, each with where it is bound (a team's or unit's: where that is),
    /// as far as that is in use.
    Person(Vec<(Role, Place)>),
}

/// What somebody is named for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// To be offered it, with others.
    Offered,
    /// To be handed it.
    Directed,
    /// To help with it.
    Whistled,
}

impl Part {
    /// Roles that may do this part. A dispatcher claims nothing and is not whistled in, but may be handed an order: that
    /// is how a ladder ends (FIELD.md: forced to the dispatcher on duty).
    #[must_use]
    pub const fn roles(self) -> RoleSet {
        match self {
            Self::Offered | Self::Whistled => RoleSet::CANDIDATES,
            Self::Directed => RoleSet::CANDIDATES.with(Role::Dispatcher),
        }
    }

    /// Roles by which a person may be named for this part: volunteers are offered, never assigned (FIELD.md, edge rules),
    /// and so not whistled in either. One of a team or unit that is named does the part whatever the role.
    const fn names(self, role: Role) -> bool {
        let offered_only = matches!((self, role), (Self::Directed | Self::Whistled, Role::Volunteer));
        self.roles().has(role) && !offered_only
    }
}

labelled! {
    /// Why somebody may not be named: not there, disabled or not in use; without a role that may do the work; as a
    /// volunteer offered it only, and never handed it; neither in the actor's own area nor within the reach of the service
    /// item.
    Unfit {
        NotThere = "not_there", "不存在或已停用", "not found or not in use";
        NoRole = "no_role", "没有可承办此单的角色", "holds no role that may do this";
        OfferedOnly = "offered_only", "志愿者只能派到待认领由其自愿接单，不能直接指派", "is a volunteer: offered an order, never assigned one";
        OutOfReach = "out_of_reach", "不在您的管辖区域，也超出该服务事项的派单范围", "outside your own area and outside the reach of the service item";
    }
}

/// Whether whoever stands so may take this part at all, wherever they are.
///
/// # Errors
/// Why not.
pub fn able(standing: Option<&Standing>, part: Part) -> Result<(), Unfit> {
    match standing {
        None => Err(Unfit::NotThere),
        Some(Standing::Group(_)) => Ok(()),
        Some(Standing::Person(held)) if held.iter().any(|(role, _)| part.names(*role)) => Ok(()),
        Some(Standing::Person(held)) if works(held, part, None) => Err(Unfit::OfferedOnly),
        Some(Standing::Person(_)) => Err(Unfit::NoRole),
    }
}

/// Whether whoever stands so may take this part within one of these areas: the widest that holds them, which is as far
/// as they may move and keep it.
///
/// # Errors
/// Why not.
pub fn fits(standing: Option<&Standing>, part: Part, within: &[AreaId]) -> Result<AreaId, Unfit> {
    able(standing, part)?;
    let around = |place: &Place| {
        let depths = within.iter().filter_map(|area| Some((place.depth_of(*area)?, *area)));
        depths.min_by_key(|(depth, _)| *depth)
    };
    let widest = match standing {
        None => None,
        Some(Standing::Group(place)) => around(place),
        Some(Standing::Person(held)) => held
            .iter()
            .filter(|(role, _)| part.names(*role))
            .filter_map(|(_, place)| around(place))
            .min_by_key(|(depth, _)| *depth),
    };
    let as_volunteer = |held: &[(Role, Place)]| within.iter().any(|area| works(held, part, Some(*area)));
    match (widest, standing) {
        (Some((_, area)), _) => Ok(area),
        (None, Some(Standing::Person(held))) if as_volunteer(held) => Err(Unfit::OfferedOnly),
        (None, _) => Err(Unfit::OutOfReach),
    }
}

/// Whether somebody with these roles may still do this part: with a role for it, within the area that was granted.
#[must_use]
pub fn works(held: &[(Role, Place)], part: Part, within: Option<AreaId>) -> bool {
    held.iter().any(|(role, place)| {
        part.roles().has(*role) && within.is_none_or(|area| place.depth_of(area).is_some())
    })
}
