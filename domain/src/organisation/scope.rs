//! Where an offer goes: scopes, and the assignee of a directed order.

use crate::words::ids::{AccountId, AreaId, TeamId, UnitId};
use serde::{Deserialize, Serialize};

/// A set of people who are told together: one notification log each (QUEUE.md, fan out on read).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Scope {
    /// Everyone with a claiming role in this area or below.
    Area(AreaId),
    /// The members of a volunteer team.
    Team(TeamId),
    /// The handlers of a unit.
    Unit(UnitId),
    /// A single person.
    Person(AccountId),
}

impl Scope {
    /// The words of the four kinds, as stored in `scope.kind`.
    pub const KINDS: [&'static str; 4] = ["area", "team", "unit", "person"];

    /// The stored kind and the referenced key.
    #[must_use]
    pub const fn parts(self) -> (&'static str, i64) {
        match self {
            Self::Area(AreaId(id)) => ("area", id),
            Self::Team(TeamId(id)) => ("team", id),
            Self::Unit(UnitId(id)) => ("unit", id),
            Self::Person(AccountId(id)) => ("person", id),
        }
    }

    /// The scope with this stored kind and key.
    #[must_use]
    pub fn from_parts(kind: &str, id: i64) -> Option<Self> {
        match kind {
            "area" => Some(Self::Area(AreaId(id))),
            "team" => Some(Self::Team(TeamId(id))),
            "unit" => Some(Self::Unit(UnitId(id))),
            "person" => Some(Self::Person(AccountId(id))),
            _ => None,
        }
    }
}

/// Whom a directed order (定向派单) goes to, or who is whistled in as co-handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Assignee {
    /// One worker.
    Person(AccountId),
    /// A team; its first member to acknowledge owns it.
    Team(TeamId),
    /// A unit; its first handler to acknowledge owns it.
    Unit(UnitId),
}

impl Assignee {
    /// The scope that is told and may acknowledge.
    #[must_use]
    pub const fn scope(self) -> Scope {
        match self {
            Self::Person(id) => Scope::Person(id),
            Self::Team(id) => Scope::Team(id),
            Self::Unit(id) => Scope::Unit(id),
        }
    }

    /// The stored kind and the referenced key.
    #[must_use]
    pub const fn parts(self) -> (&'static str, i64) {
        self.scope().parts()
    }

    /// The assignee with this stored kind and key.
    #[must_use]
    pub fn from_parts(kind: &str, id: i64) -> Option<Self> {
        match Scope::from_parts(kind, id)? {
            Scope::Person(id) => Some(Self::Person(id)),
            Scope::Team(id) => Some(Self::Team(id)),
            Scope::Unit(id) => Some(Self::Unit(id)),
            Scope::Area(_) => None,
        }
    }
}
