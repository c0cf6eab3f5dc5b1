//! Puts back into the outbox what was set aside because it could not be told. It takes no lock of the data folder: it is one
//! short transaction beside the server, whose next pass takes the rows.

use crate::engine::database::target::Target;
use crate::engine::error::{StoreError, StoreResult};
use crate::news::queue::Stuck;
use domain::OrderId;

/// Puts the events of one order, or all, back; returns how many.
///
/// # Errors
/// `NotFound` when there is no database; `Unavailable`.
pub fn requeue(target: &Target, order: Option<OrderId>) -> StoreResult<Stuck> {
    match target {
        Target::Sqlite { path } if !std::path::Path::new(path).exists() => Err(StoreError::NotFound),
        Target::Sqlite { path } => {
            let mut conn = crate::engine::database::sqlite::connect_writer(path)?;
            conn.immediate_transaction(|c| crate::sqlite::q::news::sequencer::stuck::requeue(c, order))
        }
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => {
            use diesel::Connection;
            crate::engine::database::pg::connect_unhurried(url)?
                .transaction(|c| crate::pg::q::news::sequencer::stuck::requeue(c, order))
        }
    }
}
