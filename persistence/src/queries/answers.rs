//! Stored answers: what a retried write is answered (MINIPROGRAM.md, Idempotency-Key). Kept 7 days.

use super::Conn;
use crate::error::StoreResult;
use crate::schema::idempotency;
use crate::types::{Json, Ts};
use diesel::prelude::*;

/// The body hash and the answer of an earlier request with this key.
///
/// # Errors
/// Those of the connection.
pub fn find(c: &mut Conn, account: i64, route: &str, key: &str) -> StoreResult<Option<(Vec<u8>, serde_json::Value)>> {
    let found: Option<(Vec<u8>, Json<serde_json::Value>)> = idempotency::table
        .find((account, route, key))
        .select((idempotency::body_hash, idempotency::response))
        .first(c)
        .optional()?;
    Ok(found.map(|(hash, json)| (hash, json.0)))
}

/// Removes answers older than `before`.
///
/// # Errors
/// Those of the connection.
pub fn forget(c: &mut Conn, before: Ts) -> StoreResult<usize> {
    Ok(diesel::delete(idempotency::table.filter(idempotency::created_at.lt(before))).execute(c)?)
}
