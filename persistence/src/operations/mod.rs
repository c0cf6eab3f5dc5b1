//! What keeps a database in order.

pub mod backup;
pub mod reseal;
pub mod sealed;
mod store;
pub mod sweep;
