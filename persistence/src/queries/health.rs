//! What health and metrics ask: does it answer, which migrations ran, what waits for how long.

use super::{Conn, has_table};
use crate::error::StoreResult;
use crate::map;
use crate::schema::area;
use crate::schema::sql::Instant;
use crate::types::Ts;
use crate::values::Waiting;
use diesel::prelude::*;
use diesel::sql_query;
use domain::order::Status;
use domain::words::labelled::Labelled;

/// Oldest orders of a bucket that are looked at. The bucket of dispatched orders also holds those that were claimed
/// and not begun yet, which timers keep few.
const LOOKED_AT: u32 = 5_000;
/// The states in which an order waits for somebody to take it on.
const WAITING: [Status; 3] = [Status::Submitted, Status::Pooled, Status::Assigned];

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

/// Answers.
///
/// # Errors
/// Those of the connection.
pub fn ping(c: &mut Conn) -> StoreResult<()> {
    sql_query("SELECT 1").execute(c)?;
    Ok(())
}

/// Versions of the migrations that ran; an error when none ever did.
///
/// # Errors
/// Those of the connection.
pub fn versions(c: &mut Conn) -> StoreResult<Vec<String>> {
    use __diesel_schema_migrations as ran;
    Ok(ran::table.order(ran::version).select(ran::version).load(c)?)
}

/// Versions of the migrations that ran, none where none ever did. Makes nothing: a role that may not create, and a
/// standby, can be asked.
///
/// # Errors
/// Those of the connection.
pub fn ran(c: &mut Conn) -> StoreResult<Vec<String>> {
    match has_table(c, "__diesel_schema_migrations")? {
        true => versions(c),
        false => Ok(Vec::new()),
    }
}

#[derive(QueryableByName)]
struct Oldest {
    #[diesel(sql_type = diesel::sql_types::Text)]
    status: String,
    #[diesel(sql_type = Instant)]
    since: Ts,
}

/// The oldest order of each waiting state, by when it was placed.
///
/// # Errors
/// Those of the connection.
pub fn oldest_waiting(c: &mut Conn) -> StoreResult<Vec<Waiting>> {
    let roots: Vec<i64> = area::table.filter(area::parent_id.is_null()).select(area::id).load(c)?;
    let mut waiting = WAITING.map(|status| Waiting { status, since: None });
    for root in roots {
        for bucket in [Status::Submitted, Status::Pooled].map(map::bucket) {
            for found in sql_query(oldest_sql(root, bucket)).load::<Oldest>(c)? {
                for w in waiting.iter_mut().filter(|w| w.status.as_str() == found.status) {
                    w.since = Some(w.since.map_or(found.since.0, |since| since.min(found.since.0)));
                }
            }
        }
    }
    Ok(waiting.to_vec())
}

/// The oldest of each status in a bucket of an area at the top: `order_area_bucket` backwards, then at most
/// `LOOKED_AT` look-ups by key.
#[must_use]
pub fn oldest_sql(root: i64, bucket: &str) -> String {
    format!(
        "SELECT o.status AS status, MIN(w.created_at) AS since FROM \
         (SELECT order_id, created_at FROM order_area WHERE area_id = {root} AND bucket = '{bucket}' \
         ORDER BY created_at, order_id LIMIT {LOOKED_AT}) w JOIN orders o ON o.id = w.order_id GROUP BY o.status"
    )
}
