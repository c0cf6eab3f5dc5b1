//! What crosses the store's boundary about parts that ended: whose, up to when, the orders as they were then, and what late
//! messages may say of them.

use crate::order::listing::Key;
use domain::order::Order;
use domain::organisation::Scope;
use domain::{AccountId, AreaId, At, OrderId, ScopeId, TeamId, UnitId};
use std::collections::BTreeMap;

/// Up to which event somebody took part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// The event that ended it: they read what was there up to and with it.
    pub seq: i32,
    /// When that was.
    pub at: At,
}

/// Through whom somebody may have taken part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormerOf {
    /// The person, while they hold a role.
    pub person: Option<AccountId>,
    /// Their units.
    pub units: Vec<UnitId>,
    /// Their teams.
    pub teams: Vec<TeamId>,
    /// The topmost areas whose orders they read.
    pub areas: Vec<AreaId>,
}

impl FormerOf {
    /// Whether this is one of them.
    #[must_use]
    pub fn holds(&self, who: Scope) -> bool {
        self.each().any(|one| one == who)
    }

    /// Each of them.
    pub fn each(&self) -> impl Iterator<Item = Scope> + '_ {
        let person = self.person.map(Scope::Person).into_iter();
        let units = self.units.iter().copied().map(Scope::Unit);
        let teams = self.teams.iter().copied().map(Scope::Team);
        person.chain(units).chain(teams).chain(self.areas.iter().copied().map(Scope::Area))
    }
}

/// A page of the orders somebody took part in.
#[derive(Debug, Clone)]
pub struct FormerFilter {
    /// Through whom.
    pub of: FormerOf,
    /// Not those that were finished before this.
    pub finished_since: At,
    /// The last key of the page before.
    pub after: Option<Key>,
    /// Rows of a page.
    pub limit: i64,
}

/// An order as it was when somebody's part in it ended.
#[derive(Debug, Clone)]
pub struct Former {
    /// As it was.
    pub order: Order,
    /// When that was.
    pub at: At,
    /// The number a person reads aloud.
    pub number: String,
    /// Title.
    pub title: String,
    /// Name of the service item it had.
    pub item_name: String,
    /// Key and name of the area it was in, or of the nearest one above that whose name tells no door.
    pub place: (AreaId, String),
}

/// What a message may say of orders that have changed since it was numbered: nothing that its scope had no part in.
#[derive(Debug, Clone, Default)]
pub struct Later {
    /// By order and scope, the last attempt that the scope was offered.
    pub offered: BTreeMap<(OrderId, ScopeId), i32>,
    /// Who held them, from when until when: order, name, instants. The lead comes first.
    pub held: Vec<(OrderId, String, At, Option<At>)>,
}

impl Later {
    /// Who held an order at an instant.
    #[must_use]
    pub fn holder(&self, order: OrderId, then: At) -> Option<&str> {
        let held = |(of, _, at, until): &&(OrderId, String, At, Option<At>)| {
            *of == order && *at <= then && until.is_none_or(|until| until > then)
        };
        self.held.iter().find(held).map(|(_, name, ..)| name.as_str())
    }
}
