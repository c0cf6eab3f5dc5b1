//! Files the orders of an earlier version under their terms, the newest first, so that searches find them. Whatever this
//! version places is filed as it is placed.

use crate::state::AppState;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Orders filed in one transaction.
const BATCH: i64 = 200;
/// Between two batches: others write, too.
const BETWEEN: Duration = Duration::from_millis(20);
/// Until an older replica's orders are looked for again.
const TICK: Duration = Duration::from_secs(60);

/// Until told to stop.
pub async fn run(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let pause = match state.store.file_terms(BATCH).await {
            Ok(0) => TICK,
            Ok(_) => BETWEEN,
            Err(e) => {
                tracing::warn!(error = %e, "orders could not be filed under their terms");
                TICK
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}
