//! The claim on PostgreSQL: one statement, one round trip (QUEUE.md, claim), for one claim or for several of different
//! orders, which then share a commit.
//!
//! Only columns of `orders` and unique indexes arbitrate: a statement that waited for the row sees its new columns
//! but keeps its old snapshot everywhere else. A violated unique index fails the whole statement; the caller reads
//! again.
//!
//! The slot is told from `filled` and the snapshot together: within an attempt claims are only added, each in the
//! lowest free slot, so of the slots free in the snapshot the first `filled` minus those live in it are taken since.
//! People who wait for one row thus get one slot each instead of a violated index.

use super::db::Conn;
use crate::engine::clock::Clock;
use crate::engine::error::StoreResult;
use crate::engine::sql::Instant;
use crate::engine::sql::types::Ts;
use crate::order::claims::{ClaimAsk, Win};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text};
use domain::words::labelled::Labelled;

/// After `p`, the claims: account_id, order_id, attempt, state, event, key and the clock's offset_us, µs; an order once.
/// The instant is the statement's start or the order's last change, whichever is later. Where one of the claimants made
/// contact before the last slot was taken, the work is under way with it: the contact clock ended then, nobody is reminded
/// of it, and lists have it where they have what is under way (any other claim leaves it where it is: `map::bucket`).
pub const CLAIM: &str = "
c AS (
  UPDATE orders o SET
    status = CASE WHEN o.filled + 1 < o.slots THEN o.status WHEN o.slots = 1 OR o.case_file ->> 'contacted_by' IS NULL THEN 'claimed'
      ELSE 'in_progress' END,
    filled = o.filled + 1,
    lead_id = CASE WHEN o.filled = 0 OR (o.filled = (SELECT count(*) FROM claim k WHERE k.order_id = o.id
        AND k.released_at IS NULL) AND NOT EXISTS (SELECT 1 FROM claim k WHERE k.order_id = o.id AND k.slot = 1
        AND k.released_at IS NULL)) THEN p.account_id ELSE o.lead_id END,
    version = o.version + 1,
    clocks = CASE WHEN o.filled + 1 >= o.slots THEN
        jsonb_set(jsonb_set(o.clocks, '{claim,stopped_at}', to_jsonb(to_char(greatest(statement_timestamp()
          + p.offset_us * interval '1 microsecond', o.updated_at) AT TIME ZONE 'UTC',
          'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'))),
          '{contact}', jsonb_build_object('started_at', CASE WHEN o.slots = 1 OR o.case_file ->> 'contacted_by' IS NULL
          THEN to_jsonb(to_char(greatest(statement_timestamp()
          + p.offset_us * interval '1 microsecond', o.updated_at) AT TIME ZONE 'UTC',
          'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')) ELSE o.case_file -> 'contacted_at' END,
          'limit_ms', o.contact_limit_ms, 'paused_ms', 0, 'paused_since', NULL, 'stopped_at',
          CASE WHEN o.slots > 1 AND o.case_file ->> 'contacted_by' IS NOT NULL THEN o.case_file -> 'contacted_at' END))
      ELSE o.clocks END,
    updated_at = greatest(statement_timestamp() + p.offset_us * interval '1 microsecond', o.updated_at)
  FROM p
  WHERE o.id = p.order_id AND o.status = p.state AND o.attempt = p.attempt AND o.filled < o.slots
    AND o.suspended_until IS NULL
    AND o.reporter_id IS DISTINCT FROM p.account_id AND o.beneficiary_id IS DISTINCT FROM p.account_id
    AND (SELECT EXISTS (SELECT 1 FROM order_ring r JOIN scope_member m ON m.scope_id = r.scope_id
      WHERE r.order_id = p.order_id AND r.attempt = p.attempt AND m.account_id = p.account_id))
    AND (p.state <> 'pooled' OR NOT EXISTS (SELECT 1 FROM cool_down d WHERE d.order_id = p.order_id
      AND d.account_id = p.account_id
      AND d.until_at > statement_timestamp() + p.offset_us * interval '1 microsecond'))
  RETURNING o.id, o.version, o.slots, o.filled, o.filled >= o.slots AS filled_up, o.contact_limit_ms, o.updated_at,
    o.status = 'in_progress' AS contacted, p.account_id, p.attempt, p.state, p.event, p.key),
k AS (
  INSERT INTO claim (order_id, attempt, slot, account_id, key, at)
  SELECT c.id, c.attempt, CASE WHEN c.slots = 1 THEN 1 ELSE (SELECT n FROM generate_series(1, c.slots) n
      WHERE NOT EXISTS (SELECT 1 FROM claim l WHERE l.order_id = c.id AND l.slot = n AND l.released_at IS NULL)
      ORDER BY n LIMIT 1 OFFSET c.filled - 1 - (SELECT count(*) FROM claim l WHERE l.order_id = c.id
        AND l.released_at IS NULL))
    END, c.account_id, c.key, c.updated_at FROM c RETURNING order_id, slot),
