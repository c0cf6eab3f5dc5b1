//! Pushes that were made: taking them to be sent, what came of it, and what they come to as a whole.
//!
//! A push is sent at least once: it waits until it is known to have arrived, was given up, or is no longer needed. The
//! replica that takes one is left alone with it for a lease; `attempts` is the token by which only the last taker
//! writes what came of it.

pub mod make;
pub mod page;

use super::engine::epoch;
use super::{Conn, SKIP_LOCKED};
use crate::engine::error::StoreResult;
use crate::engine::sql::Instant;
use crate::engine::sql::types::Ts;
use crate::engine::unreadable::left_out;
use crate::news::push::{PushBacklog, PushOutcome, TakenPush};
use crate::news::schema::push_job;
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Integer, Text};
use domain::news::push::{PushKind, PushState};
use domain::words::labelled::Labelled;
use domain::{AccountId, At, OrderId, PushId};

/// How long a replica is left alone with the pushes it took: three times as long as one try may last.
const LEASE: TimeDelta = TimeDelta::seconds(15);

/// The order's offer to the scope stands. `j` is the push.
pub const STANDS: &str = "EXISTS (SELECT 1 FROM orders o JOIN order_ring r ON r.order_id = o.id \
    AND r.attempt = o.attempt AND r.scope_id = j.scope_id AND r.live \
    JOIN scope_member m ON m.scope_id = j.scope_id AND m.account_id = j.account_id \
    WHERE o.id = j.order_id AND o.attempt = j.order_attempt AND o.status IN ('pooled', 'assigned') \
    AND o.suspended_until IS NULL AND NOT EXISTS (SELECT 1 FROM claim k WHERE k.order_id = o.id \
    AND k.account_id = j.account_id AND k.released_at IS NULL))";

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    account_id: i64,
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    order_id: i64,
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Integer)]
    order_attempt: i32,
    #[diesel(sql_type = Instant)]
    created_at: Ts,
    #[diesel(sql_type = Integer)]
    attempts: i32,
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Whether a push is due that nobody has taken.
pub fn any_due(c: &mut Conn, now: At) -> StoreResult<bool> {
    let free = push_job::leased_until.is_null().or(push_job::leased_until.le(Ts(now)));
    // the word is written into the statement: the index is a partial one
    let waiting = diesel::dsl::sql::<diesel::sql_types::Bool>("state = 'waiting'");
    let due = push_job::table.filter(waiting).filter(push_job::due_at.le(Ts(now)));
    Ok(diesel::select(diesel::dsl::exists(due.filter(free.assume_not_null()))).get_result(c)?)
}

/// Takes pushes that are due, the longest waiting first, so that replicas share them. Those that nobody needs any more
/// (acknowledged, off duty, the offer is over) are put aside instead.
pub fn take_due(c: &mut Conn, now: At, limit: i64) -> StoreResult<Vec<TakenPush>> {
    let epoch = epoch::read(c)?;
    // $1 now, $2 rows at most, $3 end of the lease
    let take = format!(
        "WITH d(i) AS MATERIALIZED (SELECT id FROM push_job WHERE state = 'waiting' AND due_at <= $1 \
         AND (leased_until IS NULL OR leased_until <= $1) ORDER BY due_at, id LIMIT $2 {SKIP_LOCKED}) \
         UPDATE push_job SET leased_until = $3, attempts = attempts + 1 FROM d WHERE id = d.i \
         RETURNING id, account_id, seq, kind, order_id, version, order_attempt, created_at, attempts"
    );
    let mut taken: Vec<Taken> = sql_query(take)
        .bind::<Instant, _>(Ts(now))
        .bind::<BigInt, _>(limit)
        .bind::<Instant, _>(Ts(now + LEASE))
        .load(c)?;
    let moot = put_aside(c, now, &taken.iter().map(|t| t.id).collect::<Vec<_>>())?;
    taken.retain(|t| !moot.contains(&t.id));
    taken.sort_unstable_by_key(|t| t.id);
    let push = |t: Taken| {
        let Some(kind) = PushKind::parse(&t.kind) else {
            // left to a later version, when its lease is over
            left_out("push", t.id, "an unknown word");
            return None;
        };
        Some(TakenPush {
            id: PushId(t.id),
            epoch: epoch.clone(),
            account: AccountId(t.account_id),
            kind,
            order: OrderId(t.order_id),
            version: t.version,
            order_attempt: t.order_attempt,
            seq: t.seq,
            created_at: t.created_at.0,
            attempts: t.attempts,
        })
    };
    Ok(taken.into_iter().filter_map(push).collect())
}

