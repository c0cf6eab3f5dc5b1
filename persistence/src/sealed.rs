//! What is sealed, column by column: for whoever wants to know whether the keys at hand open it. The list is checked
//! against the schema by a test.

use crate::error::StoreResult;
use crate::store::Target;
use std::path::Path;

/// A column of sealed values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its table.
    pub table: &'static str,
    /// The table's key.
    pub key: &'static str,
    /// What is sealed: `phone` for the column `phone_sealed`.
    pub what: &'static str,
}

/// Every sealed column.
pub const COLUMNS: [Column; 4] = [
    Column { table: "order_contact", key: "order_id", what: "name" },
    Column { table: "order_contact", key: "order_id", what: "phone" },
    Column { table: "order_contact", key: "order_id", what: "address" },
    Column { table: "account", key: "id", what: "phone" },
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
}

/// Some values of every column: the oldest and the newest, since keys change from the one to the other.
///
/// # Errors
/// `Unavailable`, also where the schema is not this binary's.
pub fn samples(target: &Target) -> StoreResult<Vec<Sample>> {
    match target {
        Target::Sqlite { path } if !Path::new(path).exists() => Ok(Vec::new()),
        Target::Sqlite { path } => {
            crate::sqlite::q::sealed::samples(&mut crate::sqlite::connect_reader(path)?, &COLUMNS)
        }
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => crate::pg::q::sealed::samples(&mut crate::pg::connect(url)?, &COLUMNS),
    }
}
