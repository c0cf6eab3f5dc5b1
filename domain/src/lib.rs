//! The pure rules of diandan: what an order is, who may do what to it, and what then happens.
//!
//! Nothing here reads a clock, a database or randomness: the shell (`api/src/apply.rs`) loads an
//! [`order::Order`] and [`order::Facts`], asks [`order::decide()`], and commits the [`order::Decision`].

pub mod actor;
pub mod calendar;
pub mod catalogue;
pub mod coverage;
pub mod deadline;
pub mod dispatch;
pub mod ids;
pub mod labelled;
pub mod ladder;
pub mod login;
pub mod lookup;
pub mod mask;
pub mod order;
pub mod organisation;
pub mod password;
pub mod phone;
pub mod push;
pub mod reason;
pub mod role;
pub mod text;

pub use ids::{AccountId, AreaId, OrderId, ServiceItemId, TeamId, UnitId};

/// An instant, UTC, microsecond resolution (both databases keep microseconds).
pub type At = chrono::DateTime<chrono::Utc>;
