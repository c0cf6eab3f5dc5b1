//! Who asks, as handlers take it from a request.

use crate::http::error::{ApiError, ApiResult, Kind};
use crate::identity::principal::Principal;
use crate::state::AppState;
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use std::future::Future;
use std::pin::Pin;

/// A person who may use the log-in routes only: a one-time password is not changed yet.
#[derive(Debug, Clone)]
pub struct AnyPrincipal(pub Principal);

impl FromRequest for Principal {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = ApiResult<Self>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let principal = identify(&req).await?;
            if principal.must_change_password() {
                return Err(ApiError::new(Kind::PASSWORD_CHANGE_REQUIRED));
            }
            Ok(principal)
        })
    }
}

impl FromRequest for AnyPrincipal {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = ApiResult<Self>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { identify(&req).await.map(Self) })
    }
}

async fn identify(req: &HttpRequest) -> ApiResult<Principal> {
    let state = req.app_data::<Data<AppState>>().ok_or_else(|| ApiError::internal("no state"))?;
    let header = req.headers().get("authorization").and_then(|v| v.to_str().ok()).unwrap_or("");
    let token = header.strip_prefix("Bearer ").ok_or_else(|| ApiError::new(Kind::UNAUTHENTICATED))?;
    let access = state.tokens.verify_access(token, state.clock.now())?;
    state.principals.by_access(access).await
}
