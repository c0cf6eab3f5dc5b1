//! The one list of the modules' invariants.

use crate::engine::invariant::Invariant;
use crate::{catalogue, files, identity, news, order, organisation, people};

/// Those of each module, in the order of the page.
const OF_MODULES: [&[Invariant]; 7] = [
    order::invariants::ALL,
    news::invariants::ALL,
    organisation::invariants::ALL,
    people::invariants::ALL,
    identity::invariants::ALL,
    catalogue::invariants::ALL,
    files::invariants::ALL,
];

/// Every invariant there is.
pub fn all() -> impl Iterator<Item = Invariant> {
    OF_MODULES.into_iter().flatten().copied()
}

#[cfg(test)]
mod tests {
    use super::all;
    use std::collections::BTreeSet;

    #[test]
    fn each_has_a_word_of_its_own() {
        let words: BTreeSet<&str> = all().map(|one| one.as_str()).collect();
        assert_eq!(words.len(), all().count());
        let is_word =
            |word: &str| word.chars().all(|c| c.is_ascii_lowercase() || c == '_') && word.len() <= 15;
        assert!(words.iter().all(|word| is_word(word)), "{words:?}");
        assert!(all().all(|one| !one.zh().is_empty() && !one.en().is_empty()));
    }
}
