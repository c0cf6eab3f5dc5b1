//! `diandan version`.

use crate::metrics::FEATURES;

/// Prints version and optional parts.
pub fn run() {
    let features = if FEATURES.is_empty() { "embedded storage only".into() } else { FEATURES.join(", ") };
    println!("diandan {} ({features})", env!("CARGO_PKG_VERSION"));
}
