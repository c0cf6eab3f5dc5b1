//! Orders: place, read, list, and a command an endpoint.

pub mod check;
pub mod co_handle;
pub mod command;
pub mod dispatch;
pub mod handle;
pub mod requests;
pub mod resident;
pub mod review;
