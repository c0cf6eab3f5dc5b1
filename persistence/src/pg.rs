//! PostgreSQL: every query compiled for it, and the claim, which is one statement there.

use crate::engine::database::pg as db;

#[path = "queries.rs"]
pub mod q;

#[path = "order/claim/pg.rs"]
pub mod claim;
#[path = "order/claim/together.rs"]
pub mod together;
