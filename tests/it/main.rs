//! The integration tests: one binary, so that they link once and share one PostgreSQL.

#![cfg(test)] // Always so in here; it tells clippy that helpers of tests may unwrap too.

mod contract;
mod areas;
mod auth;
mod claims;
<<<<<<< HEAD
mod import;
mod operations;
mod faults;
=======
>>>>>>> wt-g
mod orders;
mod people;
mod plans;
mod selftest;
