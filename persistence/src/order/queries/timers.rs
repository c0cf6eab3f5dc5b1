//! Timers: the table mirrors [`Order::timers`](domain::order::Order::timers), one live row per order and kind.

use super::{Conn, SKIP_LOCKED};
use crate::engine::error::StoreResult;
use crate::engine::sql::Instant;
use crate::engine::sql::cached::Cached;
use crate::engine::sql::types::Ts;
use crate::order::schema::timer;
use crate::order::values::DueTimer;
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use domain::order::TimerKind;
use domain::words::labelled::Labelled;
use domain::{At, OrderId};

/// How long a replica is left alone with the timers it took. Short: those of one that died wait no longer.
const LEASE: TimeDelta = TimeDelta::seconds(1);

/// What is due and nobody's, the most overdue first; rows that another replica is taking at this moment are left out.
/// $1 now, $2 rows at most, $3 end of the lease.
const TAKE: &str = "UPDATE timer SET leased_until = $3 FROM d WHERE order_id = d.o AND kind = d.k \
    RETURNING order_id, kind, due_at";

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = BigInt)]
    order_id: i64,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Instant)]
    due_at: Ts,
}

/// Whether a timer is due that nobody has taken.
pub fn any_due(c: &mut Conn, now: At) -> StoreResult<bool> {
    let free = timer::leased_until.is_null().or(timer::leased_until.le(Ts(now)));
    let due = timer::table.filter(timer::due_at.le(Ts(now))).filter(free.assume_not_null());
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(c)?)
}

/// When the first timer that nobody has taken is due.
pub fn next_due(c: &mut Conn, now: At) -> StoreResult<Option<At>> {
    let free = timer::leased_until.is_null().or(timer::leased_until.le(Ts(now)));
    let first = timer::table.filter(free.assume_not_null()).order(timer::due_at).select(timer::due_at);
    Ok(first.first::<Ts>(c).optional()?.map(|due| due.0))
}

/// Removes a timer that its order does not have (any more): one that a claim by an earlier version left behind.
pub fn drop_stale(c: &mut Conn, taken: DueTimer) -> StoreResult<bool> {
    let order = super::orders::load(c, taken.order)?.order;
    if order.timer(taken.kind) == Some(taken.due_at) {
        return Ok(false);
    }
    // by its instant, which is past: one that was set again meanwhile is due later
    let stale =
        timer::table.find((taken.order.0, taken.kind.as_str())).filter(timer::due_at.eq(Ts(taken.due_at)));
    Ok(diesel::delete(stale).execute(c)? > 0)
}

/// Leaves a timer that was taken alone until an instant.
pub fn put_off(c: &mut Conn, taken: DueTimer, until: At) -> StoreResult<()> {
    let mine =
        timer::table.find((taken.order.0, taken.kind.as_str())).filter(timer::due_at.eq(Ts(taken.due_at)));
    diesel::update(mine).set(timer::leased_until.eq(Some(Ts(until)))).execute(c)?;
    Ok(())
}

/// Takes timers that are due, so that replicas share them. The lease spares work and decides nothing: firing is a
/// System command, and the order's version decides when two fire the same timer after all.
pub fn take_due(c: &mut Conn, now: At, limit: i64) -> StoreResult<Vec<DueTimer>> {
    let take = format!(
        "WITH d(o, k) AS MATERIALIZED (SELECT order_id, kind FROM timer WHERE due_at <= $1 \
         AND (leased_until IS NULL OR leased_until <= $1) ORDER BY due_at LIMIT $2 {SKIP_LOCKED}) {TAKE}"
    );
    let mut taken: Vec<Taken> = sql_query(take)
        .bind::<Instant, _>(Ts(now))
        .bind::<BigInt, _>(limit)
        .bind::<Instant, _>(Ts(now + LEASE))
        .load(c)?;
    taken.sort_unstable_by_key(|t| t.due_at);
    // kinds of a later version are left to it
    let known = taken.into_iter().filter_map(|t| Some((t.order_id, TimerKind::parse(&t.kind)?, t.due_at.0)));
    Ok(known.map(|(order, kind, due_at)| DueTimer { order: OrderId(order), kind, due_at }).collect())
}

/// Replaces the timers of an order where they differ.
pub fn replace(
    c: &mut Conn,
    order: OrderId,
    attempt: i32,
    before: &[(TimerKind, At)],
    after: &[(TimerKind, At)],
) -> StoreResult<()> {
    let gone: Vec<&str> =
        before.iter().filter(|(k, _)| !after.iter().any(|(a, _)| a == k)).map(|(k, _)| k.as_str()).collect();
    if !gone.is_empty() {
        diesel::delete(timer::table.filter(timer::order_id.eq(order.0)).filter(timer::kind.eq_any(gone)))
            .execute(c)?;
    }
    for (kind, due) in after.iter().filter(|t| !before.contains(t)) {
        let upsert = diesel::insert_into(timer::table)
            .values((
                timer::order_id.eq(order.0),
                timer::kind.eq(kind.as_str()),
                timer::attempt.eq(attempt),
                timer::step.eq(0),
                timer::due_at.eq(Ts(*due)),
            ))
            .on_conflict((timer::order_id, timer::kind))
            .do_update()
            .set((
                timer::attempt.eq(attempt),
                timer::due_at.eq(Ts(*due)),
                timer::leased_until.eq(None::<Ts>),
            ));
        Cached(upsert).execute(c)?;
    }
    Ok(())
}
