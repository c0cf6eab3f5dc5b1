//! SQLite: every query compiled for it, and the claim, which nothing runs beside there.

use crate::engine::database::sqlite as db;

#[path = "queries.rs"]
pub mod q;

#[path = "order/claim/sqlite.rs"]
pub mod claim;
