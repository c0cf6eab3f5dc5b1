//! The outbox and its sequencer.

use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::news::queue::{Passed, Stuck};
use crate::store::{Store, on};
use domain::At;

impl Store {
    /// Runs one sequencer pass; what it told is committed when this returns. When something stands in its way, it is run
    /// again order by order.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn sequence(&self) -> StoreResult<Passed> {
        let clock = self.clock.clone();
        let whole = on!(self, sequence, |c| q::news::sequencer::pass(c, &clock));
        if whole.is_ok() {
            return whole;
        }
        let clock = self.clock.clone();
        on!(self, sequence, |c| q::news::sequencer::apart::pass(c, &clock))
    }

    /// Events that were set aside because they could not be told.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn stuck(&self) -> StoreResult<Stuck> {
        on!(self, read, |c| q::news::sequencer::stuck::standing(c))
    }

    /// Whether outbox rows wait for a pass.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn outbox_waits(&self) -> StoreResult<bool> {
        on!(self, read, |c| q::news::sequencer::waits(c))
    }

    /// Outbox rows waiting, and the oldest's instant.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn outbox_backlog(&self) -> StoreResult<(i64, Option<At>)> {
        let (count, oldest): (i64, Option<Ts>) = on!(self, read, |c| q::news::sequencer::backlog(c))?;
        Ok((count, oldest.map(|t| t.0)))
    }
}
