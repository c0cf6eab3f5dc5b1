//! What is sealed, column by column: for whoever wants to know whether the keys at hand open it. The list is checked
//! against the schema by a test.

use crate::engine::database::target::Target;
use crate::engine::error::StoreResult;
use crate::engine::seal::{Column, Keyring, SealError};
use crate::order::sealed::{
    BENEFICIARY_NAME, BENEFICIARY_PHONE, BENEFICIARY_RELATION, CONTACT_ADDRESS, CONTACT_NAME, CONTACT_PHONE,
};
use crate::people::sealed::{ACCOUNT_NAME, ACCOUNT_PHONE};
use std::path::Path;

/// Every sealed column.
pub const COLUMNS: [Column; 8] = [
    CONTACT_NAME,
    CONTACT_PHONE,
    CONTACT_ADDRESS,
    BENEFICIARY_NAME,
    BENEFICIARY_PHONE,
    BENEFICIARY_RELATION,
    ACCOUNT_PHONE,
    ACCOUNT_NAME,
];

/// A sealed value and the row it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its column.
    pub column: Column,
    /// Its row.
    pub row: i64,
    /// The value.
    pub sealed: Vec<u8>,
    /// Whether one of the layout before would be opened.
    pub unbound: bool,
}

impl Sample {
    /// Whether it opens where it is.
    ///
    /// # Errors
    /// Every [`SealError`] but `TooLong`.
    pub fn try_open(&self, keyring: &Keyring) -> Result<(), SealError> {
        let plain = match self.unbound && Keyring::is_unbound(&self.sealed) {
            true => keyring.open_unbound(&self.sealed, self.column),
            false => keyring.open(&self.sealed, self.column.of(self.row)),
        };
        plain.map(drop)
    }
}

/// Some values of every column: the oldest and the newest, since keys change from the one to the other.
///
/// # Errors
/// `Unavailable`, also where the schema is not this binary's.
pub fn samples(target: &Target) -> StoreResult<Vec<Sample>> {
    match target {
        Target::Sqlite { path } if !Path::new(path).exists() => Ok(Vec::new()),
        Target::Sqlite { path } => crate::sqlite::q::operations::sealed::samples(
            &mut crate::engine::database::sqlite::connect_reader(path)?,
            &COLUMNS,
        ),
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => crate::pg::q::operations::sealed::samples(
            &mut crate::engine::database::pg::connect(url)?,
            &COLUMNS,
        ),
    }
}
