//! The sequencer: turns committed outbox rows into gap-free notifications per scope (QUEUE.md).
//!
//! One pass: lock, take outbox rows in id order, expand each to the scopes it concerns as `order_ring` says *now*,
//! give each scope its next numbers, insert. A crash before the commit leaves the rows for the next pass.
//!
//! Kinds: `offer` (to candidates of a new or widened offer), `closed` (to those whose offer ended), `changed` (to
//! the people of the order: reporter, beneficiary, claimants).

use super::{Conn, lock_sequencer, scopes};
use crate::error::StoreResult;
use crate::rows::NotificationRow;
use crate::schema::{claim, notification, order_ring, orders, outbox, scope};
use crate::types::Ts;
use diesel::prelude::*;
use domain::AccountId;
use domain::dispatch::Scope;
use std::collections::BTreeMap;

/// Rows one pass takes.
const PASS: i64 = 500;

/// A row of `outbox`.
type OutboxRow = (i64, i64, i32, i32, String, Ts);
/// A scope's share of a pass: order, version, kind, instant.
type Share = Vec<(i64, i32, &'static str, Ts)>;

/// What the sequencer does with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// A new attempt is offered: its scopes get `offer`, those of the attempt before that are not in it `closed`.
    Offer,
    /// The offer of this attempt ended.
    CloseThis,
    /// The attempt rose and nothing is offered: the one before it ended.
    CloseBefore,
    /// Only the people of the order are told.
    Tell,
}

fn effect(kind: &str) -> Effect {
    match kind {
        "dispatched" | "widened" | "assigned" | "released" | "transferred" | "redo_ordered" => Effect::Offer,
        "claimed" | "acknowledged" | "remainder_closed" | "withdrawn" => Effect::CloseThis,
        "recalled" | "reported_up" | "request_granted" => Effect::CloseBefore,
        _ => Effect::Tell,
    }
}

/// Runs one pass and returns how many outbox rows it took. Runs in a transaction of its own.
///
/// # Errors
/// Those of the connection.
pub fn pass(c: &mut Conn) -> StoreResult<usize> {
    lock_sequencer(c)?;
    let rows: Vec<OutboxRow> = outbox::table
        .order(outbox::id)
        .limit(PASS)
        .select((outbox::id, outbox::order_id, outbox::version, outbox::attempt, outbox::kind, outbox::at))
        .load(c)?;
    if rows.is_empty() {
        return Ok(0);
    }
    let mut shares: BTreeMap<i64, Share> = BTreeMap::new();
    for (_, order, version, attempt, kind, at) in &rows {
        for (scope_id, told) in expand(c, *order, *attempt, kind)? {
            shares.entry(scope_id).or_default().push((*order, *version, told, *at));
        }
    }
    for (scope_id, share) in shares {
        append(c, scope_id, &share)?;
    }
    let taken: Vec<i64> = rows.iter().map(|r| r.0).collect();
    diesel::delete(outbox::table.filter(outbox::id.eq_any(taken))).execute(c)?;
    Ok(rows.len())
}

/// Rows waiting, and the instant of the oldest.
///
/// # Errors
/// Those of the connection.
pub fn backlog(c: &mut Conn) -> StoreResult<(i64, Option<Ts>)> {
    let count = outbox::table.count().get_result(c)?;
    let oldest = outbox::table.order(outbox::id).select(outbox::at).first(c).optional()?;
    Ok((count, oldest))
}

fn ring_scopes(c: &mut Conn, order: i64, attempt: i32) -> StoreResult<Vec<i64>> {
    Ok(order_ring::table
        .filter(order_ring::order_id.eq(order))
        .filter(order_ring::attempt.eq(attempt))
        .select(order_ring::scope_id)
        .load(c)?)
}

fn expand(c: &mut Conn, order: i64, attempt: i32, kind: &str) -> StoreResult<Vec<(i64, &'static str)>> {
    let (this, before) = (ring_scopes(c, order, attempt)?, ring_scopes(c, order, attempt - 1)?);
    let status: String = orders::table.find(order).select(orders::status).first(c)?;
    let closed = |ids: Vec<i64>| ids.into_iter().map(|id| (id, "closed"));
    let mut out: Vec<(i64, &'static str)> = match effect(kind) {
        Effect::Offer => {
            let ended: Vec<i64> = before.into_iter().filter(|id| !this.contains(id)).collect();
            this.into_iter().map(|id| (id, "offer")).chain(closed(ended)).collect()
        }
        // a slot was taken and others are left: the offer stands
        Effect::CloseThis if status == "pooled" => Vec::new(),
        Effect::CloseThis => {
            end_ring(c, order)?;
            closed(this).collect()
        }
        Effect::CloseBefore => closed(before).collect(),
        Effect::Tell => Vec::new(),
    };
    for id in people(c, order)? {
        if !out.iter().any(|(known, _)| *known == id) {
            out.push((id, "changed"));
        }
    }
    Ok(out)
}

fn end_ring(c: &mut Conn, order: i64) -> StoreResult<()> {
    diesel::update(
        order_ring::table.filter(order_ring::order_id.eq(order)).filter(order_ring::live.eq(true)),
    )
    .set(order_ring::live.eq(false))
    .execute(c)?;
    Ok(())
}

/// The person scopes of reporter, beneficiary and live claimants.
fn people(c: &mut Conn, order: i64) -> StoreResult<Vec<i64>> {
    let (reporter, beneficiary): (Option<i64>, Option<i64>) =
        orders::table.find(order).select((orders::reporter_id, orders::beneficiary_id)).first(c)?;
    let claimants: Vec<i64> = claim::table
        .filter(claim::order_id.eq(order))
        .filter(claim::released_at.is_null())
        .select(claim::account_id)
        .load(c)?;
    let people: Vec<Scope> = [reporter, beneficiary]
        .into_iter()
        .flatten()
        .chain(claimants)
        .map(|id| Scope::Person(AccountId(id)))
        .collect();
    let mut ids = scopes::ensure(c, &people)?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn append(c: &mut Conn, scope_id: i64, share: &[(i64, i32, &'static str, Ts)]) -> StoreResult<()> {
    let count = i64::try_from(share.len()).unwrap_or(0);
    let head: i64 = diesel::update(scope::table.find(scope_id))
        .set((scope::seq.eq(scope::seq + count), scope::seq_at.eq(share.last().map(|s| s.3))))
        .returning(scope::seq)
        .get_result(c)?;
    let rows: Vec<NotificationRow> = share
        .iter()
        .zip(head - count + 1..)
        .map(|((order_id, version, kind, at), seq)| NotificationRow {
            scope_id,
            seq,
            order_id: *order_id,
            version: *version,
            kind: (*kind).into(),
            at: *at,
        })
        .collect();
    for row in &rows {
        diesel::insert_into(notification::table).values(row).execute(c)?;
    }
    Ok(())
}

/// Removes notifications from before an instant.
///
/// # Errors
/// Those of the connection.
pub fn forget(c: &mut Conn, before: Ts) -> StoreResult<usize> {
    Ok(diesel::delete(notification::table.filter(notification::at.lt(before))).execute(c)?)
}
