//! The organisation: areas, units, teams.

pub mod routes;
pub mod searched;
