//! Answers kept for retries, and the time.

use crate::engine::answers::{AnswerOf, KeptAnswer};
use crate::engine::error::StoreResult;
use crate::store::{Store, on};
use domain::{AccountId, At};

impl Store {
    /// Now, by the clock that decides.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn now(&self) -> StoreResult<At> {
        let clock = self.clock.clone();
        on!(self, read, |c| db::now(c, &clock))
    }

    /// The answer to an earlier request on this route with one of these keys, each of its account.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn any_answer(
        &self,
        route: String,
        places: Vec<(AccountId, String)>,
    ) -> StoreResult<Option<KeptAnswer>> {
        on!(self, read, |c| q::engine::answers::any(c, &route, &places))
    }

    /// The body hash and the answer of an earlier request with this key.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn answer(
        &self,
        account: AccountId,
        route: String,
        key: String,
    ) -> StoreResult<Option<(Vec<u8>, serde_json::Value)>> {
        on!(self, read, |c| q::engine::answers::find(c, account, &route, &key))
    }

    /// Keeps the answer to a write that takes several transactions, after the last of them.
    ///
    /// # Errors
    /// `Taken` when the client's key was used.
    pub async fn keep_answer(&self, written: i64, now: At, answer: AnswerOf) -> StoreResult<()> {
        on!(self, write, |c| q::engine::answers::keep(c, answer, written, now))
    }
}
