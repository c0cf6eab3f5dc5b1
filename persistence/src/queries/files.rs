//! Photos: the rows; the bytes lie in the data folder.

use super::Conn;
use crate::error::StoreResult;
use crate::rows::FileRow;
use crate::schema::{file, order_file};
use crate::types::Ts;
use crate::values::NewFile;
use diesel::prelude::*;
use domain::{At, OrderId};

/// Inserts a photo and returns its key.
///
/// # Errors
/// Those of the connection.
pub fn insert(c: &mut Conn, new: &NewFile, now: At) -> StoreResult<i64> {
    Ok(diesel::insert_into(file::table)
        .values((
            file::owner_id.eq(new.owner),
            file::mime.eq(&new.mime),
            file::size.eq(new.size),
            file::width.eq(new.width),
            file::height.eq(new.height),
            file::sha256.eq(&new.sha256),
            file::created_at.eq(Ts(now)),
        ))
        .returning(file::id)
        .get_result(c)?)
}

/// A photo and the order it goes with, if any.
///
/// # Errors
/// `NotFound`.
pub fn find(c: &mut Conn, id: i64) -> StoreResult<(FileRow, Option<OrderId>)> {
    let row: FileRow = file::table.find(id).select(FileRow::as_select()).first(c)?;
    let order: Option<i64> = order_file::table.find(id).select(order_file::order_id).first(c).optional()?;
    Ok((row, order.map(OrderId)))
}

/// Those of `ids` that this person uploaded and that go with no order yet.
///
/// # Errors
/// Those of the connection.
pub fn usable(c: &mut Conn, owner: i64, ids: &[i64]) -> StoreResult<Vec<i64>> {
    Ok(file::table
        .left_join(order_file::table.on(order_file::file_id.eq(file::id)))
        .filter(file::owner_id.eq(owner))
        .filter(file::id.eq_any(ids.to_vec()))
        .filter(order_file::file_id.nullable().is_null())
        .select(file::id)
        .load(c)?)
}
