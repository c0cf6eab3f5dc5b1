//! Sealed values, some of each column.

use super::Conn;
use super::engine::meta;
use super::engine::seals::SEALED;
use crate::engine::error::StoreResult;
use crate::engine::seal::Column;
use crate::operations::sealed::Sample;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Binary};

/// Rows that are looked at from either end of a table: not every row has a value in every column.
const LOOKED_AT: u32 = 5_000;
/// Values that are taken from either end.
const TAKEN: u32 = 200;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Binary)]
    sealed: Vec<u8>,
}

/// The oldest and the newest values of these columns.
pub fn samples(c: &mut Conn, columns: &[Column]) -> StoreResult<Vec<Sample>> {
    let unbound = meta::get(c, SEALED)?.is_none();
    let mut samples = Vec::new();
    for column in columns {
        for end in ["ASC", "DESC"] {
            let found: Vec<Found> = sql_query(sql(column, end)).load(c)?;
            samples.extend(found.into_iter().map(|f| Sample {
                column: *column,
                row: f.id,
                sealed: f.sealed,
                unbound,
            }));
        }
    }
    Ok(samples)
}

fn sql(Column { table, key, what }: &Column, end: &str) -> String {
    format!(
        "SELECT id, sealed FROM (SELECT {key} AS id, {what}_sealed AS sealed FROM {table} ORDER BY {key} {end} \
         LIMIT {LOOKED_AT}) AS looked_at WHERE sealed IS NOT NULL ORDER BY id {end} LIMIT {TAKEN}"
    )
}
