//! Guard rows: one row that every transaction under the same rule writes first. What it reads afterwards cannot be
//! changed by another such transaction before it commits, on either database.

use super::Conn;
use crate::engine::error::StoreResult;
use crate::engine::schema::meta;
use diesel::prelude::*;

/// Key of the guard of people's roles.
const PEOPLE: &str = "guard.people";

/// Holds the guard of people until the end of the transaction. The rules behind it span rows that no version
/// protects: somebody must be left to administer, and memberships follow from all roles of a person. Replicas tell from
/// the mark (`epoch::seen`) that memberships may have changed.
pub fn people(c: &mut Conn) -> StoreResult<()> {
    let mark = format!("{:016x}", rand::random::<u64>());
    diesel::insert_into(meta::table)
        .values((meta::key.eq(PEOPLE), meta::value.eq(&mark)))
        .on_conflict(meta::key)
        .do_update()
        .set(meta::value.eq(&mark))
        .execute(c)?;
    Ok(())
}

/// Holds the same guard for what may not happen beside such a change and is none: memberships stay what they are.
pub fn hold_people(c: &mut Conn) -> StoreResult<()> {
    diesel::insert_into(meta::table)
        .values((meta::key.eq(PEOPLE), meta::value.eq("")))
        .on_conflict(meta::key)
        .do_update()
        .set(meta::value.eq(meta::value))
        .execute(c)?;
    Ok(())
}
