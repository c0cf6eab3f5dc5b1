//! Live offers: sockets, the long poll, the queue between replicas, and what happens when parts of it fail.

mod duty;
mod epochs;
mod inbox;
mod offers;
mod queue;
#[cfg(feature = "postgres")]
mod refusing;
mod replicas;
#[cfg(feature = "postgres")]
mod sentinel;
mod tickets;
mod tls;
mod troubled;
mod wire;
