//! `diandan version`.

use crate::cli::out::say;
use crate::metrics::FEATURES;

/// Prints version and optional parts.
pub fn run() {
    let features = if FEATURES.is_empty() { "embedded storage only".into() } else { FEATURES.join(", ") };
    say!("diandan {} ({features})", env!("CARGO_PKG_VERSION"));
}
