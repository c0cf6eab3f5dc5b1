//! `POST /accounts/{id}/roles` and `DELETE /accounts/{id}/roles/{bindingId}`.

use super::RoleRequest;
use crate::http::answers::{ById, WriteErrors, WriteHeaders};
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::params::PathId;
use crate::http::wire;
use crate::http::wire::{Envelope, Reply};
use crate::identity::keyed::Keyed;
use crate::identity::principal::Principal;
use crate::identity::saved::{Saved, once};
use crate::people::rights::manage;
use crate::state::AppState;
use actix_web::web::{Data, Path};
use actix_web::{delete, post};
use domain::people::Role;
use domain::{AccountId, BindingId};
use persistence::people::values::Removal;
use utoipa::IntoParams;

/// Give a role
///
/// Bound to an area, unit or team administered. One that is held already stays as it is.
#[utoipa::path(
    post, path = "/accounts/{id}/roles", tag = "admin",
    params(ById, WriteHeaders),
    request_body = RoleRequest,
    responses((status = 200, description = "Given", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/accounts/{id}/roles")]
pub async fn add_role(
    state: Data<AppState>,
    who: Principal,
    account: PathId<AccountId>,
    request: Keyed<RoleRequest>,
) -> ApiResult<Reply<Saved>> {
    manage(&state.store, &who, account.0).await?;
    let role = request.body.check(&state, &who, "").await?;
    let write = |answer| state.store.add_role(account.0, role, state.clock.now(), answer);
    let id = once(&state.store, &who, &request.key, 200, write).await?;
    state.principals.forget();
    Ok(Reply::ok(Saved::of(id)))
}

/// The path of a role held.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "read by the document only")]
pub struct RolePath {
    /// Id of the account.
    #[param(example = "42", pattern = "^[1-9][0-9]{0,17}$")]
    id: String,
    /// Id of the role held.
    #[param(rename = "bindingId", example = "31", pattern = "^[1-9][0-9]{0,17}$")]
    binding_id: String,
}

/// Take a role away
///
/// Done again it changes nothing and answers the same. Orders that the person holds and may not work on without it are
/// returned, as when an account is disabled. Refused for the last administrator (409 `IN_USE`) and for one's own
/// administration (403 `OWN_CASE`). Offers that the person loses cannot be claimed any more when this answers.
#[utoipa::path(
    delete, path = "/accounts/{id}/roles/{bindingId}", tag = "admin",
    params(RolePath),
    responses((status = 200, description = "Taken away", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[delete("/accounts/{id}/roles/{bindingId}")]
pub async fn remove_role(
    state: Data<AppState>,
    who: Principal,
    path: Path<(String, String)>,
) -> ApiResult<Reply<Saved>> {
    let account: AccountId = wire::id("id", &path.0)?;
    let binding: BindingId = wire::id("bindingId", &path.1)?;
    let person = manage(&state.store, &who, account).await?;
    let Some(held) = person.roles.iter().find(|role| role.id == binding) else {
        return Ok(Reply::ok(Saved::of(account)));
    };
    if held.role == Role::Admin && account == who.account() {
        return Err(ApiError::new(Kind::OWN_CASE));
    }
    match state.store.remove_role(account, held.id, state.store.now().await?).await? {
        Removal::Done { lost } => state.leaver().leave(account, lost, false).await,
        Removal::LastAdmin => return Err(ApiError::new(Kind::IN_USE)),
    }
    Ok(Reply::ok(Saved::of(account)))
}
