//! One way to declare the closed vocabularies: a stable word for SQL, JSON and logs, and a label for people.

/// A member of a closed vocabulary, with its stable word and its labels.
pub trait Labelled: Copy + Sized + 'static {
    /// Every member, in declaration order.
    const ALL: &'static [Self];
    /// The stable `snake_case` word used in SQL, JSON and logs.
    fn as_str(self) -> &'static str;
    /// The Chinese label.
    fn zh(self) -> &'static str;
    /// The English label.
    fn en(self) -> &'static str;
    /// The member with this word.
    fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|m| m.as_str() == word)
    }
}

/// Declares an enum, its words and labels, and serde by word.
#[macro_export]
macro_rules! labelled {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $word:literal, $zh:literal, $en:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $(#[doc = $zh] #[doc = concat!("(", $en, ")")] #[serde(rename = $word)] $variant),+ }
        impl $crate::words::labelled::Labelled for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
            fn zh(self) -> &'static str { match self { $(Self::$variant => $zh),+ } }
            fn en(self) -> &'static str { match self { $(Self::$variant => $en),+ } }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::words::labelled::Labelled::as_str(*self))
            }
        }
    };
}
