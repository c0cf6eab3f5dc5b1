//! What is told of orders while somebody is connected: the messages, and how news becomes messages.

pub mod message;
pub mod telling;
