//! What a database must be for this program to run on it, asked before anything else is done with it. What it is not is
//! refused with the reason and the remedy; migrations are looked at elsewhere (`migrate.rs`).

use crate::engine::database::reads_only::ReadsOnly;
use crate::engine::database::target::Target;
use crate::engine::error::StoreResult;

/// Refuses a database that this program cannot rely on.
///
/// # Errors
/// `Conflict` with the reason and the remedy; `Unavailable` when it does not answer.
pub fn check(target: &Target) -> StoreResult<()> {
    match target {
        // made by this program, as it likes it
        Target::Sqlite { .. } => Ok(()),
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => crate::engine::database::pg::fit::check(url),
    }
}

/// Whether a database takes reads only.
///
/// # Errors
/// `Unavailable` when it does not answer.
pub fn reads_only(target: &Target) -> StoreResult<Option<ReadsOnly>> {
    match target {
        Target::Sqlite { .. } => Ok(None),
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => crate::engine::database::pg::fit::reads_only(url),
    }
}
