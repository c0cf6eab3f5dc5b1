//! Logging in and out: what the endpoints of `routes/auth` do.

use super::{Principal, password};
use crate::auth::provider::CodeProvider;
use crate::auth::token::{Access, Refresh};
use crate::error::{ApiError, ApiResult, Kind};
use crate::state::AppState;
use chrono::TimeDelta;
use domain::{AccountId, At};
use persistence::StoreError;
use persistence::people::Rotation;
use persistence::rows::AccountRow;
use secrecy::SecretString;

/// A log-in that succeeded.
#[derive(Debug)]
pub struct LoggedIn {
    /// Whose.
    pub account: i64,
    /// For the `Authorization` header.
    pub access_token: String,
    /// For the next access token.
    pub refresh_token: String,
}

fn expiry(state: &AppState, now: At) -> At {
    now + TimeDelta::days(i64::from(state.config.auth.refresh_days))
}

fn tokens(state: &AppState, account: i64, session: i64, counter: i32, now: At) -> ApiResult<LoggedIn> {
    Ok(LoggedIn {
        account,
        access_token: state.tokens.access(Access { account, session }, now)?,
        refresh_token: state.tokens.refresh(Refresh { session, counter })?,
    })
}

/// 429 with the seconds that are left.
fn locked(until: At, now: At) -> ApiError {
    let seconds = u32::try_from((until - now).num_seconds().max(0)).unwrap_or(u32::MAX).saturating_add(1);
    ApiError::new(Kind::AccountLocked).retry_after(seconds)
}

/// Checks a password and counts a wrong one. A disabled account answers as if the password were wrong.
async fn check(state: &AppState, row: Option<&AccountRow>, given: SecretString, now: At) -> ApiResult<()> {
    if let Some(until) = row.and_then(|r| r.locked_until).filter(|until| until.0 > now) {
        return Err(locked(until.0, now));
    }
    let right = password::verify(state, given, row.and_then(|r| r.password_hash.clone())).await?;
    let Some(row) = row else { return Err(ApiError::new(Kind::LoginFailed)) };
    if right && row.disabled_at.is_none() {
        return Ok(());
    }
    let auth = &state.config.auth;
    let until = now + TimeDelta::minutes(i64::from(auth.lock_minutes));
    let after = i32::try_from(auth.lock_after.max(1)).unwrap_or(i32::MAX);
    match state.store.count_failure(row.id, after, now, until).await?.locked_until {
        Some(until) => Err(locked(until, now)),
        None => Err(ApiError::new(Kind::LoginFailed)),
    }
}

/// Logs in by name and password.
///
/// # Errors
/// 401 alike for an unknown name, a wrong password and a disabled account; 429 while locked.
pub async fn by_password(state: &AppState, login: &str, given: SecretString) -> ApiResult<LoggedIn> {
    let row = state.store.account_by_login(login.trim().to_lowercase()).await?;
    check(state, row.as_ref(), given, state.clock.now()).await?;
    let row = row.ok_or_else(|| ApiError::new(Kind::LoginFailed))?;
    open(state, row.id).await
}

async fn open(state: &AppState, account: i64) -> ApiResult<LoggedIn> {
    let now = state.clock.now();
    let session = state.store.open_session(account, now, expiry(state, now)).await?;
    let session = session.ok_or_else(|| ApiError::new(Kind::LoginFailed))?;
    tokens(state, account, session, 0, now)
}

/// Logs a resident in by a provider's code; the first time adds the account under this name.
///
/// # Errors
/// 401 for a code that is not good, 403 where the provider is refused.
pub async fn by_code(
    state: &AppState,
    provider: &dyn CodeProvider,
    code: &str,
    name: &str,
) -> ApiResult<LoggedIn> {
    let subject = provider.identify(code).await?;
    let now = state.clock.now();
    let found = state.store.identify(provider.name(), subject.clone(), name.to_owned(), now).await;
    let row = match found {
        // two first log-ins at once: the other one added the account
        Err(StoreError::Conflict(_)) => {
            state.store.identify(provider.name(), subject, name.to_owned(), now).await?
        }
        found => found?,
    };
    if row.disabled_at.is_some() {
        return Err(ApiError::new(Kind::LoginFailed));
    }
    open(state, row.id).await
}

/// The successor of a refresh token. A retry gets the same one until it has been used; using a token whose successor
/// was used is theft and ends the session.
///
/// # Errors
/// 401.
pub async fn refresh(state: &AppState, token: &str) -> ApiResult<LoggedIn> {
    let Refresh { session, counter } = state.tokens.verify_refresh(token)?;
    let now = state.clock.now();
    match state.store.rotate_session(session, counter, now, expiry(state, now)).await? {
        Rotation::Successor { account, counter } => tokens(state, account, session, counter, now),
        Rotation::Stolen => {
            state.principals.forget();
            tracing::warn!(session, "a used refresh token came again: the session is revoked");
            Err(ApiError::new(Kind::SessionRevoked))
        }
        Rotation::Over => Err(ApiError::new(Kind::SessionRevoked)),
    }
}

/// Ends the session.
///
/// # Errors
/// 503.
pub async fn log_out(state: &AppState, who: &Principal) -> ApiResult<()> {
    state.store.revoke_session(who.session, state.clock.now()).await?;
    state.principals.forget();
    Ok(())
}

/// Changes one's own password and ends one's other sessions.
///
/// # Errors
/// 401 when the old one is wrong, 422 when the new one is not good enough, 429 while locked.
pub async fn change_password(
    state: &AppState,
    who: &Principal,
    old: SecretString,
    new: &str,
) -> ApiResult<()> {
    use secrecy::ExposeSecret;
    password::check_chosen("newPassword", new)?;
    if old.expose_secret() == new {
        return Err(ApiError::field("newPassword", "the same as the old one"));
    }
    let AccountId(id) = who.account();
    let row = state.store.account(id).await?;
    check(state, Some(&row), old, state.clock.now()).await?;
    let hash = password::hash(state, new.into()).await?;
    state.store.change_password(id, hash, who.session, state.clock.now()).await?;
    state.principals.forget();
    Ok(())
}
