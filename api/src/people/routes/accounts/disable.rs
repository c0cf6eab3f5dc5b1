//! `POST /accounts/{id}/disable` and `…/enable`.

use crate::http::answers::{ById, WriteErrors, WriteHeaders};
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::params::PathId;
use crate::http::wire::NothingMore;
use crate::http::wire::{Envelope, Reply};
use crate::identity::keyed::{Keyed, RequestKey};
use crate::identity::principal::Principal;
use crate::identity::saved::{Saved, answer_of, earlier, once};
use crate::people::rights::manage;
use crate::state::AppState;
use actix_web::{post, web::Data};
use domain::AccountId;
use persistence::people::values::Removal;
use persistence::{Constraint, StoreError};

/// Disable an account
///
/// Ends every session, socket and poll, whatever the person holds; roles are kept but give nothing. Then their orders are
/// returned, each with a step in its history: what they claimed to the pool, what was directed to them to the
/// dispatcher; as co-handlers they are waived. What waits for a check or a ruling stays there, and goes to the pool if it
/// is sent back. All of it is done when this answers, or, of somebody with hundreds of orders, soon after it. Refused for
/// the last administrator (409 `IN_USE`) and for oneself (403 `OWN_CASE`).
#[utoipa::path(
    post, path = "/accounts/{id}/disable", tag = "admin",
    params(ById, WriteHeaders),
    request_body = NothingMore,
    responses((status = 200, description = "Disabled", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/accounts/{id}/disable")]
pub async fn disable_account(
    state: Data<AppState>,
    who: Principal,
    account: PathId<AccountId>,
    request: Keyed<NothingMore>,
) -> ApiResult<Reply<Saved>> {
    let id = account.0;
    manage(&state.store, &who, id).await?;
    if id == who.account() {
        return Err(ApiError::new(Kind::OWN_CASE));
    }
    if earlier::<AccountId>(&state.store, &who, &request.key).await?.is_none() {
        disable(&state, id).await?;
        finish(&state, &who, id, &request.key).await?;
    }
    Ok(Reply::ok(Saved::of(id)))
}

/// Keeps the answer, which only now is known to be right; disabling once more until then changes nothing.
async fn finish(state: &AppState, who: &Principal, id: AccountId, key: &RequestKey) -> ApiResult<()> {
    match state.store.keep_answer(id.0, state.clock.now(), answer_of(key, who, 200)).await {
        // a retry that ran beside this one kept the same
        Err(StoreError::Taken(Constraint::Idempotency)) => Ok(()),
        kept => Ok(kept?),
    }
}

async fn disable(state: &AppState, id: AccountId) -> ApiResult<()> {
    match state.store.disable_account(id, state.store.now().await?).await? {
        Removal::Done { lost } => state.leaver().leave(id, lost, true).await,
        Removal::LastAdmin => return Err(ApiError::new(Kind::IN_USE)),
    }
    Ok(())
}

/// Enable an account
///
/// Its roles give again what they gave.
#[utoipa::path(
    post, path = "/accounts/{id}/enable", tag = "admin",
    params(ById, WriteHeaders),
    request_body = NothingMore,
    responses((status = 200, description = "Enabled", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/accounts/{id}/enable")]
pub async fn enable_account(
    state: Data<AppState>,
    who: Principal,
    account: PathId<AccountId>,
    request: Keyed<NothingMore>,
) -> ApiResult<Reply<Saved>> {
    let id = account.0;
    manage(&state.store, &who, id).await?;
    let write = |answer| state.store.enable_account(id, state.clock.now(), answer);
    once(&state.store, &who, &request.key, 200, write).await?;
    state.principals.forget();
    Ok(Reply::ok(Saved::of(id)))
}
