//! People: principals, and the stored answers of their retries.

use super::{Store, on};
use crate::error::StoreResult;
use crate::values::{KeptAnswer, PrincipalRead};
use domain::{AccountId, At};

impl Store {
    /// The person of a session, unless the session or the account is over.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn principal(
        &self,
        session: i64,
        who: AccountId,
        now: At,
    ) -> StoreResult<Option<PrincipalRead>> {
        let store = self.clone();
        let read = move |keys: Vec<(i64, i64)>| {
            let store = store.clone();
            async move { on!(store, read, |c| q::people::principals(c, &keys)) }
        };
        let found = self.gathered.principals.ask((session, who.0), read).await?;
        found.filter(|(until, _)| *until > now).map(|(_, read)| read).transpose()
    }

    /// The answer to an earlier request on this route with one of these keys, each of its account.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn any_answer(
        &self,
        route: String,
        places: Vec<(i64, String)>,
    ) -> StoreResult<Option<KeptAnswer>> {
        on!(self, read, |c| q::answers::any(c, &route, &places))
    }

    /// The body hash and the answer of an earlier request with this key.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn answer(
        &self,
        account: i64,
        route: String,
        key: String,
    ) -> StoreResult<Option<(Vec<u8>, serde_json::Value)>> {
        on!(self, read, |c| q::answers::find(c, account, &route, &key))
    }
}
