//! Logging in and out: what the endpoints of `routes/auth` do.

use crate::http::error::{ApiError, ApiResult, Kind};
use crate::identity::failures::Attempt;
use crate::identity::password;
use crate::identity::principal::Principal;
use crate::identity::provider::CodeProvider;
use crate::identity::token::{Access, Refresh};
use crate::state::AppState;
use chrono::TimeDelta;
use domain::{AccountId, At, SessionId};
use persistence::identity::values::Rotation;
use persistence::people::rows::AccountRow;
use persistence::{Constraint, StoreError};
use secrecy::SecretString;
use std::net::IpAddr;

/// A log-in that succeeded.
#[derive(Debug)]
pub struct LoggedIn {
    /// Whose.
    pub account: AccountId,
    /// For the `Authorization` header.
    pub access_token: String,
    /// For the next access token.
    pub refresh_token: String,
}

fn expiry(state: &AppState, now: At) -> At {
    now + TimeDelta::days(i64::from(state.config.auth.refresh_days))
}

fn tokens(
    state: &AppState,
    account: AccountId,
    session: SessionId,
    counter: i32,
    now: At,
) -> ApiResult<LoggedIn> {
    Ok(LoggedIn {
        account,
        access_token: state.tokens.access(Access { account, session }, now)?,
        refresh_token: state.tokens.refresh(Refresh { session, counter })?,
    })
}

/// Checks a password. A disabled account answers as if it were wrong, and nobody learns from the answer or its time
/// whether there is such a name.
async fn check(
    state: &AppState,
    by: Attempt,
    row: Option<&AccountRow>,
    given: SecretString,
) -> ApiResult<()> {
    let by = by.forgiven(row.and_then(|r| r.unlocked_at).map(|at| at.0));
    let enabled = row.is_some_and(|r| r.disabled_at.is_none());
    let (hash, was_given) = row.map_or((None, false), |r| (r.password_hash.clone(), r.must_change_password));
    let (failures, clock) = (state.failures.clone(), state.clock.clone());
    failures.check(by, clock.now())?;
    state
        .hashing
        .in_turn(move || {
            // those who were before it may have failed meanwhile: who guesses much at once is told so without a hash
            failures.check(by, clock.now())?;
            let right = password::matches(&given, hash.as_deref(), was_given)? && enabled;
            failures.count(by, right, clock.now());
            if right {
                return Ok(());
            }
            failures.check(by, clock.now())?;
            Err(ApiError::new(Kind::LOGIN_FAILED))
        })
        .await?;
    match row {
        Some(row) if is_stale(state, row) => Err(ApiError::new(Kind::ONE_TIME_PASSWORD_EXPIRED)),
        _ => Ok(()),
    }
}

/// Whether a password that was given was not changed in time.
fn is_stale(state: &AppState, row: &AccountRow) -> bool {
    let days = i64::from(state.config.auth.one_time_days);
    let set_at = row.password_set_at.unwrap_or(row.created_at).0;
    row.must_change_password && days > 0 && state.clock.now() - set_at >= TimeDelta::days(days)
}

/// Counts what is refused for its rate.
fn noted<T>(state: &AppState, done: ApiResult<T>) -> ApiResult<T> {
    done.inspect_err(|e| {
        if e.kind == Kind::TOO_MANY_REQUESTS {
            state.metrics.limited();
        }
    })
}

/// Logs in by name and password.
///
/// # Errors
/// 401 alike for an unknown name, a wrong password and a disabled account, and another one for a one-time password that
/// was not used in time; 429 after too many of the former.
pub async fn by_password(
    state: &AppState,
    from: IpAddr,
    login: &str,
    given: SecretString,
) -> ApiResult<LoggedIn> {
    let name = domain::people::login::folded(login);
    if name.is_empty() {
        return Err(ApiError::field("login", "required"));
    }
    let by = Attempt::of(&state.tokens, &name, from)?;
    let row = state.store.account_by_login(name).await?;
    noted(state, check(state, by, row.as_ref(), given).await)?;
    let row = row.ok_or_else(|| ApiError::new(Kind::LOGIN_FAILED))?;
    open(state, AccountId(row.id)).await
}

async fn open(state: &AppState, account: AccountId) -> ApiResult<LoggedIn> {
    let now = state.clock.now();
    let session = state.store.open_session(account, now, expiry(state, now)).await?;
    let session = session.ok_or_else(|| ApiError::new(Kind::LOGIN_FAILED))?;
    tokens(state, account, session, 0, now)
}

/// Logs a resident in by a provider's code; the first time adds the account under this name.
///
/// # Errors
/// 401 for a code that is not good, 403 where the provider is refused, 429 after too many codes that were not good.
pub async fn by_code(
    state: &AppState,
    from: IpAddr,
    provider: &dyn CodeProvider,
    code: &str,
    name: &str,
) -> ApiResult<LoggedIn> {
    let now = state.clock.now();
    noted(state, state.failures.check_address(from, now))?;
    let subject = provider.identify(code).await.inspect_err(|e| {
        if e.kind == Kind::LOGIN_FAILED {
            state.failures.count_address(from, now);
        }
    })?;
    let found = state.store.identify(provider.name(), subject.clone(), name.to_owned(), now).await;
    let row = match found {
        // two first log-ins at once: the other one added the account
        Err(StoreError::Taken(Constraint::Identity)) => {
            state.store.identify(provider.name(), subject, name.to_owned(), now).await?
        }
        found => found?,
    };
    if row.disabled_at.is_some() {
        return Err(ApiError::new(Kind::LOGIN_FAILED));
    }
    open(state, AccountId(row.id)).await
}

/// The successor of a refresh token. A retry gets the same one until it has been used; using a token whose successor
/// was used is theft and ends the session. What fails here counts for nothing: tokens are signed, so nobody guesses
/// them, and an office whose sessions are over asks once from each of its machines.
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
            tracing::warn!(session = session.0, "a used refresh token came again: the session is revoked");
            Err(ApiError::new(Kind::SESSION_REVOKED))
        }
        Rotation::Over => Err(ApiError::new(Kind::SESSION_REVOKED)),
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
/// 401 when the old one is wrong, 422 when the new one is not good enough, 429 after too many wrong ones: whoever has
/// somebody's session guesses no faster than at the door.
pub async fn change_password(
    state: &AppState,
    from: IpAddr,
    who: &Principal,
    old: SecretString,
    new: &str,
) -> ApiResult<()> {
    let id = who.account();
    let row = state.store.account(id).await?;
    let new = password::chosen("newPassword", new, Some(&old), row.login.as_deref())?;
    let by = Attempt::of(&state.tokens, row.login.as_deref().unwrap_or_default(), from)?;
    noted(state, check(state, by, Some(&row), old).await)?;
    let hash = state.hashing.hash(new).await?;
    state.store.change_password(id, hash, who.session, state.clock.now()).await?;
    state.principals.forget();
    Ok(())
}
