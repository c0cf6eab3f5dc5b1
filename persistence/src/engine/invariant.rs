//! What always holds, as a module says it: a stable word, its labels, and the statements that find where it does not. Each
//! module lists its own in its `invariants.rs`; `prove/` reads the lists.

use std::cmp::Ordering;
use std::fmt;

/// Something that always holds. It is known by its word; `invariants!` alone makes them.
///
/// A statement answers `id` (a key) and `said` (where it does not hold, in keys and no words of anybody), both of any number
/// of rows: none in a sound database. It is written once for both databases, and its labels say what must hold.
#[derive(Clone, Copy)]
pub struct Invariant {
    pub(crate) word: &'static str,
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
    pub(crate) found: &'static [fn() -> String],
}

impl Invariant {
    /// The stable `snake_case` word, for pages and programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.word
    }

    /// The Chinese label.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        self.zh
    }

    /// The English label: what holds, as a sentence.
    #[must_use]
    pub const fn en(self) -> &'static str {
        self.en
    }

    /// The statements that find where it does not hold; none where it is read in another way.
    pub(crate) fn found(self) -> impl Iterator<Item = String> {
        self.found.iter().map(|sql| sql())
    }
}

impl fmt::Debug for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word)
    }
}

impl PartialEq for Invariant {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

impl Eq for Invariant {}

impl PartialOrd for Invariant {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Invariant {
    fn cmp(&self, other: &Self) -> Ordering {
        self.word.cmp(other.word)
    }
}

/// Declares the invariants of a module and `ALL` of them: name, word, Chinese, English, and the statements (`fn() -> String`)
/// that find where one does not hold.
macro_rules! invariants {
    ($($name:ident = $word:literal, $zh:literal, $en:literal $(, $found:expr)*;)+) => {
        $(
            #[doc = $zh]
            #[doc = concat!("(", $en, ")")]
            pub const $name: $crate::engine::invariant::Invariant = $crate::engine::invariant::Invariant {
                word: $word,
                zh: $zh,
                en: $en,
                found: &[$($found),*],
            };
        )+
        /// All of them, in the order of the page.
        pub const ALL: &[$crate::engine::invariant::Invariant] = &[$($name),+];
    };
}

pub(crate) use invariants;
