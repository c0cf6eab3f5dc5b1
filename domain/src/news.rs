//! News: how people are told of what happened.

pub mod push;
