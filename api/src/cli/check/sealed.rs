//! Whether the keys at hand open what is sealed: the oldest and the newest rows of every column are tried, one for each
//! key that sealed some of them.

use crate::config::Config;
use anyhow::bail;
use persistence::engine::database::migrate;
use persistence::operations::sealed::{Sample, samples};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes that say which key sealed a value, and how.
const HEADER: usize = 5;

/// Says what could be opened.
///
/// # Errors
/// When a key is none, or something cannot be opened.
pub fn run(config: &Config) -> anyhow::Result<String> {
    let keyring = config.keyring()?;
    let readable = format!("readable, with {} before it", config.privacy.previous_keys.len());
    let target = config.store().target()?;
    // the database is named by itself when it does not answer or is not of this schema
    let asked = migrate::check(&target).ok().filter(migrate::Standing::is_current).map(|_| samples(&target));
    let Some(Ok(samples)) = asked else {
        return Ok(format!("{readable}; what it sealed could not be looked at"));
    };
    let mut opened = BTreeSet::new();
    let mut wrong = Vec::new();
    for ((place, _), sample) in one_each(samples) {
        match sample.try_open(&keyring) {
            Ok(()) => {
                opened.insert(place);
            }
            Err(e) => wrong.push(format!("{place} of {}: {e}", sample.row)),
        }
    }
    if !wrong.is_empty() {
        bail!(
            "what is sealed cannot be opened: put the key that sealed it into privacy.key, or into privacy.previous_keys \
             when it is one before ({})",
            wrong.join("; ")
        );
    }
    let opened: Vec<String> = opened.into_iter().collect();
    Ok(match opened.is_empty() {
        true => format!("{readable}; nothing is sealed yet"),
        false => format!("{readable}; it opens {}", opened.join(", ")),
    })
}

/// The first value of each place and key.
fn one_each(samples: Vec<Sample>) -> BTreeMap<(String, Vec<u8>), Sample> {
    let mut each = BTreeMap::new();
    for sample in samples {
        let key = sample.sealed.get(..HEADER).unwrap_or_default().to_vec();
        each.entry((sample.column.words(), key)).or_insert(sample);
    }
    each
}
