//! Queries about areas, units and teams.

use super::{CHUNK, Conn, next_keys};

pub mod areas;
pub mod groups;
