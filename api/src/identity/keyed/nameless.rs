//! Answers that are kept for a retry and tell nobody whose they are: those of fully anonymous orders. The row lies under
//! account 0; its key and its body's hash are made from the person's and the client's with the secret that signs tokens, so
//! that whoever has the table alone can try neither accounts nor bodies against it.

use super::RequestKey;
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::identity::principal::Principal;
use crate::identity::token::Tokens;
use domain::AccountId;
use persistence::Store;
use persistence::engine::answers::NewAnswer;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The account of nobody.
const NOBODY: AccountId = AccountId(0);

/// What a person's key and body are kept as: under the secret in force first, and under the one before.
#[derive(Debug)]
pub struct Nameless {
    own: RequestKey,
    kept: Vec<(String, Vec<u8>)>,
}

impl Nameless {
    /// Of this write.
    ///
    /// # Errors
    /// 500.
    pub fn of(own: RequestKey, who: &Principal, tokens: &Tokens) -> ApiResult<Self> {
        let of = format!("{}:{}:{}", who.account(), own.route, own.key);
        let keys = tokens.macs(&format!("nameless-key:{of}"))?;
        let bodies = tokens.macs(&format!("nameless-body:{of}:{}", own.body.hex()))?;
        Ok(Self { own, kept: keys.into_iter().map(hex::encode).zip(bodies).collect() })
    }

    /// The client's own key.
    #[must_use]
    pub const fn own(&self) -> &RequestKey {
        &self.own
    }

    /// The row to insert with the write's own transaction, without the answer itself: nobody's, or the person's.
    ///
    /// # Errors
    /// 500.
    pub fn answer(&self, who: &Principal, nameless: bool, status: i32) -> ApiResult<NewAnswer> {
        let own = self.own.answer(who, status, &Value::Null)?;
        match self.kept.first().filter(|_| nameless).cloned() {
            Some((key, body_hash)) => Ok(NewAnswer { account: NOBODY, key, body_hash, ..own }),
            None => Ok(own),
        }
    }

    /// The answer of an earlier request with this key, kept as the person's or as nobody's.
    ///
    /// # Errors
    /// 422 when the key was used for another body.
    pub async fn replay<R: DeserializeOwned>(&self, store: &Store, who: &Principal) -> ApiResult<Option<R>> {
        let RequestKey { key, route, body } = &self.own;
        let own = (who.account(), key.clone());
        let nobodys = self.kept.iter().map(|(key, _)| (NOBODY, key.clone()));
        let places = std::iter::once(own).chain(nobodys).collect();
        let Some(found) = store.any_answer(route.clone(), places).await? else { return Ok(None) };
        let same = match found.account {
            NOBODY => self.kept.contains(&(found.key, found.body_hash)),
            _ => body.is_of(&found.body_hash),
        };
        if !same {
            return Err(ApiError::new(Kind::IDEMPOTENCY_KEY_REUSED));
        }
        serde_json::from_value(found.response).map(Some).map_err(|e| ApiError::internal(e.to_string()))
    }
}
