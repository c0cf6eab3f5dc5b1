//! A wrapper for people's data that keeps it out of logs and answers: it prints and serialises as stars, and is
//! read only by [`Sensitive::expose`], a word that can be searched for.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// What is printed in place of the value.
const STARS: &str = "***";

/// A value that must not reach a log or an answer by accident: `Debug` prints `Sensitive(***)`, `Serialize` writes
/// `"***"`. There is no `Display`. Equality is that of the value; deserialising takes the plain value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value. Mask it before it is shown to anyone but the person it belongs to or the current handler.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value, unwrapped.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// Another value made from this one, wrapped as well.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Sensitive<U> {
        Sensitive(change(self.0))
    }
}

impl<T> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sensitive({STARS})")
    }
}

impl<T> Serialize for Sensitive<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(STARS)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Sensitive<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Serialize, Deserialize)]
    struct Contact {
        name: Sensitive<String>,
        phone: Option<Sensitive<String>>,
    }

    fn contact() -> Contact {
        Contact { name: "王小明".to_owned().into(), phone: Some(Sensitive::new("13812345678".to_owned())) }
    }

    #[test]
    fn neither_debug_nor_json_shows_the_value() {
        let printed = format!("{0:?} {0:#?}", contact());
        let json = serde_json::to_string(&contact()).unwrap();
        for text in [&printed, &json] {
            assert!(!text.contains("王小明") && !text.contains("13812345678"), "{text}");
            assert!(text.contains("***"), "{text}");
        }
        assert_eq!(format!("{:?}", Sensitive::new(42)), "Sensitive(***)");
        assert_eq!(json, r#"{"name":"***","phone":"***"}"#);
    }

    #[test]
    fn the_value_is_reached_on_purpose() {
        let contact = contact();
        assert_eq!(contact.name.expose(), "王小明");
        assert_eq!(contact.name.into_inner(), "王小明");
        assert_eq!(Sensitive::new(2).map(|n| n + 1).into_inner(), 3);
        let read: Contact = serde_json::from_str(r#"{"name":"李","phone":null}"#).unwrap();
        assert_eq!(read.name.expose(), "李");
    }
}
