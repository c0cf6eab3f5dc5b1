//! The end: SIGTERM or Ctrl-C. First readiness says no, then (after `web.drain_s`) nothing new is accepted, open
//! requests finish within `web.shutdown_s`, the jobs end, and the process with them.

use crate::state::AppState;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Resolves when the server is to stop accepting; `stopping` was set before.
pub async fn requested(state: Arc<AppState>) {
    let why = tokio::select! {
        () = terminated() => "SIGTERM",
        () = interrupted() => "SIGINT",
        () = state.shutdown.notified() => "asked",
    };
    state.stopping.store(true, Ordering::SeqCst);
    tracing::info!(why, "stopping");
    tokio::time::sleep(Duration::from_secs(state.config.web.drain_s)).await;
    state.hub.stop();
}

async fn interrupted() {
    if let Err(e) = tokio::signal::ctrl_c().await {
        tracing::error!(error = %e, "Ctrl-C cannot be heard");
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        Err(e) => {
            tracing::error!(error = %e, "SIGTERM cannot be heard");
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending::<()>().await;
}
