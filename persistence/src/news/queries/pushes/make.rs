//! Making pushes: each scope's notifications are looked through once, in the order of their numbers, when they have
//! been there for a while. `scope.pushed_seq` says how far, and rises in the transaction that inserts the pushes: a
//! crash does neither or both.
//!
//! An `offer` is pushed to the members of its scope who are on duty, have not acknowledged it and may claim it, while
//! it stands; once per person and attempt, though they were told in several scopes. `changed` is pushed to reporter
//! and beneficiary (and to whoever is asked to be one, as the order is placed), of several at once the last, and never about
//! what they did themselves.

use super::super::engine::meta;
use super::super::{Conn, lock_sequencer, try_lock_pushes};
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::sql::Instant;
use crate::engine::sql::types::Ts;
use crate::news::push::{Capped, Made, PushRule};
use crate::news::schema::{notification, push_job, scope};
use crate::order::schema::orders;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use domain::news::push::PushKind;
use domain::words::labelled::Labelled;
use domain::{At, OrderId};
use std::collections::BTreeMap;

/// Scopes of one pass: their rows are locked at its end, and the sequencer waits for them.
const SCOPES: i64 = 50;
/// Notifications of one scope that a pass looks through.
const ROWS: i64 = 200;
/// An order has a reporter and a beneficiary.
const RESIDENTS: i64 = 2;

/// Scopes whose next notification has been there since $1; one that was removed for its age counts as old.
const RIPE: &str = "FROM scope s LEFT JOIN notification n ON n.scope_id = s.id AND n.seq = s.pushed_seq + 1 \
    WHERE s.pushed_seq < s.seq AND (n.at IS NULL OR n.at <= $1)";

/// People who may be told now. `m` is the member of a scope; ends in conditions.
const REACHABLE: &str = "JOIN account a ON a.id = m.account_id AND a.disabled_at IS NULL \
    LEFT JOIN presence p ON p.account_id = m.account_id \
    LEFT JOIN receipt c ON c.account_id = m.account_id AND c.scope_id = m.scope_id \
    WHERE COALESCE(p.on_duty, TRUE)";

/// Columns of a push, in the order in which `insert` gives them.
const COLUMNS: &str = "account_id, scope_id, seq, kind, order_id, version, order_attempt, created_at, state, due_at, \
    attempts";

