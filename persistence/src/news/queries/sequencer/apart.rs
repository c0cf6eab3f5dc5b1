//! A pass that something stands in the way of. Orders are told together as long as it goes, and halved where it does not,
//! each part in a savepoint, until what cannot be told is alone: the others are told in the same pass.
//!
//! An order that could not be told is tried alone in the next passes, its rows in their order. After three times its rows
//! are set aside (`outbox_stuck`), and those that come later behind them, so that it is never told of things in another
//! order than they happened. Orders of different parts may be: whoever hears of both hears of each in its order.
//!
//! A row that somebody holds is not the order's fault: it is tried as often as it takes, and never set aside.

use super::super::{Conn, REFUSALS_ARE_LOCAL, at, lock_sequencer, wait_for_nobody};
use super::{Events, NOW, PASS, ends, entries, is_full, tell};
use crate::engine::clock::Clock;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::fault;
use crate::engine::sql::Instant;
use crate::engine::sql::types::Ts;
use crate::news::queue::{Passed, Untold};
use crate::news::rows::NotificationRow;
use crate::news::schema::{outbox, outbox_stuck};
use diesel::Connection;
use diesel::dsl::sql;
use diesel::prelude::*;
use domain::OrderId;
use std::collections::{BTreeMap, BTreeSet};

/// Times an order is tried alone before its rows are set aside.
const TRIES: i32 = 3;
/// Orders that the database itself refuses before the trouble is taken to be its own, and the pass is given up.
const TROUBLES: usize = 3;
/// Rows one statement inserts.
const INSERTED: usize = 500;

/// A row of `outbox`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = outbox)]
struct Row {
    id: i64,
    order_id: i64,
    version: i32,
    attempt: i32,
    kind: String,
    at: Ts,
    tries: i32,
}

/// What became of the orders of a pass.
#[derive(Default)]
struct Outcome {
    told: Vec<NotificationRow>,
    done: BTreeSet<OrderId>,
    untold: BTreeMap<OrderId, StoreError>,
    troubles: usize,
}

/// Runs one pass, in a transaction of its own.
///
/// # Errors
/// `Unavailable`: the trouble is the database's. Nothing was told.
pub fn pass(c: &mut Conn, clock: &Clock) -> StoreResult<Passed> {
    let epoch = lock_sequencer(c)?;
    wait_for_nobody(c)?;
    let rows: Vec<(Row, Ts)> = outbox::table
        .order(outbox::id)
        .limit(PASS)
        .select((Row::as_select(), sql::<Instant>(NOW)))
        .load(c)?;
    let Some((_, read)) = rows.first() else { return Ok(Passed::default()) };
    let now = Ts(at(*read, clock));
    let mut of_orders: BTreeMap<OrderId, Vec<Row>> = BTreeMap::new();
    let more = is_full(rows.len());
    for (row, _) in rows {
        of_orders.entry(OrderId(row.order_id)).or_default().push(row);
    }
    let stuck: Vec<i64> = outbox_stuck::table
        .filter(outbox_stuck::order_id.eq_any(OrderId::keys(of_orders.keys())))
        .select(outbox_stuck::order_id)
        .distinct()
        .load(c)?;
    let (behind, of_orders): (BTreeMap<OrderId, Vec<Row>>, BTreeMap<OrderId, Vec<Row>>) =
        of_orders.into_iter().partition(|(order, _)| stuck.contains(&order.0));
    let (suspect, fresh): (Vec<OrderId>, Vec<OrderId>) =
        of_orders.keys().partition(|order| tries(&of_orders, **order) > 0);
    let mut outcome = Outcome::default();
    for order in &suspect {
        try_to_tell(c, &of_orders, std::slice::from_ref(order), now, &mut outcome)?;
    }
    try_to_tell(c, &of_orders, &fresh, now, &mut outcome)?;
    let untold = settle(c, &of_orders, &outcome, now)?;
    let behind = set_behind(c, behind, now)?;
    fault::point(fault::SEQUENCER_WRITTEN);
    let of_done = outcome.done.iter().filter_map(|order| of_orders.get(order));
    Ok(Passed {
        taken: of_done.map(Vec::len).sum::<usize>() + behind,
        more,
        entries: entries(outcome.told, &epoch),
        untold,
    })
}

/// Times the rows of an order stood in the way.
fn tries(of_orders: &BTreeMap<OrderId, Vec<Row>>, order: OrderId) -> i32 {
    of_orders.get(&order).into_iter().flatten().map(|row| row.tries).max().unwrap_or(0)
}

