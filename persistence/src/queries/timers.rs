//! Timers: the table mirrors [`Order::timers`](domain::order::Order::timers), one live row per order and kind.

use super::Conn;
use crate::error::StoreResult;
use crate::map::word;
use crate::schema::timer;
use crate::types::Ts;
use crate::values::DueTimer;
use diesel::prelude::*;
use domain::labelled::Labelled;
use domain::order::timer::TimerKind;
use domain::{At, OrderId};

/// Timers due at `now`, the most overdue first. Firing is a System command: the order's version decides when two
/// replicas fire the same one, so nothing is locked here.
///
/// # Errors
/// Those of the connection.
pub fn due(c: &mut Conn, now: At, limit: i64) -> StoreResult<Vec<DueTimer>> {
    let rows: Vec<(i64, String, Ts)> = timer::table
        .filter(timer::due_at.le(Ts(now)))
        .order(timer::due_at)
        .limit(limit)
        .select((timer::order_id, timer::kind, timer::due_at))
        .load(c)?;
    rows.into_iter()
        .map(|(id, kind, at): (i64, String, Ts)| {
            Ok(DueTimer { order: OrderId(id), kind: word(&kind)?, due_at: at.0 })
        })
        .collect()
}

/// Replaces the timers of an order where they differ.
///
/// # Errors
/// Those of the connection.
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
        diesel::insert_into(timer::table)
            .values((
                timer::order_id.eq(order.0),
                timer::kind.eq(kind.as_str()),
                timer::attempt.eq(attempt),
                timer::step.eq(0),
                timer::due_at.eq(Ts(*due)),
            ))
            .on_conflict((timer::order_id, timer::kind))
            .do_update()
            .set((timer::attempt.eq(attempt), timer::due_at.eq(Ts(*due))))
            .execute(c)?;
    }
    Ok(())
}
