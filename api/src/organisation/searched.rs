//! What an area is found by.

use crate::http::text::fold;

/// The aliases of a stored value.
#[must_use]
pub fn split_aliases(stored: &str) -> Vec<String> {
    stored.split('|').filter(|alias| !alias.is_empty()).map(str::to_owned).collect()
}

/// What is searched of an area: names, aliases and code, folded.
#[must_use]
pub fn searched(official: &str, display: &str, aliases: &str, code: &str) -> String {
    let same = official == display;
    fold(&[official, if same { "" } else { display }, &aliases.replace('|', " "), code].join(" "))
}
