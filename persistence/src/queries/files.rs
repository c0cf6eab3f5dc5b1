//! Photos: the rows; the bytes lie in the data folder.

use super::Conn;
use crate::error::StoreResult;
use crate::rows::FileRow;
use crate::schema::{file, idempotency, order_file};
use crate::types::{Json, Ts};
use crate::values::NewFile;
use diesel::prelude::*;
use domain::{At, OrderId};
use std::collections::BTreeSet;

/// Inserts a photo and returns its key.
///
/// # Errors
/// Those of the connection.
pub fn insert(c: &mut Conn, new: &NewFile, now: At) -> StoreResult<i64> {
    Ok(diesel::insert_into(file::table)
        .values((
            file::owner_id.eq(Some(new.owner)),
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

/// Forgets who uploaded these photos, which now go with an order that nobody's name is on: the owners, the answers that were
/// kept of the uploads, and the same pictures uploaded once more and used for nothing, whose prints would tell.
///
/// # Errors
/// Those of the connection.
pub fn disown(c: &mut Conn, ids: &[i64]) -> StoreResult<()> {
    let owned: Vec<(Option<i64>, String)> =
        file::table.filter(file::id.eq_any(ids)).select((file::owner_id, file::sha256)).load(c)?;
    let (owners, prints): (Vec<Option<i64>>, Vec<String>) = owned.into_iter().unzip();
    let owners: Vec<i64> = owners.into_iter().flatten().collect();
    if owners.is_empty() {
        return Ok(());
    }
    let unused: Vec<i64> = file::table
        .left_join(order_file::table.on(order_file::file_id.eq(file::id)))
        .filter(file::owner_id.eq_any(&owners).and(file::sha256.eq_any(prints)))
        .filter(order_file::file_id.nullable().is_null())
        .select(file::id)
        .load(c)?;
    diesel::update(file::table.filter(file::id.eq_any(ids)))
        .set(file::owner_id.eq(None::<i64>))
        .execute(c)?;
    diesel::delete(file::table.filter(file::id.eq_any(&unused))).execute(c)?;
    let told: BTreeSet<String> = ids.iter().chain(&unused).map(ToString::to_string).collect();
    let answers: Vec<(i64, String, String, Json<serde_json::Value>)> = idempotency::table
        .filter(idempotency::account_id.eq_any(&owners).and(idempotency::route.like("POST %/files")))
        .select((idempotency::account_id, idempotency::route, idempotency::key, idempotency::response))
        .load(c)?;
    for (account, route, key, Json(response)) in answers {
        if response.get("fileId").and_then(|id| id.as_str()).is_some_and(|id| told.contains(id)) {
            diesel::delete(idempotency::table.find((account, route, key))).execute(c)?;
        }
    }
    Ok(())
}
