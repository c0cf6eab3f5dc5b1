//! Pushes.

use crate::engine::answers::AnswerOf;
use crate::engine::error::StoreResult;
use crate::news::push::{Made, PushBacklog, PushFilter, PushOutcome, PushRule, Resent, TakenPush};
use crate::news::rows::PushJobRow;
use crate::store::{Store, on};
use domain::PushId;

impl Store {
    /// Whether pushes are made from now on. What happened while they were not is never pushed.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn set_pushes(&self, wanted: bool) -> StoreResult<()> {
        on!(self, write, |c| if wanted {
            q::news::pushes::make::begin(c)
        } else {
            q::news::pushes::make::end(c)
        })
    }

    /// Makes pushes from notifications that were not acknowledged in time.
    ///
    /// # Errors
    /// `Unavailable`; `Conflict` when another replica did meanwhile.
    pub async fn make_pushes(&self, rule: PushRule) -> StoreResult<Made> {
        on!(self, if |c, now| q::news::pushes::make::any(c, now - rule.wait) => q::news::pushes::make::pass(c, now, rule))
    }

    /// Takes pushes that are due, the longest waiting first; other replicas leave them alone for a while.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn take_due_pushes(&self, limit: i64) -> StoreResult<Vec<TakenPush>> {
        on!(self, if |c, now| q::news::pushes::any_due(c, now) => q::news::pushes::take_due(c, now, limit))
    }

    /// Writes what came of a try; false when somebody else took the push meanwhile.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn finish_push(&self, id: PushId, attempts: i32, outcome: PushOutcome) -> StoreResult<bool> {
        on!(self, write, |c, now| q::news::pushes::finish(c, id, attempts, now, outcome))
    }

    /// A push.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn push_job(&self, id: PushId) -> StoreResult<PushJobRow> {
        on!(self, read, |c| q::news::pushes::page::find(c, id))
    }

    /// A page of pushes, the latest first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn push_jobs(&self, filter: PushFilter) -> StoreResult<Vec<PushJobRow>> {
        on!(self, read, |c| q::news::pushes::page::page(c, &filter))
    }

    /// Has a push that was given up sent again.
    ///
    /// # Errors
    /// `Taken` when the client's key was used.
    pub async fn resend_push(&self, id: PushId, answer: AnswerOf) -> StoreResult<Resent> {
        on!(self, write, |c, now| {
            if !q::news::pushes::resend(c, id, now)? {
                return Ok(Resent::NotDead);
            }
            q::engine::answers::keep(c, answer, id.0, now)?;
            Ok(Resent::Done)
        })
    }

    /// How pushes stand as a whole.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn push_backlog(&self) -> StoreResult<PushBacklog> {
        on!(self, read, |c| q::news::pushes::backlog(c))
    }
}
