//! What is told, to whom, and how far they have read, as it is stored.

pub(crate) mod granted;
pub mod invariants;
pub mod push;
pub mod queue;
pub mod requeue;
pub mod rows;
pub mod schema;
mod store;
pub mod values;
