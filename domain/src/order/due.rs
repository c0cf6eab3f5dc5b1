//! What becomes due, and when: the clocks of an order, and how far it is up its ladder.

pub(crate) mod climb;
pub mod deadline;
