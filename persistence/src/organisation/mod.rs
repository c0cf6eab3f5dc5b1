//! Areas, units and teams as they are stored.

pub mod invariants;
pub mod public;
pub mod rows;
pub mod schema;
mod store;
pub mod values;
