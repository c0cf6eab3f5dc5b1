//! People and their roles as they are stored.

pub mod invariants;
pub mod rows;
pub mod schema;
pub mod sealed;
mod store;
pub mod values;
