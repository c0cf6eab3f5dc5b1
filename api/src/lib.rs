//! skeleton

pub mod import;
pub mod photo;
pub mod text;
