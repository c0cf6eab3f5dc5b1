//! Jobs about people.

pub mod names;
