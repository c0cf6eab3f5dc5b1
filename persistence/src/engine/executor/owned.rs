//! A connection that a thread owns: how it is made, how it commits, and what is said of it when it does not serve.

use crate::engine::error::{StoreError, StoreResult};
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::{Connection, QueryResult, SqliteConnection};

/// Makes a connection.
pub type Connect<C> = dyn Fn() -> StoreResult<C> + Send + Sync;

/// A connection that a thread owns, and how it commits.
pub trait Owned: Connection<TransactionManager = AnsiTransactionManager> + 'static {
    /// Commits the open transaction, for certain.
    ///
    /// # Errors
    /// When it is not known to be committed: the connection is not to be used any more.
    fn commit(&mut self) -> QueryResult<()>;
}

impl Owned for SqliteConnection {
    fn commit(&mut self) -> QueryResult<()> {
        AnsiTransactionManager::commit_transaction(self)
    }
}

#[cfg(feature = "postgres")]
impl Owned for diesel::PgConnection {
    /// PostgreSQL answers COMMIT of a failed transaction with a silent ROLLBACK. A job that swallowed an error would
    /// be acknowledged and lost; the SELECT, in the same round trip, fails then. The connection reads from the
    /// server's answer that the transaction is over.
    fn commit(&mut self) -> QueryResult<()> {
        diesel::connection::SimpleConnection::batch_execute(self, "SELECT 1; COMMIT")
    }
}

/// It could not be run, for this reason.
pub fn unavailable(why: &str) -> StoreError {
    StoreError::Unavailable(why.into())
}

/// Nobody knows whether it was committed.
pub fn unknown(e: diesel::result::Error) -> StoreError {
    StoreError::Unavailable(format!("the commit's outcome is unknown: {e}").into())
}

/// Transactions and savepoints that are open; `None` when the connection is broken.
pub fn open_levels<C: Owned>(conn: &mut C) -> Option<u32> {
    let status = AnsiTransactionManager::transaction_manager_status_mut(conn);
    status.transaction_depth().ok().map(|depth| depth.map_or(0, std::num::NonZero::get))
}
