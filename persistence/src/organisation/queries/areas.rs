//! The area tree.

use super::Conn;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::sql::types::Ts;
use crate::organisation::rows::AreaRow;
use crate::organisation::schema::area;
use crate::organisation::values::{Above, AreaEdit, AreaFilter, NewArea};
use diesel::prelude::*;
use domain::words::labelled::Labelled;
use domain::{AreaId, At};

/// Prefix of order numbers where no area above says otherwise.
const DEFAULT_PREFIX: &str = "DD";

/// Whether there is any area.
pub fn any(c: &mut Conn) -> StoreResult<bool> {
    Ok(area::table.select(area::id).first::<i64>(c).optional()?.is_some())
}

/// The materialised path of an area: `/1/7/42/`.
///
/// # Errors
/// `NotFound`.
pub fn path(c: &mut Conn, id: AreaId) -> StoreResult<String> {
    Ok(area::table.find(id.0).select(area::path).first(c)?)
}

/// An area.
///
/// # Errors
/// `NotFound`.
pub fn find(c: &mut Conn, id: AreaId) -> StoreResult<AreaRow> {
    Ok(area::table.find(id.0).select(AreaRow::as_select()).first(c)?)
}

/// The area and everything above it, top first.
///
/// # Errors
/// `NotFound`.
pub fn ancestors(c: &mut Conn, id: AreaId) -> StoreResult<Vec<AreaRow>> {
    let path = path(c, id)?;
    let ids: Vec<i64> = path_ids(&path).map(|area| area.0).collect();
    let mut rows: Vec<AreaRow> =
        area::table.filter(area::id.eq_any(ids)).select(AreaRow::as_select()).load(c)?;
    rows.sort_by_key(|r| r.path.len());
    Ok(rows)
}

/// The areas whose path begins with this one: itself and everything below. One index range.
pub fn subtree_ids(c: &mut Conn, path: &str) -> StoreResult<Vec<i64>> {
    Ok(area::table
        .filter(area::path.ge(path).and(area::path.lt(path_prefix_end(path))))
        .select(area::id)
        .load(c)?)
}

/// The number prefix of the nearest area at or above this one that has one.
///
/// # Errors
/// `NotFound` when there is no such area.
pub fn number_prefix(c: &mut Conn, id: AreaId) -> StoreResult<String> {
    let rows = ancestors(c, id)?;
    Ok(rows.into_iter().rev().find_map(|r| r.number_prefix).unwrap_or_else(|| DEFAULT_PREFIX.into()))
}

/// The keys in a materialised path, top first.
pub fn path_ids(path: &str) -> impl Iterator<Item = AreaId> + '_ {
    path.split('/').filter_map(|part| part.parse().ok().map(AreaId))
}

/// The smallest text after every path below `path` (which ends in `/`): `0` follows `/`.
#[must_use]
pub fn path_prefix_end(path: &str) -> String {
    format!("{}0", path.trim_end_matches('/'))
}

/// A pattern for texts that hold this one, whatever signs it has.
#[must_use]
pub fn containing(text: &str) -> String {
    format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// A page of areas by code: the children of one, or what is found below it.
///
/// # Errors
/// `NotFound` when there is no such parent.
pub fn page(c: &mut Conn, filter: &AreaFilter) -> StoreResult<Vec<AreaRow>> {
    let mut query =
        area::table.select(AreaRow::as_select()).order(area::code).limit(filter.limit).into_boxed();
    match (&filter.text, filter.parent) {
        (None, None) => query = query.filter(area::parent_id.is_null()),
        (None, Some(parent)) => {
            path(c, parent)?;
            query = query.filter(area::parent_id.eq(parent.0));
        }
        (Some(text), parent) => {
            if let Some(parent) = parent {
                let path = path(c, parent)?;
                let end = path_prefix_end(&path);
                query = query.filter(area::path.ge(path).and(area::path.lt(end)));
            }
            query = query.filter(area::search.like(containing(text)).escape('\\'));
        }
    }
    if !filter.inactive_too {
        query = query.filter(area::active.eq(true));
    }
    if let Some(after) = &filter.after {
        query = query.filter(area::code.gt(after.clone()));
    }
    Ok(query.load(c)?)
}

/// The areas with these codes.
pub fn by_codes(c: &mut Conn, codes: &[String]) -> StoreResult<Vec<AreaRow>> {
    let mut rows = Vec::new();
    for chunk in codes.chunks(super::CHUNK) {
        rows.extend(
            area::table
                .filter(area::code.eq_any(chunk.to_vec()))
                .select(AreaRow::as_select())
                .load::<AreaRow>(c)?,
        );
    }
    Ok(rows)
}

/// The areas at the top.
pub fn tops(c: &mut Conn) -> StoreResult<Vec<AreaRow>> {
    Ok(area::table
        .filter(area::parent_id.is_null())
        .order(area::code)
        .select(AreaRow::as_select())
        .load(c)?)
}

/// Adds areas and returns their keys. The keys are drawn first, since a path holds the area's own key.
///
/// # Errors
/// `Taken` when a code is taken.
pub fn insert(c: &mut Conn, new: Vec<NewArea>, now: At) -> StoreResult<Vec<AreaId>> {
    let keys = super::next_keys(c, "area", new.len())?;
    let mut rows: Vec<AreaRow> = Vec::with_capacity(new.len());
    for (id, new) in keys.iter().copied().zip(new) {
        let (parent_id, above) = match new.above {
            Above::Top => (None, "/".to_owned()),
            Above::Area { id, path } => (Some(id.0), path),
            Above::New(place) => {
                let parent = rows
                    .get(place)
                    .ok_or_else(|| StoreError::Internal("a child before its parent".into()))?;
                (Some(parent.id), parent.path.clone())
            }
        };
        let edit = new.edit;
        let (lng, lat) = edit.position.unzip();
        rows.push(AreaRow {
            id,
            parent_id,
            level: new.level.as_str().into(),
            grid_class: edit.grid_class.map(|g| g.as_str().into()),
            code: new.code,
            official_name: edit.official_name,
            display_name: edit.display_name,
            aliases: edit.aliases,
            search: edit.search,
            path: format!("{above}{id}/"),
            number_prefix: edit.number_prefix,
            lng,
            lat,
            active: edit.active,
            created_at: Ts(now),
            office_name: edit.office_name,
            office_phone: edit.office_phone,
        });
    }
    for chunk in rows.chunks(super::CHUNK) {
        diesel::insert_into(area::table).values(chunk).execute(c)?;
    }
    Ok(keys.into_iter().map(AreaId).collect())
}

/// Changes an area; its place in the tree, level and code stay.
pub fn update(c: &mut Conn, id: AreaId, edit: AreaEdit) -> StoreResult<()> {
    let (lng, lat) = edit.position.unzip();
    diesel::update(area::table.find(id.0))
        .set((
            area::official_name.eq(edit.official_name),
            area::display_name.eq(edit.display_name),
            area::aliases.eq(edit.aliases),
            area::search.eq(edit.search),
            area::grid_class.eq(edit.grid_class.map(|g| g.as_str())),
            area::number_prefix.eq(edit.number_prefix),
            area::lng.eq(lng),
            area::lat.eq(lat),
            area::office_name.eq(edit.office_name),
            area::office_phone.eq(edit.office_phone),
            area::active.eq(edit.active),
        ))
        .execute(c)?;
    Ok(())
}
