//! `POST /accounts`.

use super::RoleRequest;
use crate::http::answers::{WriteErrors, WriteHeaders};
use crate::http::error::{ApiError, ApiResult};
use crate::http::fields::mobile;
use crate::http::fields::{optional_line, required_line};
use crate::http::wire::{Envelope, Reply};
use crate::identity::keyed::Keyed;
use crate::identity::password;
use crate::identity::principal::Principal;
use crate::identity::saved::{earlier, once};
use crate::people::rights::ADMIN;
use crate::state::AppState;
use actix_web::{post, web::Data};
use domain::people::login;
use persistence::people::values::{NewAccount, NewBinding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most roles given at once.
const ROLES_MAX: usize = 20;

/// A new member of staff.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "login": "wang.xm", "name": "王小明", "phone": "13812345678", "roles": [{"role": "grid_worker", "areaId": "501"}],
}))]
pub struct CreateAccountRequest {
    /// Log-in name, unique: 3 to 32 of `a-z 0-9 _ . -`.
    #[schema(pattern = "^[a-z0-9_.-]{3,32}$")]
    pub login: String,
    /// Name.
    #[schema(min_length = 1, max_length = 50)]
    pub name: String,
    /// Mobile number; kept sealed, shown masked.
    #[schema(max_length = 32)]
    pub phone: Option<String>,
    /// The roles, at least one: who has none belongs to no administrator.
    #[schema(min_items = 1, max_items = 20)]
    pub roles: Vec<RoleRequest>,
}

/// A new account and its password.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OneTimePassword {
    /// The account.
    #[schema(example = "42")]
    pub id: String,
    /// Good for logging in and choosing another, for seven days (`auth.one_time_days`). Told here only (and to a retry with the same key).
    #[schema(example = "Abc3-Def4-Ghi5")]
    pub one_time_password: String,
}

async fn check(
    state: &AppState,
    who: &Principal,
    request: &CreateAccountRequest,
) -> ApiResult<(NewAccount, Vec<NewBinding>)> {
    let login = login::read(&request.login);
    if !login::is_sound(&login) {
        return Err(ApiError::field("login", "3 to 32 small letters, digits or _.-"));
    }
    let name = required_line("name", &request.name, 50)?;
    let phone = optional_line("phone", request.phone.as_deref(), 32)?;
    let phone = phone.as_deref().map(mobile).transpose()?;
    if request.roles.is_empty() || request.roles.len() > ROLES_MAX {
        return Err(ApiError::field("roles", "1 to 20"));
    }
    let mut roles = Vec::new();
    for (n, role) in request.roles.iter().enumerate() {
        roles.push(role.check(state, who, &format!("roles[{n}].")).await?);
    }
    let login = Some(login);
    Ok((NewAccount { login, name, phone, password_hash: None, must_change_password: true }, roles))
}

/// Add an account
///
/// For staff, with roles in the areas administered. The answer holds a one-time password, to be changed at the first
/// log-in.
#[utoipa::path(
    post, path = "/accounts", tag = "admin",
    params(WriteHeaders),
    request_body = CreateAccountRequest,
    responses((status = 201, description = "Added", body = Envelope<OneTimePassword>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/accounts")]
pub async fn create_account(
    state: Data<AppState>,
    who: Principal,
    request: Keyed<CreateAccountRequest>,
) -> ApiResult<Reply<OneTimePassword>> {
    who.require(ADMIN)?;
    let (new, roles) = check(&state, &who, &request.body).await?;
    let one_time_password = password::derived(
        &state.tokens,
        &who,
        request.key.as_str(),
        new.login.as_deref().unwrap_or_default(),
    )?;
    let id = match earlier(&state.store, &who, &request.key).await? {
        Some(id) => id,
        None => {
            let hash = state.hashing.hash(one_time_password.clone().into()).await?;
            let new = NewAccount { password_hash: Some(hash), ..new };
            let add = |answer| state.store.add_account(new, roles, state.clock.now(), answer);
            once(&state.store, &who, &request.key, 201, add).await?
        }
    };
    let body = OneTimePassword { id: id.to_string(), one_time_password };
    Ok(Reply::created(body, format!("/api/v1/accounts/{id}")))
}
