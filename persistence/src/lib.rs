//! Storage of diandan. The api sees [`Store`] and plain values; SQL stays inside.
//!
//! Each query is written once in `queries/` and compiled for both databases, as `pg::q` and `sqlite::q`.

#![allow(clippy::duplicate_mod, reason = "queries/ is compiled once a database")]

pub mod around;
pub mod backup;
mod cached;
pub mod claims;
pub mod clock;
pub mod contact;
pub mod error;
pub mod executor;
pub mod fault;
pub mod fit;
pub mod gather;
pub mod listing;
pub mod lock;
pub mod map;
pub mod migrate;
pub mod past;
pub mod people;
#[cfg(feature = "postgres")]
pub mod pg;
pub mod prove;
pub mod push;
pub mod queue;
pub mod reach;
pub mod readings;
pub mod requeue;
pub mod reseal;
pub mod rows;
pub mod schema;
pub mod seal;
pub mod sealed;
pub mod sensitive;
pub mod sqlite;
pub mod store;
pub mod sweep;
pub mod types;
pub mod unreadable;
pub mod values;

pub use clock::Clock;
pub use error::{Cause, Constraint, StoreError, StoreResult};
pub use store::{Store, StoreConfig};
