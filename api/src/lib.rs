//! skeleton

pub mod photo;
pub mod text;
