//! Claims.

use crate::engine::error::{Constraint, StoreError, StoreResult};
use crate::order::claims::{ClaimAsk, Outcome, Win};
#[cfg(feature = "postgres")]
use crate::store::Backend;
use crate::store::{Store, on};
use domain::order::Status;

/// Times a claim is tried again when it turns out to be still open to the candidate.
const CLAIM_TRIES: usize = 3;

impl Store {
    /// Claims or acknowledges: the hot path. One statement when it wins; a loser reads why. Before a directed order is
    /// acknowledged, it is read whether that person may still do the work.
    ///
    /// # Errors
    /// `NotFound` for an unknown order, `Unavailable` when the outcome cannot be known now.
    pub async fn claim(&self, ask: ClaimAsk) -> StoreResult<Outcome> {
        if ask.from == Status::Assigned {
            let asked = ask.clone();
            if !on!(self, read, |c| q::order::targets::may_acknowledge(c, &asked))? {
                return Ok(Outcome::NotEligible);
            }
        }
        for _ in 0..CLAIM_TRIES {
            let tried = self.try_claim(ask.clone()).await;
            let unknown = match tried {
                Ok(Some(win)) => return Ok(Outcome::Won(win)),
                Ok(None)
                | Err(
                    StoreError::Taken(Constraint::ClaimPerson | Constraint::ClaimSlot)
                    | StoreError::Conflict(_),
                ) => false,
                Err(StoreError::Unavailable(_)) => true,
                Err(other) => return Err(other),
            };
            let outcome = self.claim_standing(ask.clone()).await?;
            if outcome != Outcome::Retry || unknown {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Retry)
    }

    async fn try_claim(&self, ask: ClaimAsk) -> StoreResult<Option<Win>> {
        #[cfg(feature = "postgres")]
        if let Backend::Postgres { together, .. } = &self.backend {
            use crate::pg::together::Tried;
            if let Tried::Decided(win) = together.claim(&self.clock, ask.clone()).await? {
                return Ok(win);
            }
        }
        let clock = self.clock.clone();
        on!(self, statement, |c| claim::claim(c, &clock, &ask))
    }

    /// What this (order, attempt, account) would be answered now.
    ///
    /// # Errors
    /// `NotFound` for an unknown order.
    pub async fn claim_standing(&self, ask: ClaimAsk) -> StoreResult<Outcome> {
        on!(self, read, |c, now| q::order::claims::standing(c, &ask, now))
    }
}
