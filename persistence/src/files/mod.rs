//! Photos as they are stored.

pub mod rows;
pub mod schema;
mod store;
pub mod values;