/// Tells of these orders together, or finds those that cannot be told.
fn try_to_tell(
    c: &mut Conn,
    of_orders: &BTreeMap<OrderId, Vec<Row>>,
    orders: &[OrderId],
    now: Ts,
    outcome: &mut Outcome,
) -> StoreResult<()> {
    if orders.is_empty() {
        return Ok(());
    }
    let rows = orders.iter().filter_map(|order| Some((*order, of_orders.get(order)?)));
    let events: Events = rows
        .map(|(order, rows)| {
            (
                order,
                rows.iter().map(|row| (row.id, row.version, row.at, ends(row.version, &row.kind))).collect(),
            )
        })
        .collect();
    let why = match c.transaction(|c| tell(c, &events, now)) {
        Ok(told) => {
            outcome.told.extend(told);
            outcome.done.extend(orders);
            return Ok(());
        }
        Err(e) if e.is_local() => e,
        Err(e) if REFUSALS_ARE_LOCAL => {
            outcome.troubles += usize::from(orders.len() == 1);
            if outcome.troubles >= TROUBLES {
                return Err(e);
            }
            e
        }
        Err(e) => return Err(e),
    };
    match orders {
        [alone] => {
            outcome.untold.insert(*alone, why);
            Ok(())
        }
        several => {
            let (first, second) = several.split_at(several.len() / 2);
            try_to_tell(c, of_orders, first, now, outcome)?;
            try_to_tell(c, of_orders, second, now, outcome)
        }
    }
}

/// Removes what was told, counts a try of what was not, and sets aside what was tried often enough.
fn settle(
    c: &mut Conn,
    of_orders: &BTreeMap<OrderId, Vec<Row>>,
    outcome: &Outcome,
    now: Ts,
) -> StoreResult<Vec<Untold>> {
    let told = outcome.done.iter().filter_map(|order| of_orders.get(order)).flatten();
    remove(c, told.map(|row| row.id).collect())?;
    let mut untold = Vec::new();
    for (order, why) in &outcome.untold {
        let Some(rows) = of_orders.get(order) else { continue };
        let tried = tries(of_orders, *order) + 1;
        let set_aside = why.is_local() && tried >= TRIES;
        if set_aside {
            let rows: Vec<Row> = rows.iter().map(|row| Row { tries: tried, ..row.clone() }).collect();
            aside(c, &rows, why.word(), now)?;
        } else {
            let keys: Vec<i64> = rows.iter().map(|row| row.id).collect();
            diesel::update(outbox::table.filter(outbox::id.eq_any(keys)))
                .set(outbox::tries.eq(tried))
                .execute(c)?;
        }
        untold.push(Untold { order: *order, events: rows.len(), why: why.clone(), set_aside });
    }
    Ok(untold)
}

/// Sets rows aside behind those of their orders that are; returns how many.
fn set_behind(c: &mut Conn, behind: BTreeMap<OrderId, Vec<Row>>, now: Ts) -> StoreResult<usize> {
    let rows: Vec<Row> = behind.into_values().flatten().collect();
    aside(c, &rows, "behind", now)?;
    Ok(rows.len())
}

fn aside(c: &mut Conn, rows: &[Row], why: &str, now: Ts) -> StoreResult<()> {
    for some in rows.chunks(INSERTED) {
        let values: Vec<_> = some
            .iter()
            .map(|row| {
                (
                    outbox_stuck::id.eq(row.id),
                    outbox_stuck::order_id.eq(row.order_id),
                    outbox_stuck::version.eq(row.version),
                    outbox_stuck::attempt.eq(row.attempt),
                    outbox_stuck::kind.eq(&row.kind),
                    outbox_stuck::at.eq(row.at),
                    outbox_stuck::tries.eq(row.tries),
                    outbox_stuck::error.eq(why),
                    outbox_stuck::stuck_at.eq(now),
                )
            })
            .collect();
        diesel::insert_into(outbox_stuck::table).values(values).execute(c)?;
    }
    remove(c, rows.iter().map(|row| row.id).collect())
}

fn remove(c: &mut Conn, keys: Vec<i64>) -> StoreResult<()> {
    if !keys.is_empty() {
        diesel::delete(outbox::table.filter(outbox::id.eq_any(keys))).execute(c)?;
    }
    Ok(())
}
