//! Stored answers: what a retried write is answered (MINIPROGRAM.md, Idempotency-Key). Kept 7 days.

use super::Conn;
use crate::engine::answers::{AnswerOf, KeptAnswer, NewAnswer};
use crate::engine::error::StoreResult;
use crate::engine::schema::idempotency;
use crate::engine::sql::types::{Json, Ts};
use diesel::prelude::*;
use domain::{AccountId, At};

/// The body hash and the answer of an earlier request with this key.
pub fn find(
    c: &mut Conn,
    account: AccountId,
    route: &str,
    key: &str,
) -> StoreResult<Option<(Vec<u8>, serde_json::Value)>> {
    let found: Option<(Vec<u8>, Json<serde_json::Value>)> = idempotency::table
        .find((account.0, route, key))
        .select((idempotency::body_hash, idempotency::response))
        .first(c)
        .optional()?;
    Ok(found.map(|(hash, json)| (hash, json.0)))
}

/// The answer to an earlier request on this route with one of these keys, each of its account.
pub fn any(c: &mut Conn, route: &str, places: &[(AccountId, String)]) -> StoreResult<Option<KeptAnswer>> {
    let (accounts, keys): (Vec<i64>, Vec<String>) =
        places.iter().map(|(of, key)| (of.0, key.clone())).unzip();
    let found: Vec<(i64, String, Vec<u8>, Json<serde_json::Value>)> = idempotency::table
        .filter(idempotency::account_id.eq_any(accounts).and(idempotency::route.eq(route)))
        .filter(idempotency::key.eq_any(keys))
        .select((idempotency::account_id, idempotency::key, idempotency::body_hash, idempotency::response))
        .load(c)?;
    let kept = found.into_iter().map(|(account, key, body_hash, response)| KeptAnswer {
        account: AccountId(account),
        key,
        body_hash,
        response: response.0,
    });
    Ok(kept.into_iter().find(|kept| places.iter().any(|(of, key)| (*of, key) == (kept.account, &kept.key))))
}

/// Keeps the answer for what was written under this key, in the write's own transaction.
///
/// # Errors
/// `Taken` when the client's key was used.
pub fn keep(c: &mut Conn, answer: AnswerOf, written: i64, now: At) -> StoreResult<()> {
    answer(written).map_or(Ok(()), |answer| store(c, answer, Ts(now)))
}

/// Stores an answer for retries of its key.
///
/// # Errors
/// `Taken` when the key was used.
pub fn store(c: &mut Conn, answer: NewAnswer, at: Ts) -> StoreResult<()> {
    diesel::insert_into(idempotency::table)
        .values((
            idempotency::account_id.eq(answer.account.0),
            idempotency::route.eq(answer.route),
            idempotency::key.eq(answer.key),
            idempotency::body_hash.eq(answer.body_hash),
            idempotency::status.eq(answer.status),
            idempotency::response.eq(Json(answer.response)),
            idempotency::created_at.eq(at),
        ))
        .execute(c)?;
    Ok(())
}
