//! Queries about what is told, to whom, and how far they have read.

use super::{
    CHUNK, Conn, NOW, REFUSALS_ARE_LOCAL, SKIP_LOCKED, at, engine, lock_sequencer, order, organisation,
    people, try_lock_pushes, wait_for_nobody,
};

pub mod live;
pub mod pushes;
pub mod scopes;
pub mod sequencer;
