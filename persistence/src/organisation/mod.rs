//! Areas, units and teams as they are stored.

pub mod public;
pub mod rows;
pub mod schema;
mod store;
pub mod values;
