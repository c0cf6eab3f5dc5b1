//! Roles held: binding and unbinding, who holds what where, and the rule that somebody administers.

use super::Conn;
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::engine::unreadable::left_out;
use crate::organisation::schema::{area, team, unit};
use crate::people::rows::RoleBindingRow;
use crate::people::schema::{account, role_binding};
use crate::people::values::{BindingRead, Bound, NewBinding, Place};
use diesel::prelude::*;
use domain::people::{Employment, Role};
use domain::words::labelled::Labelled;
use domain::{AccountId, AreaId, At, BindingId, TeamId, UnitId};
use std::collections::BTreeMap;

/// Binds a role; one that is held already stays as it is.
///
/// # Errors
/// `Internal` when the area, unit, team or account is not there.
pub fn bind(c: &mut Conn, who: AccountId, new: NewBinding, now: At) -> StoreResult<()> {
    let (area, unit, team) = match new.bound {
        Bound::Area(id) => (Some(id.0), None, None),
        Bound::Unit(id) => (None, Some(id.0), None),
        Bound::Team(id) => (None, None, Some(id.0)),
    };
    diesel::insert_into(role_binding::table)
        .values((
            role_binding::account_id.eq(who.0),
            role_binding::role.eq(new.role.as_str()),
            role_binding::area_id.eq(area),
            role_binding::unit_id.eq(unit),
            role_binding::team_id.eq(team),
            role_binding::employment.eq(new.employment.as_str()),
            role_binding::created_at.eq(Ts(now)),
        ))
        .on_conflict_do_nothing()
        .execute(c)?;
    Ok(())
}

/// Takes a role away.
pub fn unbind(c: &mut Conn, who: AccountId, binding: BindingId) -> StoreResult<()> {
    diesel::delete(
        role_binding::table.filter(role_binding::id.eq(binding.0).and(role_binding::account_id.eq(who.0))),
    )
    .execute(c)?;
    Ok(())
}

/// The roles of these people, with names. One that cannot be read is left out.
pub fn of(c: &mut Conn, people: &[AccountId]) -> StoreResult<BTreeMap<AccountId, Vec<BindingRead>>> {
    let mut all: BTreeMap<AccountId, Vec<BindingRead>> = BTreeMap::new();
    for chunk in people.chunks(super::CHUNK) {
        let rows: Vec<RoleBindingRow> = role_binding::table
            .filter(role_binding::account_id.eq_any(AccountId::keys(chunk)))
            .order(role_binding::id)
            .select(RoleBindingRow::as_select())
            .load(c)?;
        named(c, rows, &mut all)?;
    }
    Ok(all)
}

type Names = BTreeMap<i64, (String, i64)>;

fn named(
    c: &mut Conn,
    rows: Vec<RoleBindingRow>,
    all: &mut BTreeMap<AccountId, Vec<BindingRead>>,
) -> StoreResult<()> {
    let keys = |of: fn(&RoleBindingRow) -> Option<i64>| rows.iter().filter_map(of).collect::<Vec<i64>>();
    let units: Names = unit::table
        .filter(unit::id.eq_any(keys(|r| r.unit_id)))
        .select((unit::id, (unit::name, unit::area_id)))
        .load::<(i64, (String, i64))>(c)?
        .into_iter()
        .collect();
    let teams: Names = team::table
        .filter(team::id.eq_any(keys(|r| r.team_id)))
        .select((team::id, (team::name, team::area_id)))
        .load::<(i64, (String, i64))>(c)?
        .into_iter()
        .collect();
    let mut wanted = keys(|r| r.area_id);
    wanted.extend(units.values().chain(teams.values()).map(|(_, area)| *area));
    wanted.sort_unstable();
    wanted.dedup();
    let areas: BTreeMap<i64, (String, String)> = area::table
        .filter(area::id.eq_any(wanted))
        .select((area::id, (area::display_name, area::path)))
        .load::<(i64, (String, String))>(c)?
        .into_iter()
        .collect();
    for row in rows {
        let words = (Role::parse(&row.role), Employment::parse(&row.employment));
        let (Some(role), Some(employment)) = words else {
            // a role of a later version, or a bad row: not a defect of everybody's beside it
            left_out("role", row.id, "an unknown word");
            continue;
        };
        let (unit, unit_area) = group(&units, row.unit_id, UnitId).unzip();
        let (team, team_area) = group(&teams, row.team_id, TeamId).unzip();
        let at = row.area_id.or(unit_area).or(team_area);
        let read = BindingRead {
            id: BindingId(row.id),
            role,
            employment,
            area: row.area_id.and_then(|id| Some(Place { id: AreaId(id), name: areas.get(&id)?.0.clone() })),
            unit,
            team,
            path: at.and_then(|id| areas.get(&id)).map(|(_, path)| path.clone()),
        };
        all.entry(AccountId(row.account_id)).or_default().push(read);
    }
    Ok(())
}

/// A unit or team among those that were read, and its area.
fn group<K>(names: &Names, id: Option<i64>, typed: fn(i64) -> K) -> Option<(Place<K>, i64)> {
    let id = id?;
    names.get(&id).map(|(name, area)| (Place { id: typed(id), name: name.clone() }, *area))
}

/// Whether somebody who is not disabled administers besides this person.
pub fn others_administer(c: &mut Conn, who: AccountId) -> StoreResult<bool> {
    let others = role_binding::table
        .inner_join(account::table.on(account::id.eq(role_binding::account_id)))
        .filter(role_binding::role.eq(Role::Admin.as_str()).and(role_binding::account_id.ne(who.0)))
        .filter(account::disabled_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(others)).get_result(c)?)
}
