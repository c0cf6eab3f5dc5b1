//! Orders: the shell around their rules, claims, and what ends with a right.

pub mod apply;
pub mod asks;
pub mod claiming;
pub mod errors;
pub mod jobs;
pub mod leaving;
pub mod routes;
pub mod told;
