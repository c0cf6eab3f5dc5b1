//! The pure rules of diandan: what an order is, who may do what to it, and what then happens.
//!
//! Nothing here reads a clock, a database or randomness: the shell (`api/src/apply.rs`) loads an
//! [`order::Order`] and [`order::Facts`], asks [`order::decide()`], and commits the [`order::Decision`].
//!
//! A room a word. Each room's own file names its types, once; files whose functions are called by their name
//! ([`words::text::line()`]) are open instead. Within the crate a file names the one that owns what it needs.

pub mod calendar;
pub mod catalogue;
pub mod news;
pub mod order;
pub mod organisation;
pub mod people;
pub mod words;

pub use words::ids::{
    AccountId, AreaId, BindingId, FileId, OrderId, PushId, ScopeId, ServiceItemId, SessionId, TeamId, UnitId,
};

/// An instant, UTC, microsecond resolution (both databases keep microseconds).
pub type At = chrono::DateTime<chrono::Utc>;
