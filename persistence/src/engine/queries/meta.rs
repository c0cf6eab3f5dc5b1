//! `meta`: facts about the database as a whole. `epoch` counts restores (`epoch.rs`).
//! `pushes` is there while pushes are made; `beat` is written to see whether it can be; `sealed` and `reseal` belong to
//! `seals.rs`.

use super::Conn;
use crate::engine::error::StoreResult;
use crate::engine::schema::meta;
use diesel::prelude::*;
use domain::At;

/// The key of the epoch.
const EPOCH: &str = "epoch";

/// The key of the last time that somebody tried whether it can be written.
const BEAT: &str = "beat";

/// The key that says that pushes are made.
pub const PUSHES: &str = "pushes";

/// The key that says that the demo has this database for its own.
pub const DEMO: &str = "demo";

/// The key that says that all of the demo's county is there.
pub const DEMO_PLANTED: &str = "demo.planted";

/// Sets a key that is a mark; returns whether it was not there.
pub fn set_once(c: &mut Conn, key: &str) -> StoreResult<bool> {
    let set = diesel::insert_into(meta::table)
        .values((meta::key.eq(key), meta::value.eq("")))
        .on_conflict_do_nothing()
        .execute(c)?;
    Ok(set > 0)
}

/// Whether a mark is set.
pub fn is_set(c: &mut Conn, key: &str) -> StoreResult<bool> {
    Ok(meta::table.find(key).count().get_result::<i64>(c)? > 0)
}

/// The value of a key.
pub fn get(c: &mut Conn, key: &str) -> StoreResult<Option<String>> {
    Ok(meta::table.find(key).select(meta::value).first(c).optional()?)
}

/// Gives a key a value.
pub fn put(c: &mut Conn, key: &str, value: &str) -> StoreResult<()> {
    diesel::insert_into(meta::table)
        .values((meta::key.eq(key), meta::value.eq(value)))
        .on_conflict(meta::key)
        .do_update()
        .set(meta::value.eq(value))
        .execute(c)?;
    Ok(())
}

/// Removes a mark.
pub fn unset(c: &mut Conn, key: &str) -> StoreResult<()> {
    diesel::delete(meta::table.find(key)).execute(c)?;
    Ok(())
}

/// Writes down that it could be written now.
pub fn beat(c: &mut Conn, now: At) -> StoreResult<()> {
    put(c, BEAT, &now.timestamp_micros().to_string())
}

/// Begins the next epoch.
pub fn bump_epoch(c: &mut Conn) -> StoreResult<()> {
    let next = (epoch(c)? + 1).to_string();
    put(c, EPOCH, &next)
}

/// Restores so far.
pub fn epoch(c: &mut Conn) -> StoreResult<i64> {
    Ok(get(c, EPOCH)?.and_then(|value| value.parse().ok()).unwrap_or(0))
}
