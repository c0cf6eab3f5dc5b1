//! Log-ins as they are stored.

pub mod invariants;
pub mod rows;
pub mod schema;
mod store;
pub mod values;
