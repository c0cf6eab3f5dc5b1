//! The integration tests: one binary, so that they link once and share one PostgreSQL.

#![cfg(test)] // Always so in here; it tells clippy that helpers of tests may unwrap too.

mod catalogue;
mod contract;
mod faults;
mod files;
mod identity;
mod import;
mod live;
mod news;
mod operations;
mod order;
mod organisation;
mod people;
mod selftest;
mod words;
