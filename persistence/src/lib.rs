//! skeleton

pub mod seal;
pub mod sensitive;
