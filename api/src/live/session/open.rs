//! A socket that is served: what is kept of it.

use super::answers::Claims;
use crate::identity::principal::Principal;
use crate::live::socket_io::Socket;
use crate::state::AppState;
use actix_http::ws::CloseCode;
use std::sync::Arc;
use tokio::time::Instant;

/// One socket that is served.
pub(super) struct Session {
    pub(super) state: Arc<AppState>,
    pub(super) who: Principal,
    pub(super) socket: Socket,
    pub(super) claims: Claims,
    /// Frames that could not be read.
    pub(super) nonsense: u32,
    /// When the client was last heard of.
    pub(super) heard: Instant,
    /// When it is sent a ping.
    pub(super) beat: Instant,
    /// When its news is read again, which could not be.
    pub(super) again: Option<Instant>,
}

/// Why a socket ends; none when the client is gone.
pub(super) type Ended = Option<CloseCode>;