e AS (
  INSERT INTO order_event (order_id, seq, kind, actor_id, at, data)
  SELECT c.id, c.version, c.event, c.account_id, c.updated_at, jsonb_build_object('attempt', c.attempt, 'slot', k.slot,
    'account', c.account_id, 'full', c.filled_up) FROM c JOIN k ON k.order_id = c.id),
b AS (
  INSERT INTO outbox (order_id, version, attempt, kind, at)
  SELECT c.id, c.version, c.attempt, c.event, c.updated_at FROM c),
t AS (
  INSERT INTO timer (order_id, kind, attempt, step, due_at)
  SELECT c.id, 'no_contact', c.attempt, 0, c.updated_at + c.contact_limit_ms * interval '1 millisecond' FROM c
  WHERE c.filled_up AND NOT c.contacted AND c.contact_limit_ms IS NOT NULL
  ON CONFLICT (order_id, kind) DO UPDATE SET attempt = excluded.attempt, due_at = excluded.due_at,
    leased_until = NULL),
l AS (
  UPDATE order_area w SET bucket = 'in_progress' FROM c WHERE w.order_id = c.id AND c.contacted),
a AS (
  DELETE FROM timer USING c WHERE timer.order_id = c.id AND c.filled_up
    AND timer.kind = CASE c.state WHEN 'assigned' THEN 'acknowledge' ELSE 'escalation' END)
SELECT c.id, c.version, k.slot, c.updated_at, c.filled_up FROM c JOIN k ON k.order_id = c.id";

/// The columns of `p`, with their types.
pub const COLUMNS: [(&str, &str); 7] = [
    ("account_id", "bigint"),
    ("order_id", "bigint"),
    ("attempt", "int"),
    ("state", "text"),
    ("event", "text"),
    ("key", "text"),
    ("offset_us", "bigint"),
];

/// What a claim writes down of an order: its key, version, slot, instant, and whether no slot is left.
type Won = (i64, i32, i32, Ts, bool);

/// Claims of different orders, column by column.
#[derive(Debug, Default)]
struct ClaimStatement<'a> {
    accounts: Vec<i64>,
    orders: Vec<i64>,
    attempts: Vec<i32>,
    states: Vec<&'static str>,
    events: Vec<&'static str>,
    keys: Vec<Option<&'a str>>,
    offset_us: i64,
}

impl QueryId for ClaimStatement<'_> {
    type QueryId = ClaimStatement<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for ClaimStatement<'_> {
    type SqlType = (BigInt, Integer, Integer, Instant, Bool);
}

impl<C> diesel::RunQueryDsl<C> for ClaimStatement<'_> {}

impl QueryFragment<Pg> for ClaimStatement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH p AS (SELECT u.*, ");
        out.push_bind_param::<BigInt, _>(&self.offset_us)?;
        out.push_sql("::bigint AS offset_us FROM unnest(");
        out.push_bind_param::<Array<BigInt>, _>(&self.accounts)?;
        out.push_sql("::bigint[], ");
        out.push_bind_param::<Array<BigInt>, _>(&self.orders)?;
        out.push_sql("::bigint[], ");
        out.push_bind_param::<Array<Integer>, _>(&self.attempts)?;
        out.push_sql("::int[], ");
        out.push_bind_param::<Array<Text>, _>(&self.states)?;
        out.push_sql("::text[], ");
        out.push_bind_param::<Array<Text>, _>(&self.events)?;
        out.push_sql("::text[], ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.keys)?;
        out.push_sql("::text[]) AS u(account_id, order_id, attempt, state, event, key)),");
        out.push_sql(CLAIM);
        Ok(())
    }
}

/// Tries to claim. `None`: it did not win; read why in a new statement.
///
/// # Errors
/// `Taken` when a unique index said no (read why), `Unavailable` when the outcome is unknown.
pub fn claim(conn: &mut Conn, clock: &Clock, ask: &ClaimAsk) -> StoreResult<Option<Win>> {
    Ok(claim_each(conn, clock, [ask])?.pop().map(|(_, win)| win))
}

/// Tries to claim different orders, all or none: those that were won, by order.
///
/// # Errors
/// The database's.
pub fn claim_each<'a>(
    conn: &mut Conn,
    clock: &Clock,
    asks: impl IntoIterator<Item = &'a ClaimAsk>,
) -> QueryResult<Vec<(i64, Win)>> {
    let mut statement = ClaimStatement { offset_us: clock.offset_us(), ..ClaimStatement::default() };
    for ask in asks {
        statement.accounts.push(ask.account.0);
        statement.orders.push(ask.order.0);
        statement.attempts.push(ask.attempt);
        statement.states.push(ask.from.as_str());
        statement.events.push(ask.event_kind());
        statement.keys.push(ask.key.as_deref());
    }
    let rows: Vec<Won> = statement.load(conn)?;
    let win =
        |(order, version, slot, at, full): Won| (order, Win { version, slot, at: at.0, full, held: true });
    Ok(rows.into_iter().map(win).collect())
}
