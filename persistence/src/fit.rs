//! What a database must be for this program to run on it, asked before anything else is done with it. What it is not is
//! refused with the reason and the remedy; migrations are looked at elsewhere (`migrate.rs`).

use crate::error::StoreResult;
use crate::store::Target;

/// Refuses a database that this program cannot rely on.
///
/// # Errors
/// `Conflict` with the reason and the remedy; `Unavailable` when it does not answer.
pub fn check(target: &Target) -> StoreResult<()> {
    match target {
        // made by this program, as it likes it
        Target::Sqlite { .. } => Ok(()),
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => crate::pg::fit::check(url),
    }
}

/// Why a database takes reads only, if it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadsOnly {
    /// It follows another one.
    Standby,
    /// It was told to (`default_transaction_read_only`).
    Told,
}

/// Whether a database takes reads only.
///
/// # Errors
/// `Unavailable` when it does not answer.
pub fn reads_only(target: &Target) -> StoreResult<Option<ReadsOnly>> {
    match target {
        Target::Sqlite { .. } => Ok(None),
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => crate::pg::fit::reads_only(url),
    }
}
