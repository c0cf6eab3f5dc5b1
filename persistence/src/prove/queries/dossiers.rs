//! Orders in chunks, each with all that the database holds on it: a statement a table and chunk, by range of keys.

use super::Conn;
use super::engine::apart;
use super::organisation::areas;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::sql::types::Ts;
use crate::news::schema::scope;
use crate::order::invariants::{NO_STRAYS, READABLE};
use crate::order::rows::{ClaimRow, EventRow, OrderRow};
use crate::order::schema::{
    claim, order_area, order_event, order_party, order_past, order_ring, order_text, orders, timer,
};
use crate::organisation::schema::area;
use crate::prove::dossier::{Dossier, ListedIn, RingRead};
use crate::prove::ledger::Ledger;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Orders of a chunk.
const CHUNK: i64 = 500;
/// Past every key.
const END: i64 = i64::MAX;

/// Some orders.
pub struct Chunk {
    /// What is held on each.
    pub dossiers: Vec<Dossier>,
    /// The last key of the chunk.
    pub last: i64,
}

/// The next orders after a key; rows of orders that are not there are named on the way.
pub fn next(c: &mut Conn, after: i64, book: &mut Ledger) -> StoreResult<Option<Chunk>> {
    let ids: Vec<i64> = orders::table
        .filter(orders::id.gt(after))
        .order(orders::id)
        .limit(CHUNK)
        .select(orders::id)
        .load(c)?;
    let Some(last) = ids.last().copied() else {
        strays(c, after, book)?;
        return Ok(None);
    };
    let mut rows = rows(c, &ids, book)?;
    let above = above(c, &rows)?;
    let mut events = grouped(readable_events(c, after, last, &ids, &mut rows, book)?, |e| e.order_id);
    let mut claims = grouped(claims(c, after, last, END)?, |k| k.order_id);
    let mut rings = grouped(rings(c, after, last)?, |r| r.order_id);
    let mut listed = grouped(listed(c, after, last)?, |l| l.0);
    let mut parties = grouped(parties(c, after, last)?, |p| p.0);
    let mut past = grouped(past(c, after, last)?, |p| p.0);
    let mut timers = grouped(timers(c, after, last)?, |t| t.0);
    let texts: BTreeSet<i64> = order_text::table
        .filter(order_text::order_id.gt(after).and(order_text::order_id.le(last)))
        .select(order_text::order_id)
        .load(c)?
        .into_iter()
        .collect();
    let paths =
        |id: &i64| above.get(id).into_iter().flat_map(|path| areas::path_ids(path).map(|area| area.0));
    let dossiers = rows
        .into_iter()
        .map(|row| Dossier {
            events: events.remove(&row.id).unwrap_or_default(),
            claims: claims.remove(&row.id).unwrap_or_default(),
            rings: rings.remove(&row.id).unwrap_or_default(),
            listed: listed.remove(&row.id).unwrap_or_default().into_iter().map(|l| l.1).collect(),
            above: paths(&row.area_id).chain(paths(&row.inbox_id)).collect(),
            parties: parties.remove(&row.id).unwrap_or_default().into_iter().map(|p| (p.1, p.2)).collect(),
            past: past.remove(&row.id).unwrap_or_default().into_iter().map(|p| (p.1, p.2, p.3)).collect(),
            timers: timers.remove(&row.id).unwrap_or_default().into_iter().map(|t| (t.1, t.2)).collect(),
            has_text: texts.contains(&row.id),
            row,
        })
        .collect();
    // what was not taken is nobody's, unless its order could not be read
    let known: BTreeSet<i64> = ids.into_iter().collect();
    nobodys(book, "events", events.keys().filter(|id| !known.contains(id)));
    nobodys(book, "claims", claims.keys().filter(|id| !known.contains(id)));
    Ok(Some(Chunk { dossiers, last }))
}

fn grouped<T>(rows: Vec<T>, key: fn(&T) -> i64) -> BTreeMap<i64, Vec<T>> {
    let mut groups: BTreeMap<i64, Vec<T>> = BTreeMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

/// Rows of orders that are not there, past the last one that is: some of them.
fn strays(c: &mut Conn, after: i64, book: &mut Ledger) -> StoreResult<()> {
    let events = grouped(events(c, after, END, CHUNK)?, |e| e.order_id);
    nobodys(book, "events", events.keys());
    let claims = grouped(claims(c, after, END, CHUNK)?, |k| k.order_id);
    nobodys(book, "claims", claims.keys());
    Ok(())
}

fn nobodys<'a>(book: &mut Ledger, what: &str, orders: impl Iterator<Item = &'a i64>) {
    for id in orders {
        book.broken(NO_STRAYS, || format!("{what} of order {id}, which is not there"));
    }
}

/// The rows with these keys. One that can't be read is named and left out.
fn rows(c: &mut Conn, ids: &[i64], book: &mut Ledger) -> StoreResult<Vec<OrderRow>> {
    let of = |ids: Vec<i64>| {
        orders::table.filter(orders::id.eq_any(ids)).order(orders::id).select(OrderRow::as_select())
    };
    let mut read = |c: &mut Conn, ids: &[i64]| Ok(of(ids.to_vec()).load(c)?);
    apart::each(c, ids, &mut read, &mut |id, why| {
        book.broken(READABLE, || format!("order {id}: {why}"));
    })
}

