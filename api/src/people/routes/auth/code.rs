//! `POST /auth/code`: residents, by the code of a provider.

use super::{LogInResult, answer, bounded};
use crate::http::answers::LogInErrors;
use crate::http::error::{ApiError, ApiResult};
use crate::http::fields::optional_line;
use crate::http::json::Body;
use crate::http::locale::Lang;
use crate::http::wire::{Envelope, Reply};
use crate::people::routes::auth::login;
use crate::state::AppState;
use actix_web::{HttpRequest, post, web::Data};
use serde::Deserialize;
use utoipa::ToSchema;

/// What a resident is called who gave no name.
const NAMELESS: &str = "居民";

/// A provider's code.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"code": "dev:wang", "name": "王小明"}))]
pub struct CodeLogInRequest {
    /// The provider; the server's default one when left out.
    #[schema(example = "dev", max_length = 32)]
    pub provider: Option<String>,
    /// The one-time code.
    #[schema(min_length = 1, max_length = 256)]
    pub code: String,
    /// The name to be known by, taken at the first log-in only.
    #[schema(max_length = 50)]
    pub name: Option<String>,
}

/// Log in by code
///
/// For residents, who need no password: the client gets a one-time code from a provider, the server asks the provider
/// whose it is. The first log-in adds the account. The development provider takes any code `dev:<name>` (1 to 32 of
/// `a-z 0-9 _ -`) and is refused in production mode.
#[utoipa::path(
    post, path = "/auth/code", tag = "auth",
    request_body = CodeLogInRequest,
    responses((status = 200, description = "Logged in", body = Envelope<LogInResult>), LogInErrors),
    security(()),
)]
#[post("/auth/code")]
pub async fn log_in_by_code(
    state: Data<AppState>,
    req: HttpRequest,
    request: Body<CodeLogInRequest>,
    lang: Lang,
) -> ApiResult<Reply<LogInResult>> {
    let CodeLogInRequest { provider, code, name } = request.0;
    let name = optional_line("name", name.as_deref(), 50)?.unwrap_or_else(|| NAMELESS.into());
    let code = bounded("code", code, 256)?;
    let wanted = |known: &str| provider.as_deref().is_none_or(|asked| asked == known);
    let found = state.code_providers.iter().find(|p| wanted(p.name()));
    let provider = found.ok_or_else(|| ApiError::field("provider", "unknown"))?;
    let login = login::by_code(&state, state.client(&req), &**provider, &code, &name).await?;
    answer(&state, login, lang).await.map(Reply::ok)
}
