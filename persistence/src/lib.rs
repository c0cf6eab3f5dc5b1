//! Storage of diandan. The api sees [`Store`] and plain values; SQL stays inside.
//!
//! A folder a module: its tables, its rows, the values that cross the boundary, its part of the store, its queries. Each query is
//! written once and compiled for both databases, as `pg::q` and `sqlite::q` (`queries.rs`).

#![allow(clippy::duplicate_mod, reason = "queries are compiled once a database")]

pub mod catalogue;
pub mod engine;
pub mod files;
pub mod identity;
mod joins;
pub mod news;
pub mod operations;
pub mod order;
pub mod organisation;
pub mod people;
#[cfg(feature = "postgres")]
pub mod pg;
pub mod prove;
pub mod sqlite;
mod store;

pub use engine::clock::Clock;
pub use engine::database::target::StoreConfig;
pub use engine::error::{Cause, Constraint, StoreError, StoreResult};
pub use store::Store;
