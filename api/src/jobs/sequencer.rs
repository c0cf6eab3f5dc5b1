//! Runs the sequencer right after a commit of this replica, and every 250 ms for those of others (QUEUE.md).

use crate::state::AppState;
use persistence::fault;
use persistence::queue::{Entry, Heard};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How long another replica's commit may wait.
const POLL: Duration = Duration::from_millis(250);

/// Until told to stop.
pub async fn run(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match state.store.sequence().await {
            Ok(passed) if passed.taken == 0 => {}
            Ok(passed) => {
                fault::point(fault::SEQUENCER_COMMITTED);
                tell(&state, passed.entries);
                // whatever was committed here meanwhile has said so
                if passed.more {
                    continue;
                }
            }
            Err(e) => tracing::warn!(error = %e, "the sequencer could not run; its rows wait"),
        }
        tokio::select! {
            () = state.committed.notified() => {}
            () = tokio::time::sleep(POLL) => {}
            _ = stop.changed() => {}
        }
    }
}

/// What was committed goes to this process at once, and to the others by the queue.
fn tell(state: &AppState, entries: Vec<Entry>) {
    if entries.is_empty() {
        return;
    }
    state.channels.publish.offer(entries.clone());
    state.channels.heard.offer(Heard::Entries(entries));
}
