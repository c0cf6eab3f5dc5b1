//! Tickets: how a client that cannot send an Authorization header with its handshake (a browser) opens a socket.
//! Signed, 30 s, used once. With the queue's server gone, a replay within 30 s is accepted rather than nobody let in.

use crate::http::error::{ApiError, ApiResult, Kind};
use crate::identity::principal::Principal;
use crate::identity::token::Access;
use crate::state::AppState;
use std::time::Duration;

/// How long a ticket is good for.
pub const LIFE: Duration = Duration::from_secs(30);

/// A new ticket of this log-in.
///
/// # Errors
/// 500.
pub fn issue(state: &AppState, who: &Principal) -> ApiResult<String> {
    let access = Access { account: who.account(), session: who.session };
    state.tokens.ticket(access, state.clock.now() + LIFE, rand::random())
}

/// Whose ticket it is; it is good for nothing afterwards.
///
/// # Errors
/// 401.
pub async fn redeem(state: &AppState, ticket: &str) -> ApiResult<Principal> {
    let access = state.tokens.verify_ticket(ticket, state.clock.now())?;
    match state.queue.once(ticket, LIFE).await {
        Ok(false) => return Err(ApiError::new(Kind::UNAUTHENTICATED)),
        Ok(true) => {}
        Err(e) => tracing::warn!(error = %e, "a ticket could not be marked as used"),
    }
    state.principals.by_access(access).await
}
