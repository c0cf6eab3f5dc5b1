//! Housekeeping: rows past their time, a batch a transaction, each found by an index. However many there are, nobody waits
//! for more than one batch, and no batch comes near a time-out.

use super::{Conn, try_lock_broom};
use crate::engine::error::StoreResult;
use crate::engine::sql::Instant;
use crate::engine::sql::types::Ts;
use crate::engine::swept::{BATCH, Swept};
use crate::operations::sweep::Kept;
use diesel::prelude::*;
use diesel::sql_query;
use domain::At;

/// The oldest answers before $1.
const ANSWERS: &str = "DELETE FROM idempotency WHERE (account_id, route, key) IN \
    (SELECT account_id, route, key FROM idempotency WHERE created_at < $1 ORDER BY created_at LIMIT @batch)";

/// What of some scopes is older than $1, up to the last of it in the scope's order. Events that commit at the same moment
/// are not numbered by their instants to the microsecond: swept by instant alone, a scope could keep 4 and lose 5. The
/// lowest numbers go first: what a batch leaves has no gap.
const NOTIFICATIONS: &str = "DELETE FROM notification WHERE (scope_id, seq) IN (\
    SELECT n.scope_id, n.seq FROM (SELECT scope_id, MAX(seq) AS last FROM (SELECT scope_id, seq FROM notification \
    WHERE at < $1 ORDER BY at LIMIT @batch) oldest GROUP BY scope_id) old \
    JOIN notification n ON n.scope_id = old.scope_id AND n.seq <= old.last ORDER BY n.scope_id, n.seq LIMIT @batch)";

/// Pushes that ended before $1, other than those given up.
const PUSHES: &str = "DELETE FROM push_job WHERE id IN (SELECT id FROM push_job WHERE state IN ('sent', 'moot') \
    AND done_at < $1 AND done_at IS NOT NULL LIMIT @batch)";

/// Those given up before $1.
const DEAD_PUSHES: &str = "DELETE FROM push_job WHERE id IN (SELECT id FROM push_job WHERE state = 'dead' \
    AND done_at < $1 AND done_at IS NOT NULL LIMIT @batch)";

/// Sessions that were over before $1.
const SESSIONS: &str = "DELETE FROM session WHERE id IN \
    (SELECT id FROM session WHERE expires_at < $1 ORDER BY expires_at LIMIT @batch)";

/// What was uploaded on days that began before $1.
const UPLOAD_DAYS: &str = "DELETE FROM upload_day WHERE (account_id, day) IN \
    (SELECT account_id, day FROM upload_day WHERE day < $1 ORDER BY day LIMIT @batch)";

/// Removes a batch of what is kept no longer than to this instant. One replica sweeps at a time; beside it nothing is
/// removed.
pub fn batch(c: &mut Conn, what: Kept, before: At) -> StoreResult<Swept> {
    if !try_lock_broom(c)? {
        return Ok(Swept::default());
    }
    let sql = sql(what).replace("@batch", &BATCH.to_string());
    let rows = sql_query(sql).bind::<Instant, _>(Ts(before)).execute(c)?;
    Ok(Swept { rows, more: rows >= BATCH })
}

/// The statement, with `@batch` for the number of rows.
#[must_use]
pub const fn sql(what: Kept) -> &'static str {
    match what {
        Kept::Answers => ANSWERS,
        Kept::Notifications => NOTIFICATIONS,
        Kept::Pushes => PUSHES,
        Kept::DeadPushes => DEAD_PUSHES,
        Kept::Sessions => SESSIONS,
        Kept::UploadDays => UPLOAD_DAYS,
    }
}
