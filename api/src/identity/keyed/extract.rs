//! Keys and keyed bodies as handlers take them from a request.

use super::print::Print;
use super::{HeaderKey, Keyed, RequestKey};
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::json::{parse, too_large};
use crate::state::AppState;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::Pin;

/// Longest key.
const KEY_MAX: usize = 128;

/// The header's key, checked.
///
/// # Errors
/// 400 naming the header.
fn header_key(req: &HttpRequest) -> ApiResult<String> {
    let missing = || ApiError {
        fields: ApiError::syntax("Idempotency-Key", "required").fields,
        ..ApiError::new(Kind::IDEMPOTENCY_KEY_MISSING)
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

impl FromRequest for HeaderKey {
    type Error = ApiError;
    type Future = std::future::Ready<ApiResult<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let route = format!("{} {}", req.method(), req.path());
        std::future::ready(header_key(req).map(|key| Self { key, route }))
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
