//! The harness: private servers, fresh databases, the real binary and patient waiting, for `tests/it`
//! and `tests/bench`.
//!
//! Nothing here skips: a program that is missing is an error that names the line which installs it.
//! Everything lives in one temporary folder per test process ([`scratch`]), which is removed when the
//! process is gone, however it went.

pub mod app;
pub mod audit;
pub mod client;
pub mod copies;
pub mod crowd;
pub mod database;
pub mod diandan;
pub mod dump;
pub mod fixture;
pub mod live;
pub mod nginx;
pub mod photos;
pub mod play;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod proc;
pub mod receiver;
pub mod redis;
pub mod scratch;
pub mod seed;
pub mod servers;
pub mod slow;
pub mod sqlite;
#[cfg(feature = "postgres")]
pub mod storm;
pub mod tools;
pub mod troubled;
pub mod wait;
pub mod workbook;
