//! Writes what clients have read, once a second in one statement, and who is there, every 20 s.

use crate::state::AppState;
use domain::AccountId;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between two writes.
const TICK: Duration = Duration::from_secs(1);
/// Writes between two of everybody who is there.
const EVERYBODY: u32 = 20;

/// Until told to stop; what was noted by then is written.
pub async fn run(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    let mut known: Vec<AccountId> = Vec::new();
    let mut ticks = 0;
    loop {
        let over = *stop.borrow();
        let mut here: Vec<AccountId> = state.hub.clients().iter().map(|c| c.account).collect();
        here.sort_unstable();
        here.dedup();
        let seen = if ticks % EVERYBODY == 0 {
            here.clone()
        } else {
            here.iter().copied().filter(|account| known.binary_search(account).is_err()).collect()
        };
        known = here;
        ticks += 1;
        write(&state, seen).await;
        if over {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn write(state: &AppState, mut seen: Vec<AccountId>) {
    let mut acked = state.hub.take_acknowledged();
    if acked.is_empty() && !seen.is_empty() {
        acked.push((state.hub.epoch(), Vec::new()));
    }
    for (epoch, acked) in acked {
        let noted = state.store.note_readers(epoch.clone(), acked.clone(), std::mem::take(&mut seen));
        if let Err(e) = noted.await {
            tracing::warn!(error = %e, "receipts could not be written; they wait");
            for (account, scope, seq) in acked {
                state.hub.acknowledge(&epoch, account, scope, seq);
            }
        }
    }
}
