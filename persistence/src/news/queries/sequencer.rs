//! The sequencer: turns committed outbox rows into gap-free notifications per scope (QUEUE.md).
//!
//! One pass: lock, take outbox rows in id order, expand each to the scopes it concerns as the order stands *now*,
//! give each scope its next numbers, insert. A crash before the commit leaves the rows for the next pass.
//!
//! Kinds: `offer` (to a scope that an offer stands for and was not sent to), `closed` (to one it was sent to and
//! stands for no longer), `changed` (to the people of the order: reporter, beneficiary, claimants, co-handlers; and to the
//! inboxes of its inbox area and those above, where dispatchers look; of work that was done before it was written down
//! no inbox hears). `order_ring.told`
//! remembers what was sent, so nobody is sent an offer that is over already, and nobody keeps a dead one, whatever
//! ended it: a claim, a recall, a suspension.
//!
//! A pass is one whole, so that its statements do not grow with its rows. When something stands in its way it is undone,
//! and [`apart`] finds out what.

pub mod apart;
mod numbers;
pub mod stuck;

use super::order::told::marks::Marks;
use super::order::told::standings;
use super::order::told::standings::Standing;
use super::{Conn, NOW, lock_sequencer};
use crate::engine::clock::Clock;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::fault;
use crate::engine::sql::Instant;
use crate::engine::sql::cached::Cached;
use crate::engine::sql::types::Ts;
use crate::news::queue::{Entry, Passed};
use crate::news::rows::NotificationRow;
use crate::news::schema::outbox;
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::{OrderId, ScopeId};
use numbers::Share;
use std::collections::BTreeMap;

/// Rows one pass takes.
const PASS: i64 = 500;

/// Whether the order of an outbox row has one that stood in the way before: no reason for one more statement a pass.
const APART: &str = "tries > 0 OR EXISTS (SELECT 1 FROM outbox_stuck s WHERE s.order_id = outbox.order_id)";

/// A row of `outbox`: key, order, version, instant, kind; whether its order is told apart; and now.
type OutboxRow = (i64, i64, i32, Ts, String, bool, Ts);
/// A row of an order: key, version, instant, and whether it may be the end that the order was placed with.
type Event = (i64, i32, Ts, bool);
/// The rows of some orders, each one's in their order.
type Events = BTreeMap<OrderId, Vec<Event>>;

/// Runs one pass, in a transaction of its own; `clock` says when scopes are told. The statements of a pass grow with the
/// scopes that are told, not with the rows.
///
/// # Errors
/// Those of the connection; whatever one of the rows is refused for. Then nothing was told, and [`apart::pass`] goes on.
pub fn pass(c: &mut Conn, clock: &Clock) -> StoreResult<Passed> {
    let epoch = lock_sequencer(c)?;
    let rows = take(c)?;
    let Some((.., read)) = rows.first() else { return Ok(Passed::default()) };
    if rows.iter().any(|(.., apart, _)| *apart) {
        return Err(StoreError::Conflict("an order of the pass is told apart".into()));
    }
    let now = Ts(super::at(*read, clock));
    let mut events = Events::new();
    for (row, order, version, at, kind, ..) in &rows {
        events.entry(OrderId(*order)).or_default().push((*row, *version, *at, ends(*version, kind)));
    }
    let told = tell(c, &events, now)?;
    fault::point(fault::SEQUENCER_WRITTEN);
    Ok(Passed {
        taken: rows.len(),
        more: is_full(rows.len()),
        entries: entries(told, &epoch),
        ..Passed::default()
    })
}

/// Whether an order may have been placed with this: see [`domain::order::Recorded::was_done_already`].
fn ends(version: i32, kind: &str) -> bool {
    version == 2 && kind == "answered"
}

/// Whether a pass over so many rows is likely to have left some.
fn is_full(rows: usize) -> bool {
    i64::try_from(rows).is_ok_and(|rows| rows >= PASS)
}

/// What was told, as it goes to the replicas: with the epoch in which it was.
fn entries(told: Vec<NotificationRow>, epoch: &str) -> Vec<Entry> {
    told.into_iter().map(|row| Entry { epoch: epoch.into(), ..row.into_entry() }).collect()
}

