//! Which history the database tells.

use crate::engine::error::StoreResult;
use crate::store::{Backend, Store, on};
use std::sync::Arc;

impl Store {
    /// Which history the database tells: what a cursor must have been given by.
    ///
    /// # Errors
    /// `Unavailable`, also of a standby.
    pub async fn epoch(&self) -> StoreResult<String> {
        on!(self, read, |c| q::engine::epoch::read(c))
    }

    /// Begins the next epoch, unless this one is over already: the history is not the one that was told in it.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn leave_epoch(&self, known: Arc<str>) -> StoreResult<String> {
        on!(self, write, |c| q::engine::epoch::leave(c, &known))
    }

    /// Has every connection made anew: some may still lead to a server that is not the primary any more.
    pub fn doubt(&self) {
        match &self.backend {
            Backend::Sqlite { .. } => {}
            #[cfg(feature = "postgres")]
            Backend::Postgres { pool, .. } => pool.doubt(),
        }
    }
}
