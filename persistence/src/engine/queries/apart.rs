//! Reading many rows of which one may be unreadable: together as long as it goes, and halved where it does not, so that
//! one bad row is left out alone. A good read is one statement, as ever.

use super::Conn;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::unreadable::left_out;

/// Reads what belongs to these keys; `lost` is told of each key whose rows cannot be read.
pub fn each<T>(
    c: &mut Conn,
    keys: &[i64],
    read: &mut impl FnMut(&mut Conn, &[i64]) -> StoreResult<Vec<T>>,
    lost: &mut impl FnMut(i64, String),
) -> StoreResult<Vec<T>> {
    match (read(c, keys), keys) {
        (Err(StoreError::Unreadable(why)), [alone]) => {
            lost(*alone, why);
            Ok(Vec::new())
        }
        (Err(StoreError::Unreadable(_)), several) if !several.is_empty() => {
            let (first, second) = several.split_at(several.len() / 2);
            let mut found = each(c, first, read, lost)?;
            found.extend(each(c, second, read, lost)?);
            Ok(found)
        }
        (read, _) => read,
    }
}

/// [`each`] of things of one kind (`order`, `item`); what is left out is named.
pub fn readable<T>(
    c: &mut Conn,
    what: &'static str,
    keys: &[i64],
    mut read: impl FnMut(&mut Conn, &[i64]) -> StoreResult<Vec<T>>,
) -> StoreResult<Vec<T>> {
    each(c, keys, &mut read, &mut |key, why| left_out(what, key, &why))
}
