//! Invariants that say themselves where they do not hold: a statement each, whose finds the database sorts.

use super::Conn;
use super::joined::FOUND;
use crate::engine::error::StoreResult;
use crate::prove::invariants;
use crate::prove::ledger::Ledger;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

/// A find of such a statement.
#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    said: String,
}

/// Checks each.
pub fn check(c: &mut Conn, book: &mut Ledger) -> StoreResult<()> {
    for one in invariants::all() {
        for sql in one.found() {
            let found: Vec<Found> =
                sql_query(format!("SELECT said FROM ({sql}) found ORDER BY id, said LIMIT {FOUND}"))
                    .load(c)?;
            for Found { said } in found {
                book.broken(one, || said);
            }
        }
    }
    Ok(())
}
