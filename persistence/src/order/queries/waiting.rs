//! How long orders have waited for somebody to take them on.

use super::Conn;
use crate::engine::error::StoreResult;
use crate::engine::sql::Instant;
use crate::engine::sql::types::Ts;
use crate::order::map;
use crate::order::values::Waiting;
use crate::organisation::schema::area;
use diesel::prelude::*;
use diesel::sql_query;
use domain::AreaId;
use domain::order::Status;
use domain::words::labelled::Labelled;

/// Oldest orders of a bucket that are looked at. The bucket of dispatched orders also holds those that were claimed
/// and not begun yet, which timers keep few.
const LOOKED_AT: u32 = 5_000;
/// The states in which an order waits for somebody to take it on.
const WAITING: [Status; 3] = [Status::Submitted, Status::Pooled, Status::Assigned];

#[derive(QueryableByName)]
struct Oldest {
    #[diesel(sql_type = diesel::sql_types::Text)]
    status: String,
    #[diesel(sql_type = Instant)]
    since: Ts,
}

/// The oldest order of each waiting state, by when it was placed.
pub fn oldest_waiting(c: &mut Conn) -> StoreResult<Vec<Waiting>> {
    let roots: Vec<i64> = area::table.filter(area::parent_id.is_null()).select(area::id).load(c)?;
    let mut waiting = WAITING.map(|status| Waiting { status, since: None });
    for root in roots {
        for bucket in [Status::Submitted, Status::Pooled].map(map::bucket) {
            for found in sql_query(oldest_sql(AreaId(root), bucket)).load::<Oldest>(c)? {
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
pub fn oldest_sql(root: AreaId, bucket: &str) -> String {
    format!(
        "SELECT o.status AS status, MIN(w.created_at) AS since FROM \
         (SELECT order_id, created_at FROM order_area WHERE area_id = {root} AND bucket = '{bucket}' \
         ORDER BY created_at, order_id LIMIT {LOOKED_AT}) w JOIN orders o ON o.id = w.order_id GROUP BY o.status"
    )
}
