//! Orders: place, read, list, and a command an endpoint.

pub mod command;
pub mod review;
