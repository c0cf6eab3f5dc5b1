//! `POST /accounts/{id}/disable` and `…/enable`.

use super::{holds, manage, outdate_offers};
use crate::auth::Principal;
use crate::error::{ApiError, ApiResult, Kind};
use crate::keyed::{Keyed, RequestKey};
use crate::params::PathId;
use crate::routes::answers::{ById, WriteErrors, WriteHeaders};
use crate::routes::orders::command::NothingMore;
use crate::saved::{Saved, answer_of, earlier, once, unkeyed};
use crate::state::AppState;
use crate::wire::{Envelope, Reply};
use actix_web::{post, web::Data};
use persistence::StoreError;
use persistence::people::Removal;

/// Disable an account
///
/// Ends every session; roles are kept but give nothing. Refused for somebody who holds orders (409 `HOLDS_ORDERS`,
/// `detail.orders`: hand them over first), for the last administrator (409 `IN_USE`) and for oneself (403 `OWN_CASE`).
/// Offers to the person cannot be claimed any more when this answers.
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
    account: PathId,
    request: Keyed<NothingMore>,
) -> ApiResult<Reply<Saved>> {
    let id = manage(&state, &who, account.0).await?.account.id;
    if id == who.account().0 {
        return Err(ApiError::new(Kind::OwnCase));
    }
    if earlier(&state, &who, &request.key).await?.is_none() {
        disable(&state, id).await?;
        finish(&state, &who, id, &request.key).await?;
    }
    Ok(Reply::ok(Saved::of(id)))
}

/// Keeps the answer, which only now is known to be right; disabling once more until then changes nothing.
async fn finish(state: &AppState, who: &Principal, id: i64, key: &RequestKey) -> ApiResult<()> {
    match state.store.keep_answer(id, state.clock.now(), answer_of(key, who, 200)).await {
        // a retry that ran beside this one kept the same
        Err(StoreError::Conflict(_)) => Ok(()),
        kept => Ok(kept?),
    }
}

async fn disable(state: &AppState, id: i64) -> ApiResult<()> {
    let now = state.clock.now();
    let lost = match state.store.disable_account(id, now).await? {
        Removal::Done { lost } => lost,
        Removal::Holds(orders) => return Err(holds(orders)),
        Removal::LastAdmin => return Err(ApiError::new(Kind::InUse)),
    };
    state.principals.forget();
    outdate_offers(state, id, lost).await?;
    // a claim may have come through before the attempt rose: then the account is enabled again
    let orders = state.store.held_orders(id).await?;
    if orders.is_empty() {
        return Ok(());
    }
    state.store.enable_account(id, now, unkeyed()).await?;
    state.principals.forget();
    Err(holds(orders))
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
    account: PathId,
    request: Keyed<NothingMore>,
) -> ApiResult<Reply<Saved>> {
    let id = manage(&state, &who, account.0).await?.account.id;
    let write = |answer| state.store.enable_account(id, state.clock.now(), answer);
    once(&state, &who, &request.key, 200, write).await?;
    state.principals.forget();
    Ok(Reply::ok(Saved::of(id)))
}
