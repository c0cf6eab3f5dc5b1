//! People: principals, and the stored answers of their retries.

use super::{Store, on};
use crate::error::StoreResult;
use crate::values::PrincipalRead;
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
        on!(self, read, |c| q::people::principal(c, session, who, now))
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
