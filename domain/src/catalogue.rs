//! The catalogue: what may be asked for, and by which rules and limits it is done.

pub(crate) mod item;
pub mod ladder;
pub(crate) mod limits;

pub use item::{Anonymity, Channel, Priority, ServiceGroup, ServiceRules};
pub use limits::{Limit, Limits};
