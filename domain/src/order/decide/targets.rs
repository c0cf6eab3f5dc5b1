//! Whom commands name: judged by the one policy ([`crate::order::target`]), and asked again of whoever then acts.

use super::scene::Scene;
use crate::catalogue::ladder::{Step, WidenTo};
use crate::order::rejection::{Named, Rejection};
use crate::order::target::{self, Part, Standing};
use crate::organisation::place::Place;
use crate::organisation::scope::{Assignee, Scope};
use crate::people::role::Role;
use crate::words::ids::{AccountId, AreaId};

/// Within which areas the actor may name people.
pub(super) struct Within(Vec<AreaId>);

impl Within {
    /// Where the actor holds this role, and as far around the order as its item grants.
    pub fn own_and_reach(s: &Scene<'_>, role: Role) -> Self {
        let own = s.facts.held.iter().filter(|(held, _)| *held == role && !s.is_system());
        Self(own.filter_map(|(_, place)| place.area()).chain(s.facts.reach()).collect())
    }

    /// As far around the order as its item grants.
    pub fn reach(s: &Scene<'_>) -> Self {
        Self(s.facts.reach().into_iter().collect())
    }

    /// Only where the actor holds this role over the order's own area.
    pub fn own_around(s: &Scene<'_>, role: Role) -> Self {
        let around = |area: &AreaId| s.facts.ancestors.iter().any(|(_, id)| id == area);
        let own = s.facts.held.iter().filter(|(held, _)| *held == role);
        Self(own.filter_map(|(_, place)| place.area()).filter(around).collect())
    }
}

/// Every scope may be offered it.
pub(super) fn offered(s: &Scene<'_>, scopes: &[Scope]) -> Result<(), Rejection> {
    let within = Within::own_and_reach(s, Role::Dispatcher);
    scopes
        .iter()
        .enumerate()
        .try_for_each(|(n, scope)| named(s, Named::Scope(n), *scope, Part::Offered, &within).map(drop))
}

/// Every scope of the later rings may be.
pub(super) fn rings(s: &Scene<'_>, rings: &[Step]) -> Result<(), Rejection> {
    let within = Within::own_and_reach(s, Role::Dispatcher);
    for (ring, step) in rings.iter().enumerate() {
        let WidenTo::Scopes(scopes) = &step.to else { continue };
        for (n, scope) in scopes.iter().enumerate() {
            named(s, Named::Ring(ring, n), *scope, Part::Offered, &within)?;
        }
    }
    Ok(())
}

/// Those of the scopes that are there and able still, wherever they are: they were judged when they were named.
pub(super) fn able(s: &Scene<'_>, scopes: &[Scope]) -> Vec<Scope> {
    let able = |scope: &&Scope| target::able(s.facts.standing(**scope), Part::Offered).is_ok();
    scopes.iter().filter(able).copied().collect()
}

/// It may be directed to them; the area within which they keep it.
pub(super) fn directed(s: &Scene<'_>, who: Assignee, within: &Within) -> Result<AreaId, Rejection> {
    named(s, Named::Assignee, who.scope(), Part::Directed, within)
}

/// They may be whistled in; the area within which they may help.
pub(super) fn whistled(s: &Scene<'_>, who: Assignee, within: &Within) -> Result<AreaId, Rejection> {
    named(s, Named::Who, who.scope(), Part::Whistled, within)
}

fn named(s: &Scene<'_>, at: Named, who: Scope, part: Part, within: &Within) -> Result<AreaId, Rejection> {
    target::fits(s.facts.standing(who), part, &within.0).map_err(|why| Rejection::Target { at, why })
}

/// The roles that a person holds, as they stand; none for somebody whose account is disabled.
pub(super) fn roles_of<'a>(s: &Scene<'a>, person: AccountId) -> Option<&'a [(Role, Place)]> {
    match s.facts.standing(Scope::Person(person)) {
        Some(Standing::Person(held)) => Some(held),
        Some(Standing::Group(_)) | None => None,
    }
}
