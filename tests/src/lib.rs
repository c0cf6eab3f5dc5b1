//! The harness: private servers, fresh databases, the real binary and patient waiting, for `tests/it`
//! and `tests/bench`.
//!
//! Nothing here skips: a program that is missing is an error that names the line which installs it.
//! Everything lives in one temporary folder per test process ([`scratch`]), which is removed when the
//! process is gone, however it went.

pub mod app;
pub mod client;
pub mod database;
pub mod fixture;
pub mod play;
pub mod scratch;
pub mod seed;
pub mod servers;
#[cfg(feature = "postgres")]
pub mod storm;
pub mod timing;
pub mod troubled;
pub mod wait;
