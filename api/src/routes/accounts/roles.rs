//! `POST /accounts/{id}/roles` and `DELETE /accounts/{id}/roles/{bindingId}`.

use super::{RoleRequest, holds, manage, outdate_offers};
use crate::auth::Principal;
use crate::error::{ApiError, ApiResult, Kind};
use crate::keyed::Keyed;
use crate::params::PathId;
use crate::routes::answers::{ById, WriteErrors, WriteHeaders};
use crate::saved::{Saved, once};
use crate::state::AppState;
use crate::wire::{self, Envelope, Reply};
use actix_web::web::{Data, Path};
use actix_web::{delete, post};
use domain::actor::Role;
use persistence::people::{BindingRead, Bound, NewBinding, Removal};
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
    account: PathId,
    request: Keyed<RoleRequest>,
) -> ApiResult<Reply<Saved>> {
    let person = manage(&state, &who, account.0).await?;
    let role = request.body.check(&state, &who, "").await?;
    let write = |answer| state.store.add_role(person.account.id, role, state.clock.now(), answer);
    let id = once(&state, &who, &request.key, 200, write).await?;
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
/// Done again it changes nothing and answers the same. Refused for the last claiming role of somebody who holds
/// orders (409 `HOLDS_ORDERS`, `detail.orders`), for the last administrator (409 `IN_USE`) and for one's own
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
    let (account, binding) = (wire::id("id", &path.0)?, wire::id("bindingId", &path.1)?);
    let person = manage(&state, &who, account).await?;
    let Some(held) = person.roles.iter().find(|role| role.id == binding) else {
        return Ok(Reply::ok(Saved::of(account)));
    };
    if held.role == Role::Admin && account == who.account().0 {
        return Err(ApiError::new(Kind::OwnCase));
    }
    take(&state, account, held).await?;
    Ok(Reply::ok(Saved::of(account)))
}

async fn take(state: &AppState, account: i64, held: &BindingRead) -> ApiResult<()> {
    let lost = match state.store.remove_role(account, held.id).await? {
        Removal::Done { lost } => lost,
        Removal::Holds(orders) => return Err(holds(orders)),
        Removal::LastAdmin => return Err(ApiError::new(Kind::InUse)),
    };
    state.principals.forget();
    outdate_offers(state, account, lost).await?;
    // a claim may have come through before the attempt rose: then the last claiming role stays after all
    let left = state.store.person(account).await?.roles;
    if held.role.claims() && !left.iter().any(|role| role.role.claims()) {
        let orders = state.store.held_orders(account).await?;
        if !orders.is_empty() {
            state.store.restore_role(account, binding_of(held)?, state.clock.now()).await?;
            return Err(holds(orders));
        }
    }
    Ok(())
}

fn binding_of(held: &BindingRead) -> ApiResult<NewBinding> {
    let bound = held.area.as_ref().map(|place| Bound::Area(place.id));
    let bound = bound.or_else(|| held.unit.as_ref().map(|place| Bound::Unit(place.id)));
    let bound = bound.or_else(|| held.team.as_ref().map(|place| Bound::Team(place.id)));
    let bound = bound.ok_or_else(|| ApiError::internal("a role bound to nothing"))?;
    Ok(NewBinding { role: held.role, bound, employment: held.employment })
}
