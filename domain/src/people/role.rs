//! Roles: what somebody is, and what that lets them do; sets of roles.

use crate::labelled;

labelled! {
    /// A role, bound to an area, unit or team; its scope is inherited by everything below.
    Role {
        Resident = "resident", "居民", "Resident";
        GridWorker = "grid_worker", "网格员", "Grid worker";
        Liaison = "liaison", "微网格联络员", "Micro-grid liaison";
        BuildingLead = "building_lead", "楼栋长", "Building lead";
        GridLeader = "grid_leader", "网格长", "Grid leader";
        Volunteer = "volunteer", "党员志愿者", "Party member / volunteer";
        Dispatcher = "dispatcher", "社区管理员", "Dispatcher";
        UnitHandler = "unit_handler", "承办单位", "Unit handler";
        Supervisor = "supervisor", "督办人员", "Supervisor";
        Auditor = "auditor", "审计人员", "Auditor";
        Admin = "admin", "系统管理员", "Administrator";
    }
}

impl Role {
    const fn bit(self) -> u16 {
        1 << match self {
            Self::Resident => 0,
            Self::GridWorker => 1,
            Self::Liaison => 2,
            Self::BuildingLead => 3,
            Self::GridLeader => 4,
            Self::Volunteer => 5,
            Self::Dispatcher => 6,
            Self::UnitHandler => 7,
            Self::Supervisor => 8,
            Self::Auditor => 9,
            Self::Admin => 10,
        }
    }

    /// Whether holders act in a public function: residents read who they are (FIELD.md: staff by name, role and office phone,
    /// volunteers by consent, which is kept nowhere yet).
    #[must_use]
    pub const fn is_public(self) -> bool {
        match self {
            Self::Resident | Self::Volunteer => false,
            Self::GridWorker
            | Self::Liaison
            | Self::BuildingLead
            | Self::GridLeader
            | Self::Dispatcher
            | Self::UnitHandler
            | Self::Supervisor
            | Self::Auditor
            | Self::Admin => true,
        }
    }

    /// As what somebody acts who holds these roles: with an order in their hands (`handles`) as one who may claim, whatever
    /// else they are, so a dispatcher who lends a hand as a volunteer is a volunteer; otherwise as who oversees it.
    #[must_use]
    pub fn acting(held: &[Self], handles: bool) -> Option<Self> {
        let order: &[Self] = if handles { &HANDLING } else { &OVERSEEING };
        order.iter().copied().find(|role| held.contains(role))
    }

    /// Whether holders stand in the offer scopes of their area, team or unit, and so may claim.
    #[must_use]
    pub const fn claims(self) -> bool {
        RoleSet::CANDIDATES.has(self)
    }

    /// Whether it is a public function, so that its holders' names are open (ARCHITECTURE.md, "Where pages disagree": names
    /// of accounts). Everybody else's are sealed and masked.
    #[must_use]
    pub const fn has_open_name(self) -> bool {
        match self {
            Self::Resident => false,
            Self::GridWorker
            | Self::Liaison
            | Self::BuildingLead
            | Self::GridLeader
            | Self::Volunteer
            | Self::Dispatcher
            | Self::UnitHandler
            | Self::Supervisor
            | Self::Auditor
            | Self::Admin => true,
        }
    }

    /// Whether holders read every order of their area (others read only what they take part in).
    #[must_use]
    pub const fn reads_area(self) -> bool {
        RoleSet::READERS.has(self)
    }
}

/// As what somebody handles, the first that they are.
const HANDLING: [Role; 10] = [
    Role::GridWorker,
    Role::GridLeader,
    Role::BuildingLead,
    Role::Liaison,
    Role::UnitHandler,
    Role::Volunteer,
    Role::Dispatcher,
    Role::Supervisor,
    Role::Admin,
    Role::Auditor,
];
/// As what somebody else has a say, the first that they are.
const OVERSEEING: [Role; 10] = [
    Role::Dispatcher,
    Role::Supervisor,
    Role::GridLeader,
    Role::GridWorker,
    Role::BuildingLead,
    Role::Liaison,
    Role::UnitHandler,
    Role::Admin,
    Role::Auditor,
    Role::Volunteer,
];

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoleSet(u16);

impl RoleSet {
    /// No role.
    pub const NONE: Self = Self(0);
    /// Staff of a grid: they may resolve by themselves and report up in their own grid.
    pub const GRID_STAFF: Self =
        Self::of(&[Role::GridWorker, Role::Liaison, Role::BuildingLead, Role::GridLeader]);
    /// Roles whose holders are told of offers and may claim.
    pub const CANDIDATES: Self = Self::of(&[
        Role::GridWorker,
        Role::Liaison,
        Role::BuildingLead,
        Role::GridLeader,
        Role::Volunteer,
        Role::UnitHandler,
    ]);
    /// Roles that read every order in their area.
    pub const READERS: Self = Self::of(&[
        Role::GridWorker,
        Role::GridLeader,
        Role::Dispatcher,
        Role::Supervisor,
        Role::Auditor,
        Role::Admin,
    ]);
    /// Who may take an order for somebody else: whoever works in the area, on a round or at the telephone.
    pub const TAKERS: Self = Self::CANDIDATES.with(Role::Dispatcher).with(Role::Supervisor);
    /// Who may place an order for somebody else: those of [`RoleSet::TAKERS`] who are at somebody's door or telephone.
    pub const PLACERS: Self =
        Self::of(&[Role::Dispatcher, Role::GridWorker, Role::Liaison, Role::BuildingLead, Role::GridLeader]);
    /// Roles that may check a fed-back result.
    pub const CHECKERS: Self = Self::of(&[Role::Dispatcher, Role::GridLeader, Role::Supervisor]);

    /// The set of these roles.
    #[must_use]
    pub const fn of(roles: &[Role]) -> Self {
        let mut bits = 0;
        let mut rest = roles;
        while let [first, tail @ ..] = rest {
            bits |= first.bit();
            rest = tail;
        }
        Self(bits)
    }

    /// Whether the set holds this role.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether the two sets share a role.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The set with one role more.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | role.bit())
    }
}

labelled! {
    /// Full-time or part-time (专兼结合).
    Employment {
        FullTime = "full_time", "专职", "Full-time";
        PartTime = "part_time", "兼职", "Part-time";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::labelled::Labelled;

    #[test]
    fn every_role_but_a_residents_is_a_public_function() {
        let hidden: Vec<Role> = Role::ALL.iter().copied().filter(|role| !role.has_open_name()).collect();
        assert_eq!(hidden, [Role::Resident]);
    }
}
