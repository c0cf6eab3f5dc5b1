//! Queries about people and their roles.

use super::{CHUNK, Conn, engine, news, next_keys, organisation};

pub mod accounts;
pub mod import;
pub mod names;
pub mod roles;
pub mod staff;
