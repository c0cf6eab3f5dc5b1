//! What becomes due, and when: how far an order is up its ladder.

pub(crate) mod climb;
