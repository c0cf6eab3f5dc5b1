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
use crate::types::{Cached, Ts};
use diesel::prelude::*;
use domain::AccountId;
use domain::dispatch::Scope;
use std::collections::{BTreeMap, BTreeSet};

/// Rows one pass takes.
const PASS: i64 = 500;
/// Notifications one statement inserts: six parameters each, of 65,535 that PostgreSQL takes.
const INSERTED: usize = 1000;

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

/// What a pass needs to know of its orders, read after the lock was taken.
#[derive(Debug, Default)]
struct Surroundings {
    /// Scopes by order and attempt.
    rings: BTreeMap<(i64, i32), Vec<i64>>,
    /// Status by order.
    statuses: BTreeMap<i64, String>,
    /// Reporter, beneficiary and live claimants by order.
    people: BTreeMap<i64, BTreeSet<i64>>,
    /// The person scope of each of them.
    person_scopes: BTreeMap<i64, i64>,
}

/// Runs one pass and returns how many outbox rows it took. Runs in a transaction of its own. As many statements as
/// scopes are told, whatever the number of rows.
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
    let orders: BTreeSet<i64> = rows.iter().map(|r| r.1).collect();
    let around = surroundings(c, orders.into_iter().collect())?;
    let mut shares: BTreeMap<i64, Share> = BTreeMap::new();
    let mut ended = Vec::new();
    for (_, order, version, attempt, kind, at) in &rows {
        for (scope_id, told) in expand(&around, *order, *attempt, kind, &mut ended) {
            shares.entry(scope_id).or_default().push((*order, *version, told, *at));
        }
    }
    end_rings(c, ended)?;
    let mut told = Vec::new();
    for (scope_id, share) in shares {
        told.extend(append(c, scope_id, &share)?);
    }
    for some in told.chunks(INSERTED) {
        diesel::insert_into(notification::table).values(some).execute(c)?;
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

fn surroundings(c: &mut Conn, ids: Vec<i64>) -> StoreResult<Surroundings> {
    type Head = (i64, String, Option<i64>, Option<i64>);
    let mut found = Surroundings::default();
    let rings: Vec<(i64, i32, i64)> = order_ring::table
        .filter(order_ring::order_id.eq_any(ids.clone()))
        .select((order_ring::order_id, order_ring::attempt, order_ring::scope_id))
        .load(c)?;
    for (order, attempt, scope_id) in rings {
        found.rings.entry((order, attempt)).or_default().push(scope_id);
    }
    let heads: Vec<Head> = orders::table
        .filter(orders::id.eq_any(ids.clone()))
        .select((orders::id, orders::status, orders::reporter_id, orders::beneficiary_id))
        .load(c)?;
    for (order, status, reporter, beneficiary) in heads {
        found.statuses.insert(order, status);
        found.people.entry(order).or_default().extend([reporter, beneficiary].into_iter().flatten());
    }
    let claimants: Vec<(i64, i64)> = claim::table
        .filter(claim::order_id.eq_any(ids))
        .filter(claim::released_at.is_null())
        .select((claim::order_id, claim::account_id))
        .load(c)?;
    for (order, account) in claimants {
        found.people.entry(order).or_default().insert(account);
    }
    let everybody: BTreeSet<i64> = found.people.values().flatten().copied().collect();
    found.person_scopes = person_scopes(c, everybody)?;
    Ok(found)
}

/// The person scopes of these accounts, made if they are new.
fn person_scopes(c: &mut Conn, accounts: BTreeSet<i64>) -> StoreResult<BTreeMap<i64, i64>> {
    let known: Vec<(i64, i64)> = scope::table
        .filter(scope::kind.eq("person"))
        .filter(scope::ref_id.eq_any(accounts.iter().copied().collect::<Vec<_>>()))
        .select((scope::ref_id, scope::id))
        .load(c)?;
    let mut known: BTreeMap<i64, i64> = known.into_iter().collect();
    for account in accounts {
        if !known.contains_key(&account) {
            let made = scopes::ensure(c, &[Scope::Person(AccountId(account))])?;
            known.extend(made.into_iter().map(|id| (account, id)));
        }
    }
    Ok(known)
}

/// Whom an event is told to, and as what. `ended` gets the order when its offer is over.
fn expand(
    around: &Surroundings,
    order: i64,
    attempt: i32,
    kind: &str,
    ended: &mut Vec<i64>,
) -> Vec<(i64, &'static str)> {
    let ring = |attempt: i32| around.rings.get(&(order, attempt)).map(Vec::as_slice).unwrap_or_default();
    let (this, before) = (ring(attempt), ring(attempt - 1));
    let closed = |ids: &[i64]| ids.iter().map(|id| (*id, "closed")).collect::<Vec<_>>();
    let mut out: Vec<(i64, &'static str)> = match effect(kind) {
        Effect::Offer => {
            let over: Vec<i64> = before.iter().copied().filter(|id| !this.contains(id)).collect();
            this.iter().map(|id| (*id, "offer")).chain(closed(&over)).collect()
        }
        // a slot was taken and others are left: the offer stands
        Effect::CloseThis if around.statuses.get(&order).is_some_and(|s| s == "pooled") => Vec::new(),
        Effect::CloseThis => {
            // assigned anew meanwhile: that offer stands
            if around.statuses.get(&order).is_some_and(|s| s != "assigned") {
                ended.push(order);
            }
            closed(this)
        }
        Effect::CloseBefore => closed(before),
        Effect::Tell => Vec::new(),
    };
    let people = around.people.get(&order).into_iter().flatten();
    for id in people.filter_map(|account| around.person_scopes.get(account)) {
        if !out.iter().any(|(known, _)| known == id) {
            out.push((*id, "changed"));
        }
    }
    out
}

fn end_rings(c: &mut Conn, ended: Vec<i64>) -> StoreResult<()> {
    if !ended.is_empty() {
        let live = order_ring::table.filter(order_ring::order_id.eq_any(ended)).filter(order_ring::live.eq(true));
        diesel::update(live).set(order_ring::live.eq(false)).execute(c)?;
    }
    Ok(())
}

/// Gives a scope its next numbers: the rows that tell it.
fn append(c: &mut Conn, scope_id: i64, share: &[(i64, i32, &'static str, Ts)]) -> StoreResult<Vec<NotificationRow>> {
    let count = i64::try_from(share.len()).unwrap_or(0);
    let update = diesel::update(scope::table.find(scope_id))
        .set((scope::seq.eq(scope::seq + count), scope::seq_at.eq(share.last().map(|s| s.3))))
        .returning(scope::seq);
    let head: i64 = Cached(update).get_result(c)?;
    let rows = share.iter().zip(head - count + 1..);
    Ok(rows
        .map(|((order_id, version, kind, at), seq)| NotificationRow {
            scope_id,
            seq,
            order_id: *order_id,
            version: *version,
            kind: (*kind).into(),
            at: *at,
        })
        .collect())
}

/// Removes notifications from before an instant.
///
/// # Errors
/// Those of the connection.
pub fn forget(c: &mut Conn, before: Ts) -> StoreResult<usize> {
    Ok(diesel::delete(notification::table.filter(notification::at.lt(before))).execute(c)?)
}
