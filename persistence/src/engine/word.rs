//! Words of closed vocabularies as they are stored.

use crate::engine::error::{StoreError, StoreResult};
use domain::words::labelled::Labelled;

/// Reads a stored word of a closed vocabulary.
///
/// # Errors
/// `Unreadable`: the database holds a word this binary does not know.
pub fn word<T: Labelled>(text: &str) -> StoreResult<T> {
    T::parse(text).ok_or_else(|| StoreError::Unreadable(format!("unknown word {text:?}")))
}
