//! The area tree.

use super::Conn;
use crate::error::StoreResult;
use crate::rows::AreaRow;
use crate::schema::area;
use diesel::prelude::*;
use domain::AreaId;

/// Prefix of order numbers where no area above says otherwise.
const DEFAULT_PREFIX: &str = "DD";

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
    let ids: Vec<i64> = super::scopes::path_ids(&path).collect();
    let mut rows: Vec<AreaRow> =
        area::table.filter(area::id.eq_any(ids)).select(AreaRow::as_select()).load(c)?;
    rows.sort_by_key(|r| r.path.len());
    Ok(rows)
}

/// The areas whose path begins with this one: itself and everything below. One index range.
///
/// # Errors
/// Those of the connection.
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

/// The smallest text after every path below `path` (which ends in `/`): `0` follows `/`.
#[must_use]
pub fn path_prefix_end(path: &str) -> String {
    format!("{}0", path.trim_end_matches('/'))
}
