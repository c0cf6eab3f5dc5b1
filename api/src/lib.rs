//! skeleton

pub mod photo;
