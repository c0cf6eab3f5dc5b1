//! The one list of the modules' queries. Each is written once and compiled twice, as `pg::q` and as `sqlite::q`, against
//! `Conn`; what it asks of another module goes through here. What a module needs of others stands in its `queries/mod.rs`.
//!
//! Every query fails with what its connection says (`StoreError`, translated in `engine/error.rs`); one that refuses for a
//! reason of its own says so under "Errors".

use super::db::{
    Conn, EPOCH, FOR_UPDATE, NOW, REFUSALS_ARE_LOCAL, SKIP_LOCKED, at, has_table, lock_sequencer, next_key,
    next_keys, now, try_lock_broom, try_lock_pushes, wait_for_nobody,
};

/// Rows of one statement at most: SQLite takes 32,766 values in it, and a row has fewer than 32 columns.
const CHUNK: usize = 500;

#[path = "catalogue/queries.rs"]
pub mod catalogue;
#[path = "engine/queries/mod.rs"]
pub mod engine;
#[path = "files/queries.rs"]
pub mod files;
#[path = "identity/queries/mod.rs"]
pub mod identity;
#[path = "news/queries/mod.rs"]
pub mod news;
#[path = "operations/queries/mod.rs"]
pub mod operations;
#[path = "order/queries/mod.rs"]
pub mod order;
#[path = "organisation/queries/mod.rs"]
pub mod organisation;
#[path = "people/queries/mod.rs"]
pub mod people;
#[path = "prove/queries/mod.rs"]
pub mod prove;
