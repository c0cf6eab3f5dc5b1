//! What takes tables of several modules together: one statement each, which finds nothing in a sound database.

use super::Conn;
use crate::engine::error::StoreResult;
use crate::engine::sql::Instant;
use crate::engine::sql::types::Ts;
use crate::news::invariants::EVENT_TOLD;
use crate::order::invariants::NO_STRAYS;
use crate::prove::ledger::Ledger;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use domain::At;

/// Finds that one statement names at most.
pub const FOUND: u32 = 1_000;

/// Columns `a`, `b` and `c` of a find: what they are, the invariant's words say.
#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    a: i64,
    #[diesel(sql_type = BigInt)]
    b: i64,
    #[diesel(sql_type = BigInt)]
    c: i64,
}

/// Notifications of no order, no scope, or a version that the order has not reached: scope, number, order.
const STRAY_NOTES: &str = "SELECT n.scope_id AS a, n.seq AS b, n.order_id AS c FROM notification n \
    LEFT JOIN orders o ON o.id = n.order_id LEFT JOIN scope s ON s.id = n.scope_id \
    WHERE o.id IS NULL OR s.id IS NULL OR n.version > o.version OR n.version < 1";
/// Outbox rows without their event: row, order, version.
const STRAY_OUTBOX: &str = "SELECT b.id AS a, b.order_id AS b, CAST(b.version AS BIGINT) AS c FROM \
    (SELECT id, order_id, version, kind FROM outbox UNION ALL SELECT id, order_id, version, kind FROM outbox_stuck) b \
    LEFT JOIN order_event e ON e.order_id = b.order_id AND e.seq = b.version \
    WHERE e.order_id IS NULL OR e.kind <> b.kind";
/// Events since $1 that neither went to the resident who reported the order nor wait: order, number, nothing. Of work that
/// was done before it was written down the end alone is told.
const UNTOLD: &str = "SELECT t.a AS a, CAST(t.b AS BIGINT) AS b, CAST(0 AS BIGINT) AS c FROM (\
    SELECT e.order_id AS a, e.seq AS b FROM order_event e JOIN orders o ON o.id = e.order_id \
      WHERE o.reporter_id IS NOT NULL AND e.at > $1 AND NOT (e.seq = 1 AND EXISTS (SELECT 1 FROM order_event d \
        WHERE d.order_id = e.order_id AND d.seq = 2 AND d.kind = 'answered' AND d.at = e.at)) \
    EXCEPT SELECT n.order_id, n.version FROM notification n JOIN scope s ON s.id = n.scope_id \
      JOIN orders o ON o.id = n.order_id WHERE s.kind = 'person' AND s.ref_id = o.reporter_id \
    EXCEPT SELECT order_id, version FROM outbox EXCEPT SELECT order_id, version FROM outbox_stuck) t";

/// Checks each. What happened before `cutoff` may have been swept.
pub fn check(c: &mut Conn, cutoff: At, book: &mut Ledger) -> StoreResult<()> {
    for Found { a, b, c } in find(c, STRAY_NOTES)? {
        book.broken(NO_STRAYS, || format!("notification {b} of scope {a}, on order {c}"));
    }
    for Found { a, b, c } in find(c, STRAY_OUTBOX)? {
        book.broken(NO_STRAYS, || format!("outbox row {a}, of event {c} of order {b}"));
    }
    let untold = sql_query(format!("{UNTOLD} ORDER BY a, b LIMIT {FOUND}")).bind::<Instant, _>(Ts(cutoff));
    for Found { a, b, .. } in untold.load::<Found>(c)? {
        book.broken(EVENT_TOLD, || format!("order {a}, event {b}"));
    }
    Ok(())
}

fn find(c: &mut Conn, sql: &str) -> StoreResult<Vec<Found>> {
    Ok(sql_query(format!("{sql} ORDER BY a, b LIMIT {FOUND}")).load(c)?)
}