/// The events of a chunk. An order one of whose events can't be read is named and left out.
fn readable_events(
    c: &mut Conn,
    after: i64,
    last: i64,
    ids: &[i64],
    rows: &mut Vec<OrderRow>,
    book: &mut Ledger,
) -> StoreResult<Vec<EventRow>> {
    match events(c, after, last, END) {
        Err(StoreError::Unreadable(_)) => {}
        read => return read,
    }
    let mut of = |c: &mut Conn, ids: &[i64]| {
        Ok(order_event::table
            .filter(order_event::order_id.eq_any(ids.to_vec()))
            .order((order_event::order_id, order_event::seq))
            .select(EventRow::as_select())
            .load(c)?)
    };
    apart::each(c, ids, &mut of, &mut |id, why| {
        book.broken(READABLE, || format!("events of order {id}: {why}"));
        rows.retain(|row| row.id != id);
    })
}

/// The paths of their areas and inboxes.
fn above(c: &mut Conn, rows: &[OrderRow]) -> StoreResult<BTreeMap<i64, String>> {
    let ids: BTreeSet<i64> = rows.iter().flat_map(|row| [row.area_id, row.inbox_id]).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let paths: Vec<(i64, String)> =
        area::table.filter(area::id.eq_any(ids)).select((area::id, area::path)).load(c)?;
    Ok(paths.into_iter().collect())
}

fn events(c: &mut Conn, after: i64, last: i64, limit: i64) -> StoreResult<Vec<EventRow>> {
    Ok(order_event::table
        .filter(order_event::order_id.gt(after).and(order_event::order_id.le(last)))
        .order((order_event::order_id, order_event::seq))
        .limit(limit)
        .select(EventRow::as_select())
        .load(c)?)
}

fn claims(c: &mut Conn, after: i64, last: i64, limit: i64) -> StoreResult<Vec<ClaimRow>> {
    Ok(claim::table
        .filter(claim::order_id.gt(after).and(claim::order_id.le(last)))
        .order((claim::order_id, claim::id))
        .limit(limit)
        .select(ClaimRow::as_select())
        .load(c)?)
}

fn rings(c: &mut Conn, after: i64, last: i64) -> StoreResult<Vec<RingRead>> {
    type Row = (i64, i32, i32, i64, String, i64, bool, bool);
    let rows: Vec<Row> = order_ring::table
        .inner_join(scope::table.on(scope::id.eq(order_ring::scope_id)))
        .filter(order_ring::order_id.gt(after).and(order_ring::order_id.le(last)))
        .select((
            order_ring::order_id,
            order_ring::attempt,
            order_ring::ring,
            scope::id,
            scope::kind,
            scope::ref_id,
            order_ring::live,
            order_ring::told,
        ))
        .load(c)?;
    let read = |(order_id, attempt, ring, scope_id, scope_kind, scope_ref, live, told): Row| RingRead {
        order_id,
        attempt,
        ring,
        scope_id,
        scope_kind,
        scope_ref,
        live,
        told,
    };
    Ok(rows.into_iter().map(read).collect())
}

fn listed(c: &mut Conn, after: i64, last: i64) -> StoreResult<Vec<(i64, ListedIn)>> {
    type Row = (i64, i64, String, bool, Ts, Option<Ts>, Option<Ts>, Option<String>);
    let rows: Vec<Row> = order_area::table
        .filter(order_area::order_id.gt(after).and(order_area::order_id.le(last)))
        .select((
            order_area::order_id,
            order_area::area_id,
            order_area::bucket,
            order_area::open,
            order_area::created_at,
            order_area::due_at,
            order_area::next_due_at,
            order_area::asked,
        ))
        .load(c)?;
    let read = |(order, area_id, bucket, open, created_at, due_at, next_due_at, asked): Row| {
        (order, ListedIn { area_id, bucket, open, created_at, due_at, next_due_at, asked })
    };
    Ok(rows.into_iter().map(read).collect())
}

fn parties(c: &mut Conn, after: i64, last: i64) -> StoreResult<Vec<(i64, String, i64)>> {
    Ok(order_party::table
        .filter(order_party::order_id.gt(after).and(order_party::order_id.le(last)))
        .filter(order_party::part.eq("handler"))
        .select((order_party::order_id, order_party::kind, order_party::ref_id))
        .load(c)?)
}

fn past(c: &mut Conn, after: i64, last: i64) -> StoreResult<Vec<(i64, String, i64, i32)>> {
    Ok(order_past::table
        .filter(order_past::order_id.gt(after).and(order_past::order_id.le(last)))
        .select((order_past::order_id, order_past::kind, order_past::ref_id, order_past::until_seq))
        .load(c)?)
}

fn timers(c: &mut Conn, after: i64, last: i64) -> StoreResult<Vec<(i64, String, Ts)>> {
    Ok(timer::table
        .filter(timer::order_id.gt(after).and(timer::order_id.le(last)))
        .select((timer::order_id, timer::kind, timer::due_at))
        .load(c)?)
}
