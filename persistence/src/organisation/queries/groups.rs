//! Units and teams: both are a name in an area.

use super::{Conn, areas};
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::organisation::schema::{area, team, unit};
use crate::organisation::values::{GroupEdit, GroupKind, GroupRead};
use diesel::prelude::*;
use domain::{AreaId, At};

type UnitRow = (i64, String, String, i64, String, String, bool);
type TeamRow = (i64, String, i64, String, String, bool);

fn of_unit((id, name, functions, area, area_name, path, active): UnitRow) -> GroupRead {
    GroupRead { id, name, functions, area: AreaId(area), area_name, path, active }
}

fn of_team((id, name, area, area_name, path, active): TeamRow) -> GroupRead {
    GroupRead { id, name, functions: String::new(), area: AreaId(area), area_name, path, active }
}

/// A unit or team.
///
/// # Errors
/// `NotFound`.
pub fn find(c: &mut Conn, kind: GroupKind, id: i64) -> StoreResult<GroupRead> {
    match kind {
        GroupKind::Unit => {
            let row: UnitRow = unit::table
                .inner_join(area::table.on(area::id.eq(unit::area_id)))
                .filter(unit::id.eq(id))
                .select((
                    unit::id,
                    unit::name,
                    unit::functions,
                    unit::area_id,
                    area::display_name,
                    area::path,
                    unit::active,
                ))
                .first(c)?;
            Ok(of_unit(row))
        }
        GroupKind::Team => {
            let row: TeamRow = team::table
                .inner_join(area::table.on(area::id.eq(team::area_id)))
                .filter(team::id.eq(id))
                .select((team::id, team::name, team::area_id, area::display_name, area::path, team::active))
                .first(c)?;
            Ok(of_team(row))
        }
    }
}

/// A page of those at or below the area with this path, by key.
pub fn page(
    c: &mut Conn,
    kind: GroupKind,
    path: &str,
    after: i64,
    limit: i64,
) -> StoreResult<Vec<GroupRead>> {
    let end = areas::path_prefix_end(path);
    match kind {
        GroupKind::Unit => {
            let rows: Vec<UnitRow> = unit::table
                .inner_join(area::table.on(area::id.eq(unit::area_id)))
                .filter(area::path.ge(path).and(area::path.lt(end)).and(unit::id.gt(after)))
                .select((
                    unit::id,
                    unit::name,
                    unit::functions,
                    unit::area_id,
                    area::display_name,
                    area::path,
                    unit::active,
                ))
                .order(unit::id)
                .limit(limit)
                .load(c)?;
            Ok(rows.into_iter().map(of_unit).collect())
        }
        GroupKind::Team => {
            let rows: Vec<TeamRow> = team::table
                .inner_join(area::table.on(area::id.eq(team::area_id)))
                .filter(area::path.ge(path).and(area::path.lt(end)).and(team::id.gt(after)))
                .select((team::id, team::name, team::area_id, area::display_name, area::path, team::active))
                .order(team::id)
                .limit(limit)
                .load(c)?;
            Ok(rows.into_iter().map(of_team).collect())
        }
    }
}

/// Those with one of these names: name, key and the path of their area.
pub fn named(c: &mut Conn, kind: GroupKind, names: &[String]) -> StoreResult<Vec<(String, i64, String)>> {
    let mut found = Vec::new();
    for chunk in names.chunks(super::CHUNK) {
        let chunk = chunk.to_vec();
        let rows: Vec<(String, i64, String)> = match kind {
            GroupKind::Unit => unit::table
                .inner_join(area::table.on(area::id.eq(unit::area_id)))
                .filter(unit::name.eq_any(chunk).and(unit::active.eq(true)))
                .select((unit::name, unit::id, area::path))
                .load(c)?,
            GroupKind::Team => team::table
                .inner_join(area::table.on(area::id.eq(team::area_id)))
                .filter(team::name.eq_any(chunk).and(team::active.eq(true)))
                .select((team::name, team::id, area::path))
                .load(c)?,
        };
        found.extend(rows);
    }
    Ok(found)
}

/// Adds one and returns its key.
///
/// # Errors
/// `Taken` when the name is taken in that area.
pub fn insert(c: &mut Conn, kind: GroupKind, new: GroupEdit, now: At) -> StoreResult<i64> {
    Ok(match kind {
        GroupKind::Unit => diesel::insert_into(unit::table)
            .values((
                unit::name.eq(new.name),
                unit::functions.eq(new.functions),
                unit::area_id.eq(new.area.0),
                unit::active.eq(new.active),
                unit::created_at.eq(Ts(now)),
            ))
            .returning(unit::id)
            .get_result(c)?,
        GroupKind::Team => diesel::insert_into(team::table)
            .values((
                team::name.eq(new.name),
                team::area_id.eq(new.area.0),
                team::active.eq(new.active),
                team::created_at.eq(Ts(now)),
            ))
            .returning(team::id)
            .get_result(c)?,
    })
}

/// Changes one; its area stays (its orders and roles were given there).
///
/// # Errors
/// `Taken` when the name is taken in that area.
pub fn update(c: &mut Conn, kind: GroupKind, id: i64, edit: GroupEdit) -> StoreResult<()> {
    match kind {
        GroupKind::Unit => diesel::update(unit::table.find(id))
            .set((unit::name.eq(edit.name), unit::functions.eq(edit.functions), unit::active.eq(edit.active)))
            .execute(c)?,
        GroupKind::Team => diesel::update(team::table.find(id))
            .set((team::name.eq(edit.name), team::active.eq(edit.active)))
            .execute(c)?,
    };
    Ok(())
}
