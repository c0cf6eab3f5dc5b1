//! Does it answer, and which migrations ran.

use super::{Conn, has_table};
use crate::engine::error::StoreResult;
use diesel::prelude::*;
use diesel::sql_query;

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

/// Answers.
pub fn ping(c: &mut Conn) -> StoreResult<()> {
    sql_query("SELECT 1").execute(c)?;
    Ok(())
}

/// Versions of the migrations that ran; an error when none ever did.
pub fn versions(c: &mut Conn) -> StoreResult<Vec<String>> {
    use __diesel_schema_migrations as ran;
    Ok(ran::table.order(ran::version).select(ran::version).load(c)?)
}

/// Versions of the migrations that ran, none where none ever did. Makes nothing: a role that may not create, and a
/// standby, can be asked.
pub fn ran(c: &mut Conn) -> StoreResult<Vec<String>> {
    match has_table(c, "__diesel_schema_migrations")? {
        true => versions(c),
        false => Ok(Vec::new()),
    }
}
