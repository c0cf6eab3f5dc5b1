//! Orders as they are stored.

pub mod around;
pub mod claims;
pub mod contact;
pub mod invariants;
pub mod listing;
pub mod map;
pub mod past;
pub mod reach;
pub mod readings;
pub mod rows;
pub mod schema;
pub mod sealed;
pub mod store;
pub mod values;
