//! Whether it is for real.

use serde::Deserialize;

/// Whether this is for real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// A developer's machine, the demo, tests.
    Development,
    /// Real people.
    Production,
}
