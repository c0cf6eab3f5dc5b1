//! Notifications, scope by scope in order. Short logs are read many at a time, a long one page by page.

use super::Conn;
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::news::schema::{notification, scope};
use crate::order::schema::order_ring;
use crate::prove::ledger::Ledger;
use crate::prove::log::{Log, ScopeRead};
use diesel::prelude::*;
use domain::At;
use std::collections::{BTreeMap, BTreeSet};

/// Scopes read at once.
const CHUNK: i64 = 200;
/// A log with a head up to this is short.
const SHORT: i64 = 500;
/// Notifications of a page of a long one.
const PAGE: i64 = 10_000;

/// A scope: key, head, when that was.
type Head = (i64, i64, Option<Ts>);
/// A notification: scope, number, order, kind.
type Note = (i64, i64, i64, String);

/// Checks the log of every scope.
pub fn check(c: &mut Conn, cutoff: At, book: &mut Ledger) -> StoreResult<()> {
    let mut after = 0;
    loop {
        let heads: Vec<Head> = scope::table
            .filter(scope::id.gt(after))
            .order(scope::id)
            .limit(CHUNK)
            .select((scope::id, scope::seq, scope::seq_at))
            .load(c)?;
        let Some(last) = heads.last() else { return Ok(()) };
        after = last.0;
        let mut told = numbers_told(c, heads.iter().map(|h| h.0).collect())?;
        let logs = heads.into_iter().map(|(id, head, at)| {
            let told = told.remove(&id).unwrap_or_default();
            Log::new(ScopeRead { id, head, head_at: at.map(|at| at.0), told })
        });
        let (short, long): (Vec<Log>, Vec<Log>) = logs.partition(|log| log.scope().head <= SHORT);
        for log in long {
            read_long(c, log, book)?.end(cutoff, book);
        }
        for log in read_short(c, short, book)? {
            log.end(cutoff, book);
        }
    }
}

/// The orders whose offer each of these scopes holds, as the rings have it.
fn numbers_told(c: &mut Conn, scopes: Vec<i64>) -> StoreResult<BTreeMap<i64, BTreeSet<i64>>> {
    let rows: Vec<(i64, i64)> = order_ring::table
        .filter(order_ring::scope_id.eq_any(scopes))
        .filter(order_ring::live)
        .filter(order_ring::told)
        .select((order_ring::scope_id, order_ring::order_id))
        .load(c)?;
    let mut told: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for (scope_id, order) in rows {
        told.entry(scope_id).or_default().insert(order);
    }
    Ok(told)
}

fn read_short(c: &mut Conn, logs: Vec<Log>, book: &mut Ledger) -> StoreResult<Vec<Log>> {
    let mut logs: BTreeMap<i64, Log> = logs.into_iter().map(|log| (log.scope().id, log)).collect();
    let notes: Vec<Note> = notification::table
        .filter(notification::scope_id.eq_any(logs.keys().copied().collect::<Vec<_>>()))
        .order((notification::scope_id, notification::seq))
        .select((notification::scope_id, notification::seq, notification::order_id, notification::kind))
        .load(c)?;
    for (scope_id, seq, order, kind) in notes {
        if let Some(log) = logs.get_mut(&scope_id) {
            log.add(seq, order, &kind, book);
        }
    }
    Ok(logs.into_values().collect())
}

fn read_long(c: &mut Conn, mut log: Log, book: &mut Ledger) -> StoreResult<Log> {
    let mut after = i64::MIN;
    loop {
        let notes: Vec<(i64, i64, String)> = notification::table
            .filter(notification::scope_id.eq(log.scope().id).and(notification::seq.gt(after)))
            .order(notification::seq)
            .limit(PAGE)
            .select((notification::seq, notification::order_id, notification::kind))
            .load(c)?;
        let Some(last) = notes.last() else { return Ok(log) };
        after = last.0;
        for (seq, order, kind) in notes {
            log.add(seq, order, &kind, book);
        }
    }
}
