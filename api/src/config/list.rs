//! Lists: in the file an array; where there is room for one text only, as in a variable, `a,b` or `["a","b"]`. Empty
//! entries are none.

use serde::de::value::StringDeserializer;
use serde::de::{Error, IntoDeserializer, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::marker::PhantomData;

/// A list in any of its spellings.
///
/// # Errors
/// The deserializer's; of a text that is no list one that does not quote it.
pub fn of<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_any(Spelled(PhantomData))
}

struct Spelled<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Spelled<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list (a,b or [\"a\",\"b\"])")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(text) = seq.next_element::<String>()? {
            found.push(text);
        }
        read(found)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let text = text.trim();
        let found = match text.starts_with('[') {
            true => serde_json::from_str(text)
                .ok()
                .ok_or_else(|| E::custom("a list is meant: a,b or [\"a\",\"b\"]"))?,
            false => text.split(',').map(str::to_owned).collect(),
        };
        read(found)
    }
}

fn read<'de, T: Deserialize<'de>, E: Error>(found: Vec<String>) -> Result<Vec<T>, E> {
    let entries = found.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    entries
        .map(|text| {
            let text: StringDeserializer<E> = text.to_owned().into_deserializer();
            T::deserialize(text)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    //! One list, many spellings.

    use super::*;
    use serde_json::json;

    #[test]
    fn every_spelling_of_one_list() {
        for spelling in [
            json!(["a", "b"]),
            json!(["a", "", " b "]),
            json!("a,b"),
            json!(" a , b, "),
            json!("[\"a\",\"b\"]"),
            json!(" [ \"a\", \"\", \"b\" ] "),
        ] {
            assert_eq!(of::<_, String>(spelling.clone()).unwrap(), ["a", "b"], "{spelling}");
        }
        for none in [json!([]), json!(""), json!("[]"), json!(" , ")] {
            assert!(of::<_, String>(none.clone()).unwrap().is_empty(), "{none}");
        }
        assert_eq!(of::<_, String>(json!("[\"[::1]\"]")).unwrap(), ["[::1]"]);
        for wrong in [json!("[a, b]"), json!("[1]"), json!("[\"a\""), json!("[::1]"), json!(7), json!([7])] {
            assert!(of::<_, String>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
