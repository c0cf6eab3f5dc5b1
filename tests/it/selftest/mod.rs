//! The harness proves itself.

mod database;
#[cfg(feature = "postgres")]
mod postgres;
mod servers;
mod sqlite;
mod timing;
mod wait;
