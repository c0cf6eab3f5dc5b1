//! The programs that tests start: private servers, the real binary, a receiver of pushes.

pub mod diandan;
pub mod nginx;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod proc;
pub mod receiver;
pub mod redis;
pub mod tools;
