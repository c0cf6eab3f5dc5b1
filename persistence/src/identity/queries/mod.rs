//! Queries about log-ins and whoever is signed in.

use super::{CHUNK, Conn};

pub mod principals;
pub mod sessions;
