//! The sequencer: turns committed outbox rows into gap-free notifications per scope (QUEUE.md).
//!
//! One pass: lock, take outbox rows in id order, expand each to the scopes it concerns as the order stands *now*,
//! give each scope its next numbers, insert. A crash before the commit leaves the rows for the next pass.
//!
//! Kinds: `offer` (to a scope that an offer stands for and was not sent to), `closed` (to one it was sent to and
//! stands for no longer), `changed` (to the people of the order: reporter, beneficiary, claimants). `order_ring.told`
//! remembers what was sent, so nobody is sent an offer that is over already, and nobody keeps a dead one, whatever
//! ended it: a claim, a recall, a suspension.

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

/// A row of `outbox`: key, order, version, instant.
type OutboxRow = (i64, i64, i32, Ts);
/// A scope's share of a pass: order, version, kind, instant.
type Share = Vec<(i64, i32, &'static str, Ts)>;

/// Runs one pass and returns how many outbox rows it took. Runs in a transaction of its own.
///
/// # Errors
/// Those of the connection.
pub fn pass(c: &mut Conn) -> StoreResult<usize> {
    lock_sequencer(c)?;
    let rows: Vec<OutboxRow> = outbox::table
        .order(outbox::id)
        .limit(PASS)
        .select((outbox::id, outbox::order_id, outbox::version, outbox::at))
        .load(c)?;
    if rows.is_empty() {
        return Ok(0);
    }
    let mut of_orders: BTreeMap<i64, Vec<(i32, Ts)>> = BTreeMap::new();
    for (_, order, version, at) in &rows {
        of_orders.entry(*order).or_default().push((*version, *at));
    }
    let mut shares: BTreeMap<i64, Share> = BTreeMap::new();
    for (order, events) in of_orders {
        expand(c, order, &events, &mut shares)?;
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

/// What the events of one order make each scope hear. Candidates hear once, of the version they are told about; the
/// people of the order hear of each.
fn expand(
    c: &mut Conn,
    order: i64,
    events: &[(i32, Ts)],
    shares: &mut BTreeMap<i64, Share>,
) -> StoreResult<()> {
    let Some((_, last)) = events.last().copied() else { return Ok(()) };
    let (now, told) = tell_candidates(c, order)?;
    for (version, at) in events {
        for scope_id in people(c, order, *at)? {
            if *version != now || !told.iter().any(|(known, _)| *known == scope_id) {
                shares.entry(scope_id).or_default().push((order, *version, "changed", *at));
            }
        }
    }
    for (scope_id, kind) in told {
        shares.entry(scope_id).or_default().push((order, now, kind, last));
    }
    Ok(())
}

/// The difference between the scopes the offer stands for and those it was sent to, remembered as sent, and the
/// version of the order that was looked at: it may be later than the events of this pass.
fn tell_candidates(c: &mut Conn, order: i64) -> StoreResult<(i32, Vec<(i64, &'static str)>)> {
    let (version, status, attempt, suspended): (i32, String, i32, Option<Ts>) = orders::table
        .find(order)
        .select((orders::version, orders::status, orders::attempt, orders::suspended_until))
        .first(c)?;
    let waits = matches!(status.as_str(), "pooled" | "assigned");
    let stands = waits && suspended.is_none();
    let rings: Vec<(i32, i64, bool)> = order_ring::table
        .filter(order_ring::order_id.eq(order))
        .filter(order_ring::attempt.eq(attempt).or(order_ring::told.eq(true)))
        .select((order_ring::attempt, order_ring::scope_id, order_ring::told))
        .order((order_ring::scope_id, order_ring::attempt))
        .load(c)?;
    let (now, mut over): (Vec<_>, Vec<_>) = rings.into_iter().partition(|(of, ..)| stands && *of == attempt);
    over.retain(|(.., told)| *told);
    let offered: Vec<i64> = now.iter().filter(|(.., told)| !told).map(|r| r.1).collect();
    let mut closed: Vec<i64> =
        over.iter().map(|r| r.1).filter(|id| !now.iter().any(|r| r.1 == *id)).collect();
    closed.dedup();
    end_rings(c, order, attempt, waits)?;
    let of_order = order_ring::table.filter(order_ring::order_id.eq(order));
    if !over.is_empty() {
        let of_order = of_order.filter(order_ring::told.eq(true)).filter(order_ring::attempt.le(attempt));
        let ended: Vec<i64> = over.iter().map(|r| r.1).collect();
        // the standing attempt's own rows keep their mark
        let last = if stands { attempt - 1 } else { attempt };
        diesel::update(
            of_order.filter(order_ring::attempt.le(last)).filter(order_ring::scope_id.eq_any(ended)),
        )
        .set(order_ring::told.eq(false))
        .execute(c)?;
    }
    if !offered.is_empty() {
        // by name: a scope that is being added beside this pass was not sent anything
        let now = of_order.filter(order_ring::attempt.eq(attempt));
        diesel::update(now.filter(order_ring::scope_id.eq_any(offered.clone())))
            .set(order_ring::told.eq(true))
            .execute(c)?;
    }
    let offers = offered.into_iter().map(|id| (id, "offer"));
    Ok((version, offers.chain(closed.into_iter().map(|id| (id, "closed"))).collect()))
}

/// Takes what can't stand again off the lists of open offers: earlier attempts, and this one when it was won or ended.
/// Never a later one, which may be offered beside this pass.
fn end_rings(c: &mut Conn, order: i64, attempt: i32, waits: bool) -> StoreResult<()> {
    let last = if waits { attempt - 1 } else { attempt };
    diesel::update(
        order_ring::table
            .filter(order_ring::order_id.eq(order))
            .filter(order_ring::attempt.le(last))
            .filter(order_ring::live.eq(true)),
    )
    .set(order_ring::live.eq(false))
    .execute(c)?;
    Ok(())
}

/// The person scopes of reporter, beneficiary and whoever held it at this instant or later: losing it is news too.
fn people(c: &mut Conn, order: i64, at: Ts) -> StoreResult<Vec<i64>> {
    let (reporter, beneficiary): (Option<i64>, Option<i64>) =
        orders::table.find(order).select((orders::reporter_id, orders::beneficiary_id)).first(c)?;
    let claimants: Vec<i64> = claim::table
        .filter(claim::order_id.eq(order))
        .filter(claim::released_at.is_null().or(claim::released_at.ge(at)))
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

/// What of each scope is older than $1, up to the last of it in the scope's order. Events that commit at the same moment
/// are not numbered by their instants to the microsecond: swept by instant alone, a scope could keep 4 and lose 5.
const FORGET: &str = "DELETE FROM notification WHERE (scope_id, seq) IN (SELECT n.scope_id, n.seq FROM notification n \
    JOIN (SELECT scope_id, MAX(seq) AS last FROM notification WHERE at < $1 GROUP BY scope_id) old \
    ON old.scope_id = n.scope_id AND n.seq <= old.last)";

/// Removes notifications from before an instant; what is kept of a scope has no gap.
///
/// # Errors
/// Those of the connection.
pub fn forget(c: &mut Conn, before: Ts) -> StoreResult<usize> {
    Ok(diesel::sql_query(FORGET).bind::<crate::schema::sql::Instant, _>(before).execute(c)?)
}
