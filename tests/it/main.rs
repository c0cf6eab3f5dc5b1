//! The integration tests: one binary, so that they link once and share one PostgreSQL.

#![cfg(test)] // Always so in here; it tells clippy that helpers of tests may unwrap too.

<<<<<<< HEAD
mod contract;
=======
mod areas;
mod auth;
mod import;
mod claims;
>>>>>>> main
mod orders;
mod people;
mod operations;
mod selftest;
