//! Sweeps what is kept for a time only: stored answers, notifications and pushes, 7 days each; pushes that were given
//! up, 30 days.

use crate::state::AppState;
use persistence::prove::KEPT_DAYS;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between two sweeps.
const TICK: Duration = Duration::from_secs(3600);
/// How long pushes that were given up are kept, days.
const DEAD_DAYS: i64 = 30;

/// Until told to stop.
pub async fn run(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let before = state.clock.now() - chrono::TimeDelta::days(KEPT_DAYS);
        if let Err(e) = state.store.sweep(before).await {
            tracing::warn!(error = %e, "the sweep could not run");
        }
        let dead = state.clock.now() - chrono::TimeDelta::days(DEAD_DAYS);
        if let Err(e) = state.store.sweep_pushes(before, dead).await {
            tracing::warn!(error = %e, "the sweep of pushes could not run");
        }
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            _ = stop.changed() => {}
        }
    }
}