/// Ends those of these that nobody needs any more, and returns them.
fn put_aside(c: &mut Conn, now: At, ids: &[i64]) -> StoreResult<Vec<i64>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let needless = format!(
        "UPDATE push_job SET state = 'moot', leased_until = NULL, done_at = $1 WHERE id IN (SELECT j.id FROM push_job j \
         LEFT JOIN receipt c ON c.account_id = j.account_id AND c.scope_id = j.scope_id \
         LEFT JOIN presence p ON p.account_id = j.account_id \
         JOIN account a ON a.id = j.account_id \
         WHERE j.id IN ({}) AND (COALESCE(c.acked, 0) >= j.seq OR NOT COALESCE(p.on_duty, TRUE) \
         OR a.disabled_at IS NOT NULL OR (j.kind = 'offer' AND NOT {STANDS}))) RETURNING id",
        ids.join(", ")
    );
    let moot: Vec<Key> = sql_query(needless).bind::<Instant, _>(Ts(now)).load(c)?;
    Ok(moot.into_iter().map(|key| key.id).collect())
}

/// Writes what came of a try, if nobody else took the push meanwhile; returns whether.
pub fn finish(c: &mut Conn, id: PushId, attempts: i32, now: At, outcome: PushOutcome) -> StoreResult<bool> {
    let (state, due_at, why) = match outcome {
        PushOutcome::Sent => (PushState::Sent, now, None),
        PushOutcome::Again { after, why } => (PushState::Waiting, now + after, Some(why)),
        PushOutcome::Dead { why } => (PushState::Dead, now, Some(why)),
    };
    let done_at = (state != PushState::Waiting).then_some(Ts(now));
    let mine = push_job::table
        .filter(push_job::id.eq(id.0))
        .filter(push_job::attempts.eq(attempts))
        .filter(push_job::state.eq(PushState::Waiting.as_str()));
    let written = diesel::update(mine)
        .set((
            push_job::state.eq(state.as_str()),
            push_job::due_at.eq(Ts(due_at)),
            push_job::leased_until.eq(None::<Ts>),
            push_job::last_error.eq(why),
            push_job::done_at.eq(done_at),
        ))
        .execute(c)?;
    Ok(written > 0)
}

/// Has a push that was given up sent again, with all its tries; returns whether it had been given up.
pub fn resend(c: &mut Conn, id: PushId, now: At) -> StoreResult<bool> {
    let dead =
        push_job::table.filter(push_job::id.eq(id.0)).filter(push_job::state.eq(PushState::Dead.as_str()));
    let revived = diesel::update(dead)
        .set((
            push_job::state.eq(PushState::Waiting.as_str()),
            push_job::due_at.eq(Ts(now)),
            push_job::attempts.eq(0),
            push_job::leased_until.eq(None::<Ts>),
            push_job::done_at.eq(None::<Ts>),
        ))
        .execute(c)?;
    Ok(revived > 0)
}

/// How pushes stand as a whole.
pub fn backlog(c: &mut Conn) -> StoreResult<PushBacklog> {
    let of = |state: PushState| push_job::table.filter(push_job::state.eq(state.as_str()));
    let oldest: Option<Ts> =
        of(PushState::Waiting).order(push_job::id).select(push_job::created_at).first(c).optional()?;
    Ok(PushBacklog {
        waiting: of(PushState::Waiting).count().get_result(c)?,
        oldest: oldest.map(|at| at.0),
        dead: of(PushState::Dead).count().get_result(c)?,
    })
}
