//! The body of a write and its `Idempotency-Key` (MINIPROGRAM.md).
//!
//! The same key and body of one account on one route gets the same answer for 7 days; another body gets 422. The row
//! is inserted in the command's own transaction, so an answer is remembered exactly when its effect is.

mod extract;
pub mod nameless;
mod print;

use crate::http::error::{ApiError, ApiResult, Kind};
use crate::identity::principal::Principal;
use crate::identity::token::Tokens;
use persistence::Store;
use persistence::engine::answers::NewAnswer;
use print::Print;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A JSON body with its idempotency key.
#[derive(Debug)]
pub struct Keyed<T> {
    /// The body.
    pub body: T,
    /// Key, route and what tells the body from another.
    pub key: RequestKey,
}

/// What identifies a write for retries.
#[derive(Debug, Clone)]
pub struct RequestKey {
    key: String,
    route: String,
    body: Print,
}

impl RequestKey {
    /// The client's key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.key
    }

    /// The key of one part of a batch.
    #[must_use]
    pub fn part(&self, name: &str) -> Self {
        Self { route: format!("{} #{name}", self.route), ..self.clone() }
    }

    /// The stored answer of an earlier request with this key, if any.
    ///
    /// # Errors
    /// 422 when the key was used for another body.
    pub async fn replay<R: DeserializeOwned>(&self, store: &Store, who: &Principal) -> ApiResult<Option<R>> {
        let found = store.answer(who.account(), self.route.clone(), self.key.clone()).await?;
        let Some((hash, response)) = found else { return Ok(None) };
        if !self.body.is_of(&hash) {
            return Err(ApiError::new(Kind::IDEMPOTENCY_KEY_REUSED));
        }
        serde_json::from_value(response).map(Some).map_err(|e| ApiError::internal(e.to_string()))
    }

    /// The row to insert with the command's own transaction.
    ///
    /// # Errors
    /// 500 when the answer does not serialise.
    pub fn answer<R: Serialize>(&self, who: &Principal, status: i32, response: &R) -> ApiResult<NewAnswer> {
        let response = serde_json::to_value(response).map_err(|e| ApiError::internal(e.to_string()))?;
        Ok(NewAnswer {
            account: who.account(),
            route: self.route.clone(),
            key: self.key.clone(),
            body_hash: self.body.kept(),
            status,
            response,
        })
    }
}

/// A key whose body is no JSON and is read elsewhere (uploads).
#[derive(Debug)]
pub struct HeaderKey {
    key: String,
    route: String,
}

impl HeaderKey {
    /// The key of this body.
    ///
    /// # Errors
    /// 500.
    pub fn with_body(self, body: &[u8], tokens: &Tokens) -> ApiResult<RequestKey> {
        Ok(RequestKey { key: self.key, route: self.route, body: Print::of(body, tokens)? })
    }
}
