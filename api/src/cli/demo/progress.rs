//! How a long import is shown: in parts, with a bar.

use indicatif::{ProgressBar, ProgressStyle};

/// Rows of one import.
pub const CHUNK: usize = 1500;

/// A bar for a step of many rows.
pub fn bar(what: &str, rows: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(rows).unwrap_or(0));
    if let Ok(look) = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {elapsed}") {
        bar.set_style(look);
    }
    bar.set_message(what.to_owned());
    bar
}
