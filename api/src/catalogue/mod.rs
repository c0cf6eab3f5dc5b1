//! The catalogue: service items, their forms and ladders.

pub mod check;
pub mod routes;
