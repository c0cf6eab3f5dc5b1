//! Queries about orders.

use super::{CHUNK, Conn, NOW, SKIP_LOCKED, at, engine, files, news, next_key, organisation, people};

pub mod belonging;
pub mod candidates;
pub mod cases;
pub mod claims;
pub mod commit;
pub mod contact;
pub mod coverage;
pub mod leaving;
pub mod lists;
pub mod offers;
pub mod orders;
pub mod past;
pub mod shown;
pub mod targets;
pub mod timers;
pub mod told;
pub mod waiting;
