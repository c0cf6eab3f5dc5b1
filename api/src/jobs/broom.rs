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

/// What is seen to once, at the start: the key a new database begins with, and a word when rows wait to be sealed anew.
async fn begin(state: &AppState) {
    if let Err(e) = state.store.begin_sealing().await {
        tracing::warn!(error = %e, "the key in force could not be noted");
    }
    match state.store.reseal_waiting().await {
        Ok(0) => {}
        Ok(rows) => tracing::warn!(rows, "rows wait to be sealed anew: run `diandan reseal`"),
        Err(e) => tracing::warn!(error = %e, "what waits to be sealed anew could not be counted"),
    }
}

/// Until told to stop.
pub async fn run(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    begin(&state).await;
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
