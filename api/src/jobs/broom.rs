//! Sweeps what is kept for a time only: stored answers and notifications, 7 days each.

use crate::state::AppState;
use persistence::prove::KEPT_DAYS;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between two sweeps.
const TICK: Duration = Duration::from_secs(3600);

/// Until told to stop.
pub async fn run(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let before = state.clock.now() - chrono::TimeDelta::days(KEPT_DAYS);
        if let Err(e) = state.store.sweep(before).await {
            tracing::warn!(error = %e, "the sweep could not run");
        }
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            _ = stop.changed() => {}
        }
    }
}
