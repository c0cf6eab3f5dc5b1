//! What must hold of every database at rest, whatever was done to it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use domain::OrderId;
use domain::labelled::Labelled;
use persistence::Store;

use crate::database::Database;
use crate::fixture;
use crate::wait::eventually;

/// Queries that find nothing in a sound database, and what a find means.
const NEVER: &[(&str, &str)] = &[
    (
        "an order's events have a gap",
        "SELECT order_id AS n FROM order_event GROUP BY order_id HAVING count(*) <> max(seq) OR min(seq) <> 1",
    ),
    (
        "an order's version is not its last event's",
        "SELECT o.id AS n FROM orders o WHERE o.version <> (SELECT max(seq) FROM order_event e WHERE e.order_id = o.id)",
    ),
    (
        "filled is not the number of live claims",
        "SELECT o.id AS n FROM orders o WHERE o.filled <> (SELECT count(*) FROM claim c WHERE c.order_id = o.id \
         AND c.released_at IS NULL)",
    ),
    (
        "the lead is not the holder of the lowest slot",
        "SELECT o.id AS n FROM orders o WHERE COALESCE(o.lead_id, 0) <> COALESCE((SELECT c.account_id FROM claim c \
         WHERE c.order_id = o.id AND c.released_at IS NULL ORDER BY c.slot LIMIT 1), 0)",
    ),
    (
        "a claim was made twice",
        "SELECT order_id AS n FROM claim GROUP BY order_id, attempt, slot HAVING count(*) > 1",
    ),
    (
        "a claim is held without a time it was given up, or the other way round",
        "SELECT order_id AS n FROM claim WHERE (released_at IS NULL) <> (released_attempt IS NULL)",
    ),
    (
        "claims and the events that made them differ in number",
        "SELECT o.id AS n FROM orders o WHERE (SELECT count(*) FROM claim c WHERE c.order_id = o.id) <> \
         (SELECT count(*) FROM order_event e WHERE e.order_id = o.id AND e.kind IN ('claimed', 'acknowledged'))",
    ),
    (
        "an offer that stands is hidden",
        "SELECT r.order_id AS n FROM order_ring r JOIN orders o ON o.id = r.order_id AND o.attempt = r.attempt \
         WHERE o.status IN ('pooled', 'assigned') AND NOT r.live",
    ),
    (
        "a list shows an order as open that is closed, or the other way round",
        "SELECT o.id AS n FROM orders o JOIN order_area a ON a.order_id = o.id WHERE a.open <> \
         (o.status NOT IN ('resolved', 'closed', 'withdrawn', 'rejected'))",
    ),
    (
        "a scope's notifications have a gap",
        "SELECT scope_id AS n FROM notification GROUP BY scope_id HAVING max(seq) - min(seq) + 1 <> count(*)",
    ),
    (
        "a scope's head is not its last notification",
        "SELECT s.id AS n FROM scope s WHERE s.seq <> COALESCE((SELECT max(seq) FROM notification t \
         WHERE t.scope_id = s.id), 0)",
    ),
    (
        "a scope was looked through for pushes past its head, or a push stands for what was not looked through",
        "SELECT s.id AS n FROM scope s WHERE s.pushed_seq > s.seq OR EXISTS (SELECT 1 FROM push_job j \
         WHERE j.scope_id = s.id AND j.seq > s.pushed_seq)",
    ),
    (
        "somebody was pushed to twice about one offer",
        "SELECT min(id) AS n FROM push_job WHERE kind = 'offer' GROUP BY account_id, order_id, order_attempt \
         HAVING count(*) > 1",
    ),
    (
        "a push has ended without a time, or the other way round",
        "SELECT id AS n FROM push_job WHERE (state = 'waiting') <> (done_at IS NULL)",
    ),
    (
        "a scope holds the wrong idea of an offer, though every event was sequenced",
        "SELECT r.order_id AS n FROM order_ring r JOIN orders o ON o.id = r.order_id WHERE r.told <> \
         (o.status IN ('pooled', 'assigned') AND o.suspended_until IS NULL AND o.attempt = r.attempt) \
         AND NOT EXISTS (SELECT 1 FROM outbox)",
    ),
];

/// Checks everything below.
pub async fn sound(store: &Store, database: &Database) -> Result<()> {
    for (meaning, sql) in NEVER {
        let found = fixture::numbers(database, sql).with_context(|| (*meaning).to_owned())?;
        ensure!(found.is_empty(), "{meaning}: {found:?}");
    }
    orders_are_folds(store, database).await?;
    timers_are_mirrored(store, database).await
}

async fn orders_are_folds(store: &Store, database: &Database) -> Result<()> {
    for id in fixture::order_ids(database)? {
        let id = OrderId(id);
        let stored = store.read_case(id, None).await?.loaded.order;
        let history = store.history(id).await?;
        let folded = domain::order::fold::fold(id, &history).context("an order without a history")?;
        ensure!(stored == folded, "order {id} is not the fold of its events:\n{stored:#?}\n{folded:#?}");
    }
    Ok(())
}

/// The timer table says what the orders say; a timer that fires meanwhile is waited for.
async fn timers_are_mirrored(store: &Store, database: &Database) -> Result<()> {
    let micros = match database {
        Database::Sqlite(_) => "due_at",
        #[cfg(feature = "postgres")]
        Database::Postgres(_) | Database::Elsewhere(_) => "(extract(epoch FROM due_at) * 1000000)::bigint",
    };
    let sql = format!("SELECT order_id || ' ' || kind || ' ' || {micros} AS t FROM timer ORDER BY 1");
    eventually(Duration::from_secs(5), "the timers to be those of the orders", async || {
        let mut expected = Vec::new();
        for id in fixture::order_ids(database)? {
            let order = store.read_case(OrderId(id), None).await?.loaded.order;
            let timers = order.timers().into_iter();
            expected.extend(
                timers.map(|(kind, due)| format!("{id} {} {}", kind.as_str(), due.timestamp_micros())),
            );
        }
        let mut found = fixture::texts(database, &sql)?;
        expected.sort_unstable();
        found.sort_unstable();
        ensure!(found == expected, "found {found:?}, expected {expected:?}");
        Ok(())
    })
    .await
}
