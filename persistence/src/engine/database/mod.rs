//! Which database it is, the way to it, what it must be, and what differs between the two.

mod address;
pub mod fit;
pub mod lock;
pub mod migrate;
#[cfg(feature = "postgres")]
pub mod pg;
pub mod reads_only;
pub mod sqlite;
pub mod target;
