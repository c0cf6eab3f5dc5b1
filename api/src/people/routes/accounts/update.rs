//! `PUT /accounts/{id}`.

use crate::http::answers::{ById, WriteErrors, WriteHeaders};
use crate::http::error::ApiResult;
use crate::http::fields::mobile;
use crate::http::fields::{optional_line, required_line};
use crate::http::params::PathId;
use crate::http::wire::{Envelope, Reply};
use crate::identity::keyed::Keyed;
use crate::identity::principal::Principal;
use crate::identity::saved::{Saved, once};
use crate::people::rights::manage;
use crate::state::AppState;
use actix_web::{put, web::Data};
use domain::AccountId;
use persistence::people::values::AccountEdit;
use serde::Deserialize;
use utoipa::ToSchema;

/// What may change of an account.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"name": "王小明", "phone": "13812345678"}))]
pub struct UpdateAccountRequest {
    /// Name. A masked one that was read here leaves it as it is.
    #[schema(min_length = 1, max_length = 50)]
    pub name: String,
    /// Mobile number; it stays as it is when left out.
    #[schema(max_length = 32)]
    pub phone: Option<String>,
}

/// Change an account
///
/// Name and phone of somebody whose every role lies in the areas administered.
#[utoipa::path(
    put, path = "/accounts/{id}", tag = "admin",
    params(ById, WriteHeaders),
    request_body = UpdateAccountRequest,
    responses((status = 200, description = "Changed", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[put("/accounts/{id}")]
pub async fn update_account(
    state: Data<AppState>,
    who: Principal,
    account: PathId<AccountId>,
    request: Keyed<UpdateAccountRequest>,
) -> ApiResult<Reply<Saved>> {
    manage(&state.store, &who, account.0).await?;
    let name = required_line("name", &request.body.name, 50)?;
    let phone = optional_line("phone", request.body.phone.as_deref(), 32)?;
    let edit = AccountEdit { name, phone: phone.as_deref().map(mobile).transpose()? };
    let write = |answer| state.store.edit_account(account.0, edit, state.clock.now(), answer);
    let id = once(&state.store, &who, &request.key, 200, write).await?;
    state.principals.forget();
    Ok(Reply::ok(Saved::of(id)))
}
