//! The database's part of a backup: written into a folder while the server runs, loaded into an empty database.
//!
//! SQLite: one file, `diandan.db`, by `VACUUM INTO` (a consistent copy that holds up nobody). PostgreSQL: a file of
//! JSON lines a table, all read in one REPEATABLE READ transaction. Neither needs the lock of the data folder.

#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;

use crate::engine::database::target::Target;
use crate::engine::error::StoreResult;
use std::collections::BTreeMap;
use std::path::Path;

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dump {
    /// Files in the folder, with the rows in each.
    pub files: BTreeMap<String, u64>,
    /// The migrations that had run, oldest first.
    pub schema: Vec<String>,
    /// The last value of every sequence (PostgreSQL).
    pub sequences: BTreeMap<String, i64>,
}

/// Writes the database into an empty folder.
///
/// # Errors
/// `NotFound` when there is no database; `Unavailable` when it cannot be read or the folder not be written.
pub fn dump(target: &Target, folder: &Path) -> StoreResult<Dump> {
    match target {
        Target::Sqlite { path } => sqlite::dump(Path::new(path), folder),
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => postgres::dump(url, folder),
    }
}

/// Whether nothing is there that a restore would write over.
///
/// # Errors
/// `Unavailable`.
pub fn is_empty(target: &Target) -> StoreResult<bool> {
    match target {
        Target::Sqlite { path } => Ok(!Path::new(path).exists()),
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => postgres::is_empty(url),
    }
}

/// Loads a dump into an empty database, wholly or not at all, and begins a new epoch: whoever holds a cursor of the
/// time after the backup is told to start over.
///
/// # Errors
/// `Conflict` when the dump's schema is not known to this binary; `Unavailable`.
pub fn load(target: &Target, folder: &Path, dump: &Dump) -> StoreResult<()> {
    match target {
        Target::Sqlite { path } => sqlite::load(Path::new(path), folder, dump),
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => postgres::load(url, folder, dump),
    }
}

fn failed(what: &Path) -> impl Fn(std::io::Error) -> crate::StoreError + '_ {
    move |e| crate::StoreError::Unavailable(format!("{}: {e}", what.display()).into())
}
