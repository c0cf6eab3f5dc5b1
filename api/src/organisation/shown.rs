//! Places and groups as they are named.

use domain::words::labelled::Labelled;
use persistence::people::values::Place;
use serde::Serialize;
use std::fmt::Display;
use utoipa::ToSchema;

/// Something with a name: an area, unit or team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedRef {
    /// Its id.
    #[schema(example = "501")]
    pub id: String,
    /// Its name.
    #[schema(example = "东城一网格")]
    pub name: String,
}

impl<K: Display> From<&Place<K>> for NamedRef {
    fn from(place: &Place<K>) -> Self {
        Self { id: place.id.to_string(), name: place.name.clone() }
    }
}

/// The words of a closed vocabulary, for a message.
#[must_use]
pub fn words<T: Labelled>() -> String {
    T::ALL.iter().map(|m| m.as_str()).collect::<Vec<_>>().join(", ")
}
