//! What every module stands on; it knows no table of theirs.

pub mod answers;
pub mod clock;
pub mod database;
pub mod error;
pub mod executor;
pub mod fault;
pub mod gather;
pub mod invariant;
pub mod schema;
pub mod seal;
pub mod sensitive;
pub mod sql;
pub mod swept;
pub mod unreadable;
pub mod word;
