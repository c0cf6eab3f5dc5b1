//! Live offers: what a socket and its long-poll twin carry (QUEUE.md, client protocol).
//!
//! Fan out on read: each scope has one log in memory ([`log`]), filled by the scribe from the queue and the database;
//! each client has a place in the logs of its scopes ([`reader`]) and is only woken. Nothing is queued per client, so
//! a slow one costs nobody anything.

pub mod frame;
mod held;
mod herald;
pub mod hub;
pub mod log;
pub mod reader;
pub mod scribe;
pub mod telling;
