//! The claim on PostgreSQL: one statement, one round trip (QUEUE.md, claim).
//!
//! Only columns of `orders` and unique indexes arbitrate: a statement that waited for the row sees its new columns
//! but keeps its old snapshot everywhere else. A violated unique index fails the whole statement; the caller reads
//! again.
//!
//! The slot is told from `filled` and the snapshot together: within an attempt claims are only added, each in the
//! lowest free slot, so of the slots free in the snapshot the first `filled` minus those live in it are taken since.
//! People who wait for one row thus get one slot each instead of a violated index.

use super::Conn;
use crate::claims::{ClaimAsk, Win};
use crate::clock::Clock;
use crate::error::StoreResult;
use crate::schema::sql::Instant;
use crate::types::Ts;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use domain::labelled::Labelled;

/// After the parameters: $1 account, $2 order, $3 attempt, $4 state, $5 event, $6 clock offset µs, $7 key.
/// The instant is the statement's start or the order's last change, whichever is later.
pub const CLAIM: &str = "
c AS (
  UPDATE orders o SET
    status = CASE WHEN o.filled + 1 >= o.slots THEN 'claimed' ELSE o.status END,
    filled = o.filled + 1,
    lead_id = CASE WHEN o.filled = 0 OR (o.filled = (SELECT count(*) FROM claim k WHERE k.order_id = o.id
        AND k.released_at IS NULL) AND NOT EXISTS (SELECT 1 FROM claim k WHERE k.order_id = o.id AND k.slot = 1
        AND k.released_at IS NULL)) THEN $1 ELSE o.lead_id END,
    version = o.version + 1,
    clocks = CASE WHEN o.filled + 1 >= o.slots THEN
        jsonb_set(jsonb_set(o.clocks, '{claim,stopped_at}', to_jsonb(to_char(greatest(statement_timestamp()
          + $6 * interval '1 microsecond', o.updated_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'))),
          '{contact}', jsonb_build_object('started_at', to_char(greatest(statement_timestamp()
          + $6 * interval '1 microsecond', o.updated_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'),
          'limit_ms', o.contact_limit_ms, 'paused_ms', 0, 'paused_since', NULL, 'stopped_at', NULL))
      ELSE o.clocks END,
    updated_at = greatest(statement_timestamp() + $6 * interval '1 microsecond', o.updated_at)
  WHERE o.id = $2 AND o.status = $4 AND o.attempt = $3 AND o.filled < o.slots AND o.suspended_until IS NULL
    AND o.reporter_id IS DISTINCT FROM $1 AND o.beneficiary_id IS DISTINCT FROM $1
    AND EXISTS (SELECT 1 FROM order_ring r JOIN scope_member m ON m.scope_id = r.scope_id
      WHERE r.order_id = $2 AND r.attempt = $3 AND m.account_id = $1)
    AND ($4 <> 'pooled' OR NOT EXISTS (SELECT 1 FROM cool_down d WHERE d.order_id = $2 AND d.account_id = $1
      AND d.until_at > statement_timestamp() + $6 * interval '1 microsecond'))
  RETURNING o.id, o.version, o.slots, o.filled, o.filled >= o.slots AS filled_up, o.contact_limit_ms, o.updated_at),
k AS (
  INSERT INTO claim (order_id, attempt, slot, account_id, key, at)
  SELECT c.id, $3, CASE WHEN c.slots = 1 THEN 1 ELSE (SELECT n FROM generate_series(1, c.slots) n
      WHERE NOT EXISTS (SELECT 1 FROM claim l WHERE l.order_id = c.id AND l.slot = n AND l.released_at IS NULL)
      ORDER BY n LIMIT 1 OFFSET c.filled - 1 - (SELECT count(*) FROM claim l WHERE l.order_id = c.id
        AND l.released_at IS NULL))
    END, $1, $7, c.updated_at FROM c RETURNING slot),
e AS (
  INSERT INTO order_event (order_id, seq, kind, actor_id, at, data)
  SELECT c.id, c.version, $5, $1, c.updated_at, jsonb_build_object('attempt', $3, 'slot', k.slot, 'account', $1,
    'full', c.filled_up) FROM c, k),
b AS (
  INSERT INTO outbox (order_id, version, attempt, kind, at) SELECT c.id, c.version, $3, $5, c.updated_at FROM c),
t AS (
  INSERT INTO timer (order_id, kind, attempt, step, due_at)
  SELECT c.id, 'no_contact', $3, 0, c.updated_at + c.contact_limit_ms * interval '1 millisecond' FROM c
  WHERE c.filled_up AND c.contact_limit_ms IS NOT NULL
  ON CONFLICT (order_id, kind) DO UPDATE SET attempt = excluded.attempt, due_at = excluded.due_at,
    leased_until = NULL),
a AS (
  DELETE FROM timer WHERE order_id = $2 AND kind = CASE $4 WHEN 'assigned' THEN 'acknowledge' ELSE 'escalation' END
    AND EXISTS (SELECT 1 FROM c WHERE c.filled_up))
SELECT c.version, k.slot, c.updated_at, c.filled_up FROM c, k";

/// The parameters, in order, with their types.
pub const PARAMETERS: [&str; 7] = ["bigint", "bigint", "int", "text", "text", "bigint", "text"];

struct ClaimStatement<'a> {
    ask: &'a ClaimAsk,
    from: &'static str,
    event: &'static str,
    offset_us: i64,
}

impl QueryId for ClaimStatement<'_> {
    type QueryId = ClaimStatement<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for ClaimStatement<'_> {
    type SqlType = (Integer, Integer, Instant, Bool);
}

impl<C> diesel::RunQueryDsl<C> for ClaimStatement<'_> {}

impl QueryFragment<Pg> for ClaimStatement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // an unread CTE gives the parameters their order and types
        out.push_sql("WITH p AS (SELECT ");
        out.push_bind_param::<BigInt, _>(&self.ask.account.0)?;
        out.push_sql("::bigint, ");
        out.push_bind_param::<BigInt, _>(&self.ask.order.0)?;
        out.push_sql("::bigint, ");
        out.push_bind_param::<Integer, _>(&self.ask.attempt)?;
        out.push_sql("::int, ");
        out.push_bind_param::<Text, _>(&self.from)?;
        out.push_sql("::text, ");
        out.push_bind_param::<Text, _>(&self.event)?;
        out.push_sql("::text, ");
        out.push_bind_param::<BigInt, _>(&self.offset_us)?;
        out.push_sql("::bigint, ");
        out.push_bind_param::<Nullable<Text>, _>(&self.ask.key)?;
        out.push_sql("::text),");
        out.push_sql(CLAIM);
        Ok(())
    }
}

/// Tries to claim. `None`: it did not win; read why in a new statement.
///
/// # Errors
/// `Conflict` when a unique index said no (read why), `Unavailable` when the outcome is unknown.
pub fn claim(conn: &mut Conn, clock: &Clock, ask: &ClaimAsk) -> StoreResult<Option<Win>> {
    let statement = ClaimStatement {
        ask,
        from: ask.from.as_str(),
        event: ask.event_kind(),
        offset_us: clock.offset_us(),
    };
    let row: Option<(i32, i32, Ts, bool)> = statement.get_result(conn).optional()?;
    Ok(row.map(|(version, slot, at, full)| Win { version, slot, at: at.0, full }))
}
