//! `POST /accounts/{id}/unlock`.

use crate::http::answers::{ById, WriteErrors, WriteHeaders};
use crate::http::error::ApiResult;
use crate::http::params::PathId;
use crate::http::wire::NothingMore;
use crate::http::wire::{Envelope, Reply};
use crate::identity::keyed::Keyed;
use crate::identity::principal::Principal;
use crate::identity::saved::{Saved, once};
use crate::people::rights::manage;
use crate::state::AppState;
use actix_web::{post, web::Data};
use domain::AccountId;

/// Unlock an account
///
/// Forgives the wrong passwords given for it so far, on every replica: whoever had to wait may try again at once.
/// Sessions and password stay.
#[utoipa::path(
    post, path = "/accounts/{id}/unlock", tag = "admin",
    params(ById, WriteHeaders),
    request_body = NothingMore,
    responses((status = 200, description = "Unlocked", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/accounts/{id}/unlock")]
pub async fn unlock_account(
    state: Data<AppState>,
    who: Principal,
    account: PathId<AccountId>,
    request: Keyed<NothingMore>,
) -> ApiResult<Reply<Saved>> {
    let id = account.0;
    manage(&state.store, &who, id).await?;
    let write = |answer| state.store.unlock_account(id, state.clock.now(), answer);
    once(&state.store, &who, &request.key, 200, write).await.map(|id| Reply::ok(Saved::of(id)))
}
