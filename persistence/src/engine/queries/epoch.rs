//! The epoch: which history the database tells. A promoted standby may have lost the end of what the primary told, and a
//! restored copy has: numbers are given again then, to other things, so whatever was read under another epoch (cursors,
//! logs, receipts) is not to be compared with what is there now.

use super::{Conn, EPOCH, NOW, meta};
use crate::engine::error::{Cause, StoreError, StoreResult, Trouble};
use crate::engine::sql::Instant;
use crate::engine::sql::cached::Cached;
use crate::engine::sql::types::Ts;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

/// The word that changes whenever memberships may have (`guard.rs`).
const PEOPLE: &str = "(SELECT value FROM meta WHERE key = 'guard.people')";

/// What the database says of itself: its clock, its epoch, the mark of people. No epoch: it only follows another one.
pub type Seen = (Ts, Option<String>, Option<String>);

/// Reads the clock and the epoch, in one statement.
pub fn seen(c: &mut Conn) -> StoreResult<Seen> {
    let columns = (sql::<Instant>(NOW), sql::<Nullable<Text>>(EPOCH), sql::<Nullable<Text>>(PEOPLE));
    Ok(Cached(diesel::select(columns)).get_result(c)?)
}

/// The epoch.
///
/// # Errors
/// `Unavailable` while the database only follows another one.
pub fn read(c: &mut Conn) -> StoreResult<String> {
    let epoch: Option<String> = Cached(diesel::select(sql::<Nullable<Text>>(EPOCH))).get_result(c)?;
    epoch.ok_or_else(|| StoreError::Unavailable(Trouble::of(Cause::ReadOnly, "it is a standby".into())))
}

/// Begins the next epoch, unless this one is over already. Replicas that do so at the same time begin the same one.
pub fn leave(c: &mut Conn, known: &str) -> StoreResult<String> {
    if read(c)? == known {
        meta::bump_epoch(c)?;
    }
    read(c)
}
