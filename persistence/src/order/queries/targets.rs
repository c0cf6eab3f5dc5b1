//! How those stand whom a command names, and what lies around its order: what the policy on targets judges.
//!
//! A statement a kind, however many are named: people with their roles, units, teams, and at last every area there is to
//! know, the ones around the order among them.

use super::organisation::areas::path_ids;
use super::{CHUNK, Conn};
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Json;
use crate::engine::word::word;
use crate::order::claims::ClaimAsk;
use crate::order::reach::NamedRead;
use crate::order::schema::orders;
use crate::organisation::schema::{area, team, unit};
use crate::people::schema::{account, role_binding};
use diesel::prelude::*;
use domain::order::target::{Part, Standing, works};
use domain::order::{Case, Status};
use domain::organisation::{AreaLevel, Place, Scope};
use domain::people::Role;
use domain::words::labelled::Labelled;
use domain::{AccountId, AreaId, OrderId};
use std::collections::{BTreeMap, BTreeSet};

/// A role held: whose, which, and the area, unit or team it is bound to.
type Binding = (i64, Option<String>, Option<i64>, Option<i64>, Option<i64>);
/// Groups in use and their areas.
type Groups = BTreeMap<i64, AreaId>;

/// An area that is known: its level, its path, whether it is in use.
struct Known {
    level: String,
    path: String,
    active: bool,
}

/// How these stand, and what lies around the order, if there is one.
///
/// # Errors
/// `NotFound` for an unknown order.
pub fn read(c: &mut Conn, order: Option<OrderId>, scopes: &[Scope]) -> StoreResult<NamedRead> {
    let named = |of: fn(Scope) -> Option<i64>| scopes.iter().filter_map(|s| of(*s)).collect::<BTreeSet<_>>();
    let people = bindings(c, &named(|s| if let Scope::Person(id) = s { Some(id.0) } else { None }))?;
    let bound = |of: fn(&Binding) -> Option<i64>| people.iter().filter_map(of).collect::<BTreeSet<_>>();
    let mut of_units = named(|s| if let Scope::Unit(id) = s { Some(id.0) } else { None });
    of_units.extend(bound(|b| b.3));
    let mut of_teams = named(|s| if let Scope::Team(id) = s { Some(id.0) } else { None });
    of_teams.extend(bound(|b| b.4));
    let (units, teams) = (units(c, &of_units)?, teams(c, &of_teams)?);
    let around = match order {
        Some(order) => around(c, order)?,
        None => Vec::new(),
    };
    let mut wanted = named(|s| if let Scope::Area(id) = s { Some(id.0) } else { None });
    wanted.extend(bound(|b| b.2));
    let mut wanted: BTreeSet<AreaId> = wanted.into_iter().map(AreaId).collect();
    wanted.extend(units.values().chain(teams.values()).chain(&around));
    let areas = areas(c, &wanted)?;
    let all = All { people, units, teams, areas };
    let ancestors = levels(&around, &all.areas);
    let mut standings = Vec::with_capacity(scopes.len());
    for scope in scopes {
        standings.extend(all.standing(*scope)?.map(|standing| (*scope, standing)));
    }
    Ok(NamedRead { ancestors, standings })
}

/// The area with this path and those above it, top first.
pub fn above(c: &mut Conn, path: &str) -> StoreResult<Vec<(AreaLevel, AreaId)>> {
    let ids: Vec<AreaId> = path_ids(path).collect();
    Ok(levels(&ids, &areas(c, &ids.iter().copied().collect())?))
}

fn levels(ids: &[AreaId], known: &BTreeMap<AreaId, Known>) -> Vec<(AreaLevel, AreaId)> {
    let level = |id: &AreaId| Some((Labelled::parse(&known.get(id)?.level)?, *id));
    ids.iter().filter_map(level).collect()
}

/// Whether whoever acknowledges may still do the work of the order that is directed to them, or to theirs: role and area
/// as they are now. Anything that is not waiting to be acknowledged in this attempt is left to the statement.
pub fn may_acknowledge(c: &mut Conn, ask: &ClaimAsk) -> StoreResult<bool> {
    let case: Option<Json<Case>> = orders::table
        .filter(orders::id.eq(ask.order.0).and(orders::attempt.eq(ask.attempt)))
        .filter(orders::status.eq(Status::Assigned.as_str()))
        .select(orders::case_file)
        .first(c)
        .optional()?;
    let Some(case) = case else { return Ok(true) };
    let held = held(c, ask.account)?;
    Ok(works(&held, Part::Directed, case.0.assigned_within))
}

