//! Does the database answer, does it take writes, which migrations ran, who waits for a connection.

use crate::engine::database::migrate;
use crate::engine::database::migrate::Standing;
use crate::engine::error::{Cause, StoreError, StoreResult, Trouble};
use crate::store::{Backend, Store, on};
use std::time::Duration;

/// A write that went well within this span need not be tried again.
const LATELY: Duration = Duration::from_secs(5);

impl Store {
    /// Answers when the database does.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn ping(&self) -> StoreResult<()> {
        on!(self, read, |c| q::engine::migrations::ping(c))
    }

    /// Whether it takes writes: what became of the last ones, and when there were none lately, a row of its own.
    ///
    /// # Errors
    /// `Unavailable`, with the cause.
    pub async fn takes_writes(&self) -> StoreResult<()> {
        let (refused, lately) = match &self.backend {
            Backend::Sqlite { writer, .. } => (writer.refused(), writer.wrote_within(LATELY)),
            #[cfg(feature = "postgres")]
            Backend::Postgres { pool, .. } => (pool.refused(), pool.wrote_within(LATELY)),
        };
        match refused {
            // what a full disk has no room for is known by those who write it alone
            Some(Cause::Refuses) => {
                Err(StoreError::Unavailable(Trouble::of(Cause::Refuses, "the last writes".into())))
            }
            None if lately => Ok(()),
            Some(Cause::ReadOnly | Cause::Away) | None => {
                on!(self, trial, |c, now| q::engine::meta::beat(c, now))
            }
        }
    }

    /// Where the schema stands against this binary.
    ///
    /// # Errors
    /// `Unavailable`, also when no migration ever ran.
    pub async fn standing(&self) -> StoreResult<Standing> {
        let ran = on!(self, read, |c| q::engine::migrations::versions(c))?;
        migrate::compare(&self.target, ran)
    }

    /// Jobs waiting for a connection.
    #[must_use]
    pub fn depth(&self) -> usize {
        match &self.backend {
            Backend::Sqlite { writer, readers } => writer.depth() + readers.depth(),
            #[cfg(feature = "postgres")]
            Backend::Postgres { pool, sequencer, relay, together } => {
                pool.depth() + sequencer.depth() + relay.depth() + together.depth()
            }
        }
    }

    /// Connections that are open, those of the embedded database's writer not counted.
    #[must_use]
    pub fn connections(&self) -> usize {
        match &self.backend {
            Backend::Sqlite { readers, .. } => readers.connections(),
            #[cfg(feature = "postgres")]
            Backend::Postgres { pool, sequencer, relay, together } => {
                pool.connections() + sequencer.connections() + relay.connections() + together.connections()
            }
        }
    }

    /// Has `observe` told the size of every batch that SQLite's writer commits.
    pub fn observe_batches(&self, observe: impl Fn(usize) + Send + Sync + 'static) {
        match &self.backend {
            Backend::Sqlite { writer, .. } => writer.observe_batches(observe),
            #[cfg(feature = "postgres")]
            Backend::Postgres { .. } => {}
        }
    }
}
