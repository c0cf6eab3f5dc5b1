//! Runs the sequencer right after a commit of this replica, and every 250 ms for those of others (QUEUE.md).

use crate::state::AppState;
use persistence::StoreResult;
use persistence::engine::fault;
use persistence::news::queue::{Entry, Heard, Untold};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How long another replica's commit may wait.
const POLL: Duration = Duration::from_millis(250);

/// Until told to stop.
pub async fn run(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    // at the start: what this replica left behind when it ended
    let mut waits = true;
    while !*stop.borrow() {
        match pass(&state, waits).await {
            // whatever was committed here meanwhile has said so
            Ok(true) => continue,
            Ok(false) => {}
            Err(e) => tracing::warn!(error = %e, "the sequencer could not run; its rows wait"),
        }
        waits = tokio::select! {
            () = state.committed.notified() => true,
            () = tokio::time::sleep(POLL) => false,
            _ = stop.changed() => false,
        }
    }
}

/// One pass, if something `waits` or is found to: whoever only looks takes no lock. Returns whether there is more.
async fn pass(state: &AppState, waits: bool) -> StoreResult<bool> {
    if !waits && !state.store.outbox_waits().await? {
        return Ok(false);
    }
    let passed = state.store.sequence().await?;
    for Untold { order, events, why, set_aside } in &passed.untold {
        match set_aside {
            true => tracing::error!(
                order = order.0,
                events,
                why = why.word(),
                error = %why,
                "an order's events cannot be told and were set aside: `diandan prove` names them, `diandan requeue` puts them back"
            ),
            false => {
                tracing::warn!(order = order.0, events, why = why.word(), error = %why, "an order's events could not be told; they are tried again")
            }
        }
    }
    if passed.taken > 0 {
        fault::point(fault::SEQUENCER_COMMITTED);
        tell(state, passed.entries);
    }
    Ok(passed.more)
}

/// What was committed goes to this process at once, and to the others by the queue.
fn tell(state: &AppState, entries: Vec<Entry>) {
    if entries.is_empty() {
        return;
    }
    state.channels.publish.offer(entries.clone());
    state.channels.heard.offer(Heard::Entries(entries));
}
