//! The edge rules, each test named after its sentence in FIELD.md or QUEUE.md.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test that can't go on fails"
)]

#[path = "../cast/mod.rs"]
mod cast;

mod clocks;
mod intake;
mod offers;
mod telling;
mod time;
mod work;

use domain::order::rejection::{Invalid, Rejection};

/// The refusal of a field.
fn invalid(field: &'static str, why: Invalid) -> Rejection {
    Rejection::Invalid { field, why }
}
