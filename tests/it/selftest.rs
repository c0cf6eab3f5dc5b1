//! The harness proves itself.

#[cfg(feature = "postgres")]
mod postgres;
mod servers;
mod sqlite;
mod wait;
