//! The body of a write and its `Idempotency-Key` (MINIPROGRAM.md).
//!
//! The same key and body of one account on one route gets the same answer for 7 days; another body gets 422. The row
//! is inserted in the command's own transaction, so an answer is remembered exactly when its effect is.

pub mod nameless;
mod print;

use crate::auth::Principal;
use crate::auth::token::Tokens;
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::json::{parse, too_large};
use crate::state::AppState;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use persistence::values::NewAnswer;
use print::Print;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::Pin;

/// Longest key.
const KEY_MAX: usize = 128;

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
    pub async fn replay<R: DeserializeOwned>(
        &self,
        state: &AppState,
        who: &Principal,
    ) -> ApiResult<Option<R>> {
        let found = state.store.answer(who.account().0, self.route.clone(), self.key.clone()).await?;
        let Some((hash, response)) = found else { return Ok(None) };
        if !self.body.is_of(&hash) {
            return Err(ApiError::new(Kind::IdempotencyKeyReused));
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
            account: who.account().0,
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

impl FromRequest for HeaderKey {
    type Error = ApiError;
    type Future = std::future::Ready<ApiResult<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let route = format!("{} {}", req.method(), req.path());
        std::future::ready(header_key(req).map(|key| Self { key, route }))
    }
}

/// The header's key, checked.
///
/// # Errors
/// 400 naming the header.
fn header_key(req: &HttpRequest) -> ApiResult<String> {
    let missing = || ApiError {
        fields: ApiError::syntax("Idempotency-Key", "required").fields,
        ..ApiError::new(Kind::IdempotencyKeyMissing)
    };
    let value = req.headers().get("idempotency-key").ok_or_else(missing)?;
    let plain = || ApiError::syntax("Idempotency-Key", "plain text only");
    let text = value.to_str().map_err(|_bad| plain())?;
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(plain());
    }
    match text.len() {
        0 => Err(missing()),
        1..=KEY_MAX => Ok(text.to_owned()),
        _ => Err(ApiError::syntax("Idempotency-Key", "at most 128 characters")),
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Keyed<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = ApiResult<Self>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, bytes) = (req.clone(), Bytes::from_request(req, payload));
        Box::pin(async move {
            let key = header_key(&req)?;
            let bytes = bytes.await.map_err(|e| too_large(&e))?;
            let body = parse(&req, &bytes)?;
            let route = format!("{} {}", req.method(), req.path());
            let state = req.app_data::<Data<AppState>>().ok_or_else(|| ApiError::internal("no state"))?;
            let print = Print::of(&bytes, &state.tokens)?;
            Ok(Self { body, key: RequestKey { key, route, body: print } })
        })
    }
}
