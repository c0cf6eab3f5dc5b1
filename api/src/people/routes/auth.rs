//! Logging in, staying so, and out.
//!
//! None of these takes an `Idempotency-Key`: they have retry rules of their own (a refresh token's retry gets the
//! same successor), most come before there is an account to keep a key for, and stored answers would hold tokens.

pub mod code;
pub mod log_in;
pub mod login;
pub mod password;
pub mod session;

use crate::http::error::{ApiError, ApiResult};
use crate::http::locale::Lang;
use crate::people::routes::auth::login::LoggedIn;
use crate::people::shown::RoleView;
use crate::state::AppState;
use serde::Serialize;
use utoipa::ToSchema;

/// A log-in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogInResult {
    /// For `Authorization: Bearer …`.
    pub access_token: String,
    /// Its life, seconds.
    #[schema(example = 900)]
    pub expires_in: i64,
    /// For `POST /auth/refresh`, when the access token has expired.
    pub refresh_token: String,
    /// Who is logged in.
    pub account: LoggedInAccount,
    /// A one-time password is still in force: until `POST /auth/password`, everything else answers 403.
    pub must_change_password: bool,
}

/// Who is logged in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoggedInAccount {
    /// Its id.
    #[schema(example = "7")]
    pub id: String,
    /// The person's name.
    #[schema(example = "王小明")]
    pub name: String,
    /// The roles held; residents have none.
    pub roles: Vec<RoleView>,
}

/// What was asked is done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    /// True.
    #[schema(example = true)]
    pub done: bool,
}

/// The answer to a log-in.
async fn answer(state: &AppState, login: LoggedIn, lang: Lang) -> ApiResult<LogInResult> {
    let person = state.store.person_themself(login.account).await?;
    Ok(LogInResult {
        access_token: login.access_token,
        expires_in: state.tokens.access_s,
        refresh_token: login.refresh_token,
        account: LoggedInAccount {
            id: person.account.id.to_string(),
            name: person.account.name,
            roles: person.roles.iter().map(|role| RoleView::of(role, lang)).collect(),
        },
        must_change_password: person.account.must_change_password,
    })
}

/// Text of at most so many bytes.
fn bounded(field: &str, text: String, max: usize) -> ApiResult<String> {
    match text.len() {
        0 => Err(ApiError::field(field, "required")),
        n if n > max => Err(ApiError::field(field, format!("at most {max} bytes"))),
        _ => Ok(text),
    }
}
