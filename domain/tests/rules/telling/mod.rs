//! What whom is told.

mod sentences;
mod sight;
mod waiting;
