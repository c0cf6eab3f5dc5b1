//! Stored answers: what a retried write is answered (MINIPROGRAM.md, Idempotency-Key). Kept 7 days.

use super::Conn;
use crate::error::StoreResult;
use crate::people::AnswerOf;
use crate::schema::idempotency;
use crate::types::{Json, Ts};
use diesel::prelude::*;
use domain::At;

/// The body hash and the answer of an earlier request with this key.
///
/// # Errors
/// Those of the connection.
pub fn find(
    c: &mut Conn,
    account: i64,
    route: &str,
    key: &str,
) -> StoreResult<Option<(Vec<u8>, serde_json::Value)>> {
    let found: Option<(Vec<u8>, Json<serde_json::Value>)> = idempotency::table
        .find((account, route, key))
        .select((idempotency::body_hash, idempotency::response))
        .first(c)
        .optional()?;
    Ok(found.map(|(hash, json)| (hash, json.0)))
}

/// Keeps the answer for what was written under this key, in the write's own transaction.
///
/// # Errors
/// `Conflict` when the client's key was used.
pub fn keep(c: &mut Conn, answer: AnswerOf, written: i64, now: At) -> StoreResult<()> {
    answer(written).map_or(Ok(()), |answer| super::commit::store_answer(c, answer, Ts(now)))
}
