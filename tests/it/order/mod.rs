//! Orders over HTTP, on both databases.

pub mod claims;
mod dispatching;
mod flow;
mod lists;
mod placing;
mod privacy;
mod reading;
