//! What an operator does beside the server.

pub mod backup;
