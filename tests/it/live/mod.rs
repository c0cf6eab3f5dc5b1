//! Live offers: sockets, the long poll, the queue between replicas, and what happens when parts of it fail.

mod duty;
mod epochs;
mod inbox;
mod offers;
pub mod replicas;
mod tickets;
mod wire;
