//! The organisation: areas, units, teams.

pub mod routes;
pub mod searched;
pub mod shown;
pub mod tree;
