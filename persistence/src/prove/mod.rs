//! What a database must hold, whatever happened to it, and the reading that proves it (QUEUE.md, invariants).
//!
//! One read-only snapshot, read in chunks by key: memory grows with the outbox and the days, never with the orders. It
//! takes no lock and may run beside the server. What must hold, each module says in its `invariants.rs` (`invariants.rs` here
//! lists them), mostly with a statement that finds where it does not. What is checked of one order is in `order.rs` and
//! `claims.rs`, of one scope's notifications in `log.rs`; `prove/queries/mod.rs` reads.

pub mod claims;
pub mod dossier;
pub mod invariants;
pub mod ledger;
pub mod log;
pub mod order;

use crate::engine::clock::Clock;
use crate::engine::database::migrate;
use crate::engine::database::target::Target;
use crate::engine::error::{StoreError, StoreResult};
use ledger::Report;

/// Reads everything and checks it. Writes nothing.
///
/// # Errors
/// `NotFound` when there is no database, `Conflict` when its schema is not this binary's, `Unavailable`.
pub fn prove(target: &Target, clock: &Clock) -> StoreResult<Report> {
    match target {
        Target::Sqlite { path } => crate::engine::database::sqlite::snapshot(path, |c| {
            use crate::sqlite::q;
            fits(target, q::engine::migrations::ran(c)?)?;
            q::prove::all(c, clock)
        }),
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => crate::engine::database::pg::snapshot(url, |c| {
            use crate::pg::q;
            fits(target, q::engine::migrations::ran(c)?)?;
            q::prove::all(c, clock)
        }),
    }
}

fn fits(target: &Target, ran: Vec<String>) -> StoreResult<()> {
    let standing = migrate::compare(target, ran)?;
    if standing.is_current() {
        return Ok(());
    }
    let (pending, unknown) = (standing.pending.join(", "), standing.unknown.join(", "));
    Err(StoreError::Conflict(format!(
        "its schema is not this binary's: not run yet [{pending}], not known here [{unknown}]"
    )))
}
