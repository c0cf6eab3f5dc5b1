//! Live offers (QUEUE.md, client protocol): the socket, its long-poll twin, being on duty.

pub mod duty;
pub mod inbox;
mod session;
pub mod socket;
