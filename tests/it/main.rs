//! The integration tests: one binary, so that they link once and share one PostgreSQL.

#![cfg(test)] // Always so in here; it tells clippy that helpers of tests may unwrap too.

mod areas;
mod auth;
mod claims;
mod contract;
mod faults;
mod finding;
mod import;
mod live;
mod operations;
mod orders;
mod people;
mod plans;
mod pushes;
mod selftest;
mod words;