#[derive(QueryableByName)]
struct Ripe {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    pushed_seq: i64,
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// A notification worth a push.
#[derive(Debug, Clone, Copy)]
struct Note {
    scope: i64,
    seq: i64,
    order: i64,
    version: i32,
    kind: PushKind,
}

/// From now on pushes are made. What was there before is not pushed: nobody waits for yesterday's news.
pub fn begin(c: &mut Conn) -> StoreResult<()> {
    // before the scopes: a sequencer's pass locks them in another order than this statement
    lock_sequencer(c)?;
    if meta::set_once(c, meta::PUSHES)? {
        diesel::update(scope::table.filter(scope::pushed_seq.lt(scope::seq)))
            .set(scope::pushed_seq.eq(scope::seq))
            .execute(c)?;
    }
    Ok(())
}

/// From now on no pushes are made, and none are made up for later.
pub fn end(c: &mut Conn) -> StoreResult<()> {
    meta::unset(c, meta::PUSHES)
}

/// Whether a scope is to be looked through.
pub fn any(c: &mut Conn, since: At) -> StoreResult<bool> {
    let sql = format!("SELECT count(*) AS n FROM (SELECT 1 {RIPE} LIMIT 1) x");
    let found: Count = sql_query(sql).bind::<Instant, _>(Ts(since)).get_result(c)?;
    Ok(found.n > 0)
}

/// Looks through some scopes. One replica does so at a time; beside it nothing is done.
///
/// # Errors
/// Those of the connection; `Conflict` when a scope was looked through by somebody else.
pub fn pass(c: &mut Conn, now: At, rule: PushRule) -> StoreResult<Made> {
    let mut made = Made::default();
    if !try_lock_pushes(c)? {
        return Ok(made);
    }
    let since = now - rule.wait;
    let sql = format!("SELECT s.id, s.pushed_seq, s.seq {RIPE} ORDER BY s.id LIMIT {SCOPES}");
    let ripe: Vec<Ripe> = sql_query(sql).bind::<Instant, _>(Ts(since)).load(c)?;
    let mut seen = Vec::new();
    for scope in ripe {
        let (notes, to) = look_through(c, &scope, since)?;
        for note in notes {
            match note.kind {
                PushKind::Offer => offer(c, now, rule, note, &mut made)?,
                PushKind::Changed => made.jobs += insert(c, now, note, &residents(note), RESIDENTS)?,
            }
        }
        seen.push((scope, to));
    }
    // last, and under the sequencer's lock: its passes raise scopes in no order, and would wait for each other with this
    lock_sequencer(c)?;
    for (scope, to) in &seen {
        advance(c, scope, *to)?;
    }
    made.scopes = seen.len();
    Ok(made)
}

/// What of a scope's notifications is worth a push, and the number up to which they were looked through.
fn look_through(c: &mut Conn, of: &Ripe, since: At) -> StoreResult<(Vec<Note>, i64)> {
    let rows: Vec<(i64, i64, i32, String, Ts)> = notification::table
        .filter(notification::scope_id.eq(of.id).and(notification::seq.gt(of.pushed_seq)))
        .order(notification::seq)
        .limit(ROWS)
        .select((
            notification::seq,
            notification::order_id,
            notification::version,
            notification::kind,
            notification::at,
        ))
        .load(c)?;
    // of several about one order the last
    let mut notes = BTreeMap::new();
    let mut to = None;
    for (seq, order, version, kind, _) in rows.iter().take_while(|(.., at)| at.0 <= since) {
        to = Some(*seq);
        if let Some(kind) = PushKind::parse(kind) {
            let note = Note { scope: of.id, seq: *seq, order: *order, version: *version, kind };
            notes.insert((*order, kind), note);
        }
    }
    // none is old enough, or all of them were removed for their age
    let nothing = rows.first().map_or(of.seq, |(first, ..)| first - 1);
    Ok((notes.into_values().collect(), to.unwrap_or(nothing)))
}

/// Those of a scope who have not acknowledged an offer that stands, may claim it and were not pushed to in this attempt.
/// `o` is the order, `m` the member; $1 is now. Whom to leave out is asked by key alone: PostgreSQL then hashes it
/// whatever it believes about the tables (one look-up a member in a scope of 12,406 took it two seconds).
fn candidates(note: Note, attempt: i32) -> String {
    let Note { scope, seq, order, .. } = note;
    format!(
        "FROM orders o JOIN order_ring r ON r.order_id = o.id AND r.attempt = o.attempt AND r.scope_id = {scope} \
         AND r.live JOIN scope_member m ON m.scope_id = r.scope_id {REACHABLE} AND o.id = {order} \
         AND o.attempt = {attempt} AND o.status IN ('pooled', 'assigned') AND o.suspended_until IS NULL \
         AND COALESCE(c.acked, 0) < {seq} \
         AND m.account_id <> COALESCE(o.reporter_id, 0) AND m.account_id <> COALESCE(o.beneficiary_id, 0) \
         AND m.account_id NOT IN (SELECT k.account_id FROM claim k WHERE k.order_id = {order} AND k.released_at IS NULL) \
         AND m.account_id NOT IN (SELECT d.account_id FROM cool_down d WHERE d.order_id = {order} AND d.until_at > $1) \
         AND m.account_id NOT IN (SELECT j.account_id FROM push_job j WHERE j.order_id = {order} \
         AND j.order_attempt = {attempt} AND j.kind = 'offer')"
    )
}

/// The reporter or beneficiary whose scope this is, or who is asked to be one, unless they did it themselves. `o` is the order, `m` the person.
fn residents(note: Note) -> String {
    let Note { scope, seq, order, version, .. } = note;
    format!(
        "FROM orders o JOIN scope_member m ON m.scope_id = {scope} {REACHABLE} AND o.id = {order} \
         AND (m.account_id IN (o.reporter_id, o.beneficiary_id) OR m.account_id IN (SELECT y.ref_id FROM order_party y \
         WHERE y.order_id = o.id AND y.kind = 'person' AND y.part = 'invited')) AND COALESCE(c.acked, 0) < {seq} \
         AND NOT EXISTS (SELECT 1 FROM order_event e WHERE e.order_id = o.id AND e.seq = {version} \
         AND e.actor_id = m.account_id)"
    )
}

/// Inserts pushes for these people, whoever was seen last first; returns how many.
fn insert(c: &mut Conn, now: At, note: Note, whom: &str, limit: i64) -> StoreResult<usize> {
    let Note { seq, version, kind, .. } = note;
    let sql = format!(
        "INSERT INTO push_job ({COLUMNS}) SELECT m.account_id, m.scope_id, {seq}, '{kind}', o.id, {version}, o.attempt, \
         $1, 'waiting', $1, 0 {whom} ORDER BY p.seen_at DESC NULLS LAST, m.account_id LIMIT {limit} \
         ON CONFLICT (account_id, scope_id, seq) DO NOTHING"
    );
    Ok(sql_query(sql).bind::<Instant, _>(Ts(now)).execute(c)?)
}

fn offer(c: &mut Conn, now: At, rule: PushRule, note: Note, made: &mut Made) -> StoreResult<()> {
    // an order that is not there is no offer, and no reason to push nothing to anybody
    let found: Option<i32> = orders::table.find(note.order).select(orders::attempt).first(c).optional()?;
    let Some(attempt) = found else { return Ok(()) };
    let so_far: i64 = push_job::table
        .filter(push_job::order_id.eq(note.order).and(push_job::order_attempt.eq(attempt)))
        .filter(push_job::kind.eq(PushKind::Offer.as_str()))
        .count()
        .get_result(c)?;
    let (room, whom) = ((rule.per_dispatch - so_far).max(0), candidates(note, attempt));
    let jobs = insert(c, now, note, &whom, room)?;
    made.jobs += jobs;
    if i64::try_from(jobs).is_ok_and(|jobs| jobs < room) {
        return Ok(());
    }
    // those who were inserted are candidates no more
    let rest: Count =
        sql_query(format!("SELECT count(*) AS n {whom}")).bind::<Instant, _>(Ts(now)).get_result(c)?;
    if rest.n > 0 {
        made.capped.push(Capped { order: OrderId(note.order), attempt, left_out: rest.n });
    }
    Ok(())
}

fn advance(c: &mut Conn, of: &Ripe, to: i64) -> StoreResult<()> {
    let as_read = scope::table.filter(scope::id.eq(of.id)).filter(scope::pushed_seq.eq(of.pushed_seq));
    match diesel::update(as_read).set(scope::pushed_seq.eq(to)).execute(c)? {
        0 => Err(StoreError::Conflict("the scope was looked through by somebody else".into())),
        _ => Ok(()),
    }
}
