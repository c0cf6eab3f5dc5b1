//! Opening what is sealed, and how far everything is sealed as it should be.
//!
//! `meta` keeps two marks. [`SEALED`] is there once nothing of the layout before is left: from then on such a value is
//! refused, since it would open in any row. It holds the [`Keyring::mark`] (hexadecimal) with which everything was sealed
//! when that was last made sure of; nothing while that was never needed, in a database that was empty when it learned of
//! the mark. [`PROGRESS`] is there while `diandan reseal` is on its way: the mark, a table and the last key done.

use super::{Conn, meta};
use crate::engine::error::StoreResult;
use crate::engine::seal::{Keyring, Place, SealError};
use crate::engine::sensitive::Sensitive;

/// The key in `meta` that says with what everything is sealed.
pub const SEALED: &str = "sealed";

/// The key in `meta` that says how far sealing anew has come.
pub const PROGRESS: &str = "reseal";

/// Opens values, those of the layout before only while there may be some.
#[derive(Clone, Copy)]
pub struct Opener<'a> {
    keyring: &'a Keyring,
    unbound: bool,
}

impl<'a> Opener<'a> {
    /// For these values. The mark is asked for only when one of them is of the layout before.
    pub fn of<'s>(
        c: &mut Conn,
        keyring: &'a Keyring,
        values: impl IntoIterator<Item = &'s Option<Vec<u8>>>,
    ) -> StoreResult<Self> {
        let any = values.into_iter().flatten().any(|sealed| Keyring::is_unbound(sealed));
        Ok(Self { keyring, unbound: any && meta::get(c, SEALED)?.is_none() })
    }

    /// For any value: the mark is asked for whatever it is, so that nobody tells values apart by what it costs.
    pub fn asking(c: &mut Conn, keyring: &'a Keyring) -> StoreResult<Self> {
        Ok(Self { keyring, unbound: meta::get(c, SEALED)?.is_none() })
    }

    /// Opens one of them.
    ///
    /// # Errors
    /// Every [`SealError`] but `TooLong`.
    pub fn open(self, sealed: &[u8], place: Place) -> Result<Sensitive<String>, SealError> {
        let plain = if self.unbound && Keyring::is_unbound(sealed) {
            self.keyring.open_unbound(sealed, place.column)
        } else {
            self.keyring.open(sealed, place)
        };
        plain.map(Sensitive::new)
    }
}
