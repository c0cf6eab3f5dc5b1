//! `POST /auth/refresh` and `POST /auth/logout`.

use super::{Done, LogInResult, answer, bounded};
use crate::http::answers::LogInErrors;
use crate::http::error::ApiResult;
use crate::http::json::Body;
use crate::http::locale::Lang;
use crate::http::wire::{Envelope, Reply};
use crate::identity::extract::AnyPrincipal;
use crate::people::routes::auth::login;
use crate::state::AppState;
use actix_web::{post, web::Data};
use serde::Deserialize;
use utoipa::ToSchema;

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"refreshToken": "17.0.q83vEjRWeJq83vEjRWeJ"}))]
pub struct RefreshRequest {
    /// The last one received.
    #[schema(min_length = 1, max_length = 256)]
    pub refresh_token: String,
}

/// Refresh
///
/// A new access token and the next refresh token. A retry (the answer was lost, two requests at once) gets the same
/// refresh token until that one has been used. A token whose successor was used is taken for stolen: the session ends
/// and this answers 401 `SESSION_REVOKED`.
#[utoipa::path(
    post, path = "/auth/refresh", tag = "auth",
    request_body = RefreshRequest,
    responses((status = 200, description = "Refreshed", body = Envelope<LogInResult>), LogInErrors),
    security(()),
)]
#[post("/auth/refresh")]
pub async fn refresh_session(
    state: Data<AppState>,
    request: Body<RefreshRequest>,
    lang: Lang,
) -> ApiResult<Reply<LogInResult>> {
    let token = bounded("refreshToken", request.0.refresh_token, 256)?;
    let login = login::refresh(&state, &token).await?;
    answer(&state, login, lang).await.map(Reply::ok)
}

/// Log out
///
/// Ends this session: its tokens are refused from now on. Others of the same person live on.
#[utoipa::path(
    post, path = "/auth/logout", tag = "auth",
    responses((status = 200, description = "Logged out", body = Envelope<Done>), LogInErrors),
    security(("bearer" = [])),
)]
#[post("/auth/logout")]
pub async fn log_out(state: Data<AppState>, who: AnyPrincipal) -> ApiResult<Reply<Done>> {
    login::log_out(&state, &who.0).await?;
    Ok(Reply::ok(Done { done: true }))
}
