//! What health and metrics ask of storage.

use super::{Backend, Store, on};
use crate::error::{Cause, StoreError, StoreResult, Trouble};
use crate::migrate::{self, Standing};
use crate::values::Waiting;
use std::time::Duration;

/// A write that went well within this span need not be tried again.
const LATELY: Duration = Duration::from_secs(5);

impl Store {
    /// Answers when the database does.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn ping(&self) -> StoreResult<()> {
        on!(self, read, |c| q::health::ping(c))
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
            Some(Cause::ReadOnly | Cause::Away) | None => on!(self, trial, |c, now| q::meta::beat(c, now)),
        }
    }

    /// Where the schema stands against this binary.
    ///
    /// # Errors
    /// `Unavailable`, also when no migration ever ran.
    pub async fn standing(&self) -> StoreResult<Standing> {
        let ran = on!(self, read, |c| q::health::versions(c))?;
        migrate::compare(&self.target, ran)
    }

    /// The oldest order of each state in which orders wait for somebody.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn oldest_waiting(&self) -> StoreResult<Vec<Waiting>> {
        on!(self, read, |c| q::health::oldest_waiting(c))
    }

    /// At most how many rows wait for `diandan reseal`, of the first 10,000.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn reseal_waiting(&self) -> StoreResult<i64> {
        let keyring = self.keyring.clone();
        on!(self, read, |c| q::reseal::waiting(c, &keyring))
    }

    /// Notes the key with which a new database is begun.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn begin_sealing(&self) -> StoreResult<()> {
        let keyring = self.keyring.clone();
        on!(self, write, |c| q::reseal::begin(c, &keyring))
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
