//! Every query, once. This folder is compiled twice, as `pg::q` and as `sqlite::q`, against `Conn`.

pub use super::{Conn, lock_sequencer, next_order_key, now};

pub mod answers;
pub mod areas;
pub mod catalogue;
pub mod claims;
pub mod commit;
pub mod files;
pub mod health;
pub mod listed;
pub mod lists;
pub mod meta;
pub mod orders;
pub mod people;
pub mod scopes;
pub mod sequencer;
pub mod timers;
pub mod views;
