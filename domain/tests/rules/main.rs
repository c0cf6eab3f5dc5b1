//! The edge rules, each test named after its sentence in FIELD.md or QUEUE.md.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test that can't go on fails"
)]

#[path = "../cast/mod.rs"]
mod cast;

mod asked_again;
mod callers;
mod checking;
mod claiming;
mod clocks;
mod dispatching;
mod disputes;
mod handling;
mod joining;
mod ladder;
mod leaving;
mod moving;
mod overseen;
mod placing;
mod reasons;
mod requests;
mod review;
mod sentences;
mod sight;
mod slots;
mod targets;
mod time;
mod waiting;

use domain::order::rejection::{Invalid, Rejection};

/// The refusal of a field.
fn invalid(field: &'static str, why: Invalid) -> Rejection {
    Rejection::Invalid { field, why }
}
