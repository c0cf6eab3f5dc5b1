//! `POST /accounts/{id}/reset-password`.

use super::create::OneTimePassword;
use crate::http::answers::{ById, WriteErrors, WriteHeaders};
use crate::http::error::{ApiError, ApiResult};
use crate::http::params::PathId;
use crate::http::wire::NothingMore;
use crate::http::wire::{Envelope, Reply};
use crate::identity::keyed::Keyed;
use crate::identity::password;
use crate::identity::principal::Principal;
use crate::identity::saved::{earlier, once};
use crate::people::rights::manage;
use crate::state::AppState;
use actix_web::{post, web::Data};
use domain::AccountId;

/// Reset a password
///
/// Ends every session of that person and the lock, if any; the answer holds a one-time password.
#[utoipa::path(
    post, path = "/accounts/{id}/reset-password", tag = "admin",
    params(ById, WriteHeaders),
    request_body = NothingMore,
    responses((status = 200, description = "Reset", body = Envelope<OneTimePassword>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/accounts/{id}/reset-password")]
pub async fn reset_password(
    state: Data<AppState>,
    who: Principal,
    account: PathId<AccountId>,
    request: Keyed<NothingMore>,
) -> ApiResult<Reply<OneTimePassword>> {
    let row = manage(&state.store, &who, account.0).await?.account;
    let login = row.login.ok_or_else(|| ApiError::field("id", "logs in without a password"))?;
    let one_time_password =
        password::derived(&state.tokens, &who, request.key.as_str(), &format!("reset:{login}"))?;
    if earlier::<AccountId>(&state.store, &who, &request.key).await?.is_none() {
        let hash = state.hashing.hash(one_time_password.clone().into()).await?;
        let reset = |answer| state.store.reset_password(account.0, hash, state.clock.now(), answer);
        once(&state.store, &who, &request.key, 200, reset).await?;
        state.principals.forget();
    }
    Ok(Reply::ok(OneTimePassword { id: row.id.to_string(), one_time_password }))
}