/// The roles of a person who is not disabled, as far as what they are bound to is in use.
pub fn held(c: &mut Conn, who: AccountId) -> StoreResult<Vec<(Role, Place)>> {
    let standing = read(c, None, &[Scope::Person(who)])?.standings.pop();
    Ok(match standing {
        Some((_, Standing::Person(held))) => held,
        Some((_, Standing::Group(_))) | None => Vec::new(),
    })
}

/// The bindings of these people, at least one row for each who is not disabled.
fn bindings(c: &mut Conn, people: &BTreeSet<i64>) -> StoreResult<Vec<Binding>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    Ok(account::table
        .left_join(role_binding::table.on(role_binding::account_id.eq(account::id)))
        .filter(account::id.eq_any(people.iter().copied().collect::<Vec<_>>()))
        .filter(account::disabled_at.is_null())
        .select((
            account::id,
            role_binding::role.nullable(),
            role_binding::area_id.nullable(),
            role_binding::unit_id.nullable(),
            role_binding::team_id.nullable(),
        ))
        .load(c)?)
}

fn units(c: &mut Conn, ids: &BTreeSet<i64>) -> StoreResult<Groups> {
    if ids.is_empty() {
        return Ok(Groups::new());
    }
    let wanted = unit::id.eq_any(ids.iter().copied().collect::<Vec<_>>()).and(unit::active.eq(true));
    let rows: Vec<(i64, i64)> = unit::table.filter(wanted).select((unit::id, unit::area_id)).load(c)?;
    Ok(rows.into_iter().map(|(id, area)| (id, AreaId(area))).collect())
}

fn teams(c: &mut Conn, ids: &BTreeSet<i64>) -> StoreResult<Groups> {
    if ids.is_empty() {
        return Ok(Groups::new());
    }
    let wanted = team::id.eq_any(ids.iter().copied().collect::<Vec<_>>()).and(team::active.eq(true));
    let rows: Vec<(i64, i64)> = team::table.filter(wanted).select((team::id, team::area_id)).load(c)?;
    Ok(rows.into_iter().map(|(id, area)| (id, AreaId(area))).collect())
}

/// The area of the order and those above it, top first.
fn around(c: &mut Conn, order: OrderId) -> StoreResult<Vec<AreaId>> {
    let path: String = orders::table
        .inner_join(area::table.on(area::id.eq(orders::area_id)))
        .filter(orders::id.eq(order.0))
        .select(area::path)
        .first(c)?;
    Ok(path_ids(&path).collect())
}

fn areas(c: &mut Conn, ids: &BTreeSet<AreaId>) -> StoreResult<BTreeMap<AreaId, Known>> {
    let mut known = BTreeMap::new();
    // whoever holds roles in many grids names many areas
    for chunk in AreaId::keys(ids).chunks(CHUNK) {
        let rows: Vec<(i64, String, String, bool)> = area::table
            .filter(area::id.eq_any(chunk.to_vec()))
            .select((area::id, area::level, area::path, area::active))
            .load(c)?;
        known.extend(
            rows.into_iter().map(|(id, level, path, active)| (AreaId(id), Known { level, path, active })),
        );
    }
    Ok(known)
}

/// What was found out.
struct All {
    people: Vec<Binding>,
    units: Groups,
    teams: Groups,
    areas: BTreeMap<AreaId, Known>,
}

impl All {
    /// Where an area in use is.
    fn place(&self, area: AreaId) -> Option<Place> {
        self.areas.get(&area).filter(|known| known.active).map(|known| Place::of_path(&known.path))
    }

    fn group(&self, groups: &Groups, id: i64) -> Option<Place> {
        groups.get(&id).and_then(|area| self.place(*area))
    }

    fn standing(&self, of: Scope) -> StoreResult<Option<Standing>> {
        Ok(match of {
            Scope::Area(id) => self.place(id).map(Standing::Group),
            Scope::Unit(id) => self.group(&self.units, id.0).map(Standing::Group),
            Scope::Team(id) => self.group(&self.teams, id.0).map(Standing::Group),
            Scope::Person(id) => self.person(id.0)?,
        })
    }

    fn person(&self, id: i64) -> StoreResult<Option<Standing>> {
        let mut rows = self.people.iter().filter(|binding| binding.0 == id).peekable();
        if rows.peek().is_none() {
            return Ok(None);
        }
        let mut held = Vec::new();
        for (_, role, area, unit, team) in rows {
            let place = area.and_then(|id| self.place(AreaId(id)));
            let place = place.or_else(|| unit.and_then(|id| self.group(&self.units, id)));
            let place = place.or_else(|| team.and_then(|id| self.group(&self.teams, id)));
            if let (Some(role), Some(place)) = (role, place) {
                held.push((word(role)?, place));
            }
        }
        Ok(Some(Standing::Person(held)))
    }
}
