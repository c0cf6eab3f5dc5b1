//! Every query, once. This folder is compiled twice, as `pg::q` and as `sqlite::q`, against `Conn`.

pub use super::{
    Conn, EPOCH, FOR_UPDATE, NOW, REFUSALS_ARE_LOCAL, SKIP_LOCKED, at, has_table, lock_sequencer, next_keys,
    next_order_key, now, try_lock_broom, try_lock_pushes, wait_for_nobody,
};

/// Rows of one statement at most: SQLite takes 32,766 values in it, and a row has fewer than 32 columns.
const CHUNK: usize = 500;

pub mod accounts;
pub mod answers;
pub mod apart;
pub mod areas;
pub mod around;
pub mod asking;
pub mod beside;
pub mod cases;
pub mod catalogue;
pub mod claims;
pub mod commit;
pub mod coverage;
pub mod epoch;
pub mod files;
pub mod groups;
pub mod guard;
pub mod health;
pub mod import;
pub mod leaving;
pub mod listed;
pub mod lists;
pub mod live;
pub mod masks;
pub mod meta;
pub mod names;
pub mod offers;
pub mod orders;
pub mod past;
pub mod people;
pub mod prove;
pub mod pushes;
pub mod reach;
pub mod readings;
pub mod reseal;
pub mod roles;
pub mod scopes;
pub mod sealed;
pub mod seals;
pub mod sequencer;
pub mod sessions;
pub mod staff;
pub mod sweep;
pub mod targets;
pub mod timers;
pub mod views;