/// Tells whomever these orders concern, as they stand now.
fn tell(c: &mut Conn, events: &Events, now: Ts) -> StoreResult<Vec<NotificationRow>> {
    let standings = standings::read(c, &events.keys().copied().collect::<Vec<_>>())?;
    let mut shares: BTreeMap<ScopeId, Share> = BTreeMap::new();
    let mut marks = Marks::default();
    for (order, events) in events {
        if let Some(standing) = standings.get(order) {
            expand(*order, events, standing, &mut marks, &mut shares);
        }
    }
    marks.write(c)?;
    for share in shares.values_mut() {
        // orders were looked at one after the other, and are told as they happened
        share.sort_by_key(|(row, ..)| *row);
    }
    numbers::give(c, &shares, now)
}

/// Takes the oldest rows of the outbox, in their order.
fn take(c: &mut Conn) -> StoreResult<Vec<OutboxRow>> {
    let waiting = diesel::alias!(outbox as waiting);
    let key = waiting.field(outbox::id);
    let oldest = waiting.select(key).order(key).limit(PASS);
    let taken = diesel::delete(outbox::table.filter(outbox::id.eq_any(oldest))).returning((
        outbox::id,
        outbox::order_id,
        outbox::version,
        outbox::at,
        outbox::kind,
        sql::<Bool>(APART),
        sql::<Instant>(NOW),
    ));
    let mut rows: Vec<OutboxRow> = Cached(taken).load(c)?;
    rows.sort_unstable_by_key(|row| row.0);
    Ok(rows)
}

/// Whether rows wait.
pub fn waits(c: &mut Conn) -> StoreResult<bool> {
    Ok(diesel::select(exists(outbox::table.select(outbox::id))).get_result(c)?)
}

/// Rows waiting, and the instant of the oldest.
pub fn backlog(c: &mut Conn) -> StoreResult<(i64, Option<Ts>)> {
    let count = outbox::table.count().get_result(c)?;
    let oldest = outbox::table.order(outbox::id).select(outbox::at).first(c).optional()?;
    Ok((count, oldest))
}

/// What the events of one order make each scope hear. Candidates hear once, of the version they are told about (it may
/// be later than the events of this pass); the people of the order hear of each.
fn expand(
    order: OrderId,
    events: &[Event],
    standing: &Standing,
    marks: &mut Marks,
    shares: &mut BTreeMap<ScopeId, Share>,
) {
    let Some((last_row, _, last, _)) = events.last().copied() else { return };
    let told = tell_candidates(order, standing, marks);
    for (row, version, at, ends) in events {
        let quiet = *ends && *at == standing.placed;
        for scope_id in standing.people(*at, quiet) {
            if *version != standing.version || !told.iter().any(|(known, _)| *known == scope_id) {
                shares.entry(scope_id).or_default().push((*row, order, *version, "changed", *at));
            }
        }
    }
    for (scope_id, kind) in told {
        shares.entry(scope_id).or_default().push((last_row, order, standing.version, kind, last));
    }
}

/// The difference between the scopes the offer stands for and those it was sent to; `marks` remembers it as sent.
fn tell_candidates(order: OrderId, standing: &Standing, marks: &mut Marks) -> Vec<(ScopeId, &'static str)> {
    let attempt = standing.attempt;
    let stands = standing.waits && !standing.suspended;
    let of_now_or_told = standing.rings.iter().copied().filter(|ring| ring.attempt == attempt || ring.told);
    let (now, mut over): (Vec<_>, Vec<_>) =
        of_now_or_told.partition(|ring| stands && ring.attempt == attempt);
    over.retain(|ring| ring.told);
    let offered: Vec<ScopeId> = now.iter().filter(|ring| !ring.told).map(|ring| ring.scope).collect();
    let over: Vec<ScopeId> = over.iter().map(|ring| ring.scope).collect();
    let mut closed = over.clone();
    closed.retain(|scope| !now.iter().any(|ring| ring.scope == *scope));
    closed.dedup();
    let ended = if standing.waits { attempt - 1 } else { attempt };
    if standing.rings.iter().any(|ring| ring.live && ring.attempt <= ended) {
        marks.end(order, ended);
    }
    if !over.is_empty() {
        // the standing attempt's own rows keep their mark
        marks.untell(order, if stands { attempt - 1 } else { attempt }, over);
    }
    if !offered.is_empty() {
        marks.tell(order, attempt, offered.clone());
    }
    let offers = offered.into_iter().map(|id| (id, "offer"));
    offers.chain(closed.into_iter().map(|id| (id, "closed"))).collect()
}
