//! Events that were set aside because they could not be told: how many, and back into the outbox.

use super::super::{Conn, lock_sequencer};
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::news::queue::Stuck;
use crate::news::schema::{outbox, outbox_stuck};
use diesel::dsl::{count, count_star};
use diesel::prelude::*;
use domain::OrderId;
use std::collections::BTreeSet;

/// Rows moved by one statement.
const MOVED: i64 = 500;

/// How many there are.
pub fn standing(c: &mut Conn) -> StoreResult<Stuck> {
    let (events, orders) = outbox_stuck::table
        .select((count_star(), count(outbox_stuck::order_id).aggregate_distinct()))
        .first(c)?;
    Ok(Stuck { events, orders })
}

/// Puts those of one order, or all, back under their keys: before what happened to the order since. Runs in a
/// transaction of its own.
pub fn requeue(c: &mut Conn, order: Option<OrderId>) -> StoreResult<Stuck> {
    // beside a pass, the rows of an order could be told before those that are put back
    lock_sequencer(c)?;
    let (mut events, mut orders) = (0, BTreeSet::new());
    loop {
        let mut oldest = outbox_stuck::table.order(outbox_stuck::id).limit(MOVED).into_boxed();
        if let Some(order) = order {
            oldest = oldest.filter(outbox_stuck::order_id.eq(order.0));
        }
        let rows: Vec<(i64, i64, i32, i32, String, Ts)> = oldest
            .select((
                outbox_stuck::id,
                outbox_stuck::order_id,
                outbox_stuck::version,
                outbox_stuck::attempt,
                outbox_stuck::kind,
                outbox_stuck::at,
            ))
            .load(c)?;
        if rows.is_empty() {
            return Ok(Stuck { events, orders: i64::try_from(orders.len()).unwrap_or(i64::MAX) });
        }
        let keys: Vec<i64> = rows.iter().map(|row| row.0).collect();
        let values: Vec<_> = rows
            .iter()
            .map(|(id, order, version, attempt, kind, at)| {
                (
                    outbox::id.eq(id),
                    outbox::order_id.eq(order),
                    outbox::version.eq(version),
                    outbox::attempt.eq(attempt),
                    outbox::kind.eq(kind),
                    outbox::at.eq(at),
                )
            })
            .collect();
        events += i64::try_from(diesel::insert_into(outbox::table).values(values).execute(c)?).unwrap_or(0);
        orders.extend(rows.iter().map(|row| row.1));
        diesel::delete(outbox_stuck::table.filter(outbox_stuck::id.eq_any(keys))).execute(c)?;
    }
}
