//! Seals the names of residents that an earlier version left open, and puts right what a replica of it writes beside this
//! one: a role given, a name changed. Whatever this version writes needs none of it.

use crate::state::AppState;
use domain::AccountId;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Names settled in one transaction.
const BATCH: i64 = 100;
/// Between two batches: others write, too.
const BETWEEN: Duration = Duration::from_millis(50);
/// Until it is looked for again what an older replica wrote.
const TICK: Duration = Duration::from_secs(600);

/// Until told to stop.
pub async fn run(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    let (mut after, mut settled) = (AccountId(0), 0);
    while !*stop.borrow() {
        let pause = match state.store.settle_names(after, BATCH).await {
            Ok(Some((last, changed))) => {
                (after, settled) = (last, settled + changed);
                BETWEEN
            }
            Ok(None) => {
                if settled > 0 {
                    tracing::info!(names = settled, "names of residents were sealed, or opened for a role");
                }
                (after, settled) = (AccountId(0), 0);
                TICK
            }
            Err(e) => {
                tracing::warn!(error = %e, "names of residents could not be sealed");
                TICK
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}
