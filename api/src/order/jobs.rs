//! Jobs of the orders.

pub mod leaving;
pub mod terms;
pub mod timers;
