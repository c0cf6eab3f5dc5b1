//! `POST /auth/password`.

use super::{Done, bounded};
use crate::http::answers::LogInErrors;
use crate::http::error::ApiResult;
use crate::http::json::Body;
use crate::http::wire::{Envelope, Reply};
use crate::identity::extract::AnyPrincipal;
use crate::people::routes::auth::login;
use crate::state::AppState;
use actix_web::{HttpRequest, post, web::Data};
use domain::people::password::LONGEST;
use serde::Deserialize;
use utoipa::ToSchema;

/// Old and new password.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"oldPassword": "Abc3-Def4-Ghi5", "newPassword": "correct Horse 1"}))]
pub struct ChangePasswordRequest {
    /// The one in force.
    #[schema(min_length = 1, max_length = 128)]
    pub old_password: String,
    /// The new one: at least 8 characters of 3 classes (small letters, capitals, digits, signs); not the old one, not
    /// made of the log-in name, and none that is tried first (words, rows of keys, years, dates).
    #[schema(min_length = 8, max_length = 128)]
    pub new_password: String,
}

/// Change one's password
///
/// The other sessions of the same person end. After a one-time password this opens the other endpoints.
#[utoipa::path(
    post, path = "/auth/password", tag = "auth",
    request_body = ChangePasswordRequest,
    responses((status = 200, description = "Changed", body = Envelope<Done>), LogInErrors),
    security(("bearer" = [])),
)]
#[post("/auth/password")]
pub async fn change_password(
    state: Data<AppState>,
    who: AnyPrincipal,
    req: HttpRequest,
    request: Body<ChangePasswordRequest>,
) -> ApiResult<Reply<Done>> {
    let old = bounded("oldPassword", request.0.old_password, LONGEST)?;
    let from = state.client(&req);
    login::change_password(&state, from, &who.0, old.into(), &request.0.new_password).await?;
    Ok(Reply::ok(Done { done: true }))
}
