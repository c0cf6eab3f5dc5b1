//! `POST /auth/login`: staff, by name and password.

use super::{LogInResult, answer, bounded};
use crate::http::answers::LogInErrors;
use crate::http::error::ApiResult;
use crate::http::json::Body;
use crate::http::locale::Lang;
use crate::http::wire::{Envelope, Reply};
use crate::people::routes::auth::login;
use crate::state::AppState;
use actix_web::{HttpRequest, post, web::Data};
use domain::people::password::LONGEST;
use serde::Deserialize;
use utoipa::ToSchema;

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"login": "wang.xm", "password": "Abc3-Def4-Ghi5"}))]
pub struct LogInRequest {
    /// Log-in name; case, blanks, widths and invisible signs do not matter.
    #[schema(min_length = 1, max_length = 256)]
    pub login: String,
    /// Password. In a one-time one neither blanks nor dashes matter.
    #[schema(min_length = 1, max_length = 128)]
    pub password: String,
}

/// Log in
///
/// For staff, by name and password. An unknown name, a wrong password and a disabled account get the same answer. After
/// five of them a name takes no password from that network for 15 minutes (429); from another one it does. Many
/// failures from one address make it wait for a minute. A one-time password that was not changed within seven days is
/// refused (401 `ONE_TIME_PASSWORD_EXPIRED`): an administrator gives another one.
#[utoipa::path(
    post, path = "/auth/login", tag = "auth",
    request_body = LogInRequest,
    responses((status = 200, description = "Logged in", body = Envelope<LogInResult>), LogInErrors),
    security(()),
)]
#[post("/auth/login")]
pub async fn log_in(
    state: Data<AppState>,
    req: HttpRequest,
    request: Body<LogInRequest>,
    lang: Lang,
) -> ApiResult<Reply<LogInResult>> {
    let name = bounded("login", request.0.login, 256)?;
    let given = bounded("password", request.0.password, LONGEST)?;
    let login = login::by_password(&state, state.client(&req), &name, given.into()).await?;
    answer(&state, login, lang).await.map(Reply::ok)
}
