//! Fires due timers: each is a System command through the one shell. Replicas share them by a short lease; should two
//! fire the same one all the same, the order's version decides, and the loser's command is refused as no longer due.

use crate::apply;
use crate::error::Kind;
use crate::state::AppState;
use domain::order::Command;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between two looks.
const TICK: Duration = Duration::from_millis(250);
/// Timers of one look: no more than are fired within their lease.
const BATCH: i64 = 50;

/// Until told to stop.
pub async fn run(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        fire(&state).await;
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Fires what is due now; returns how many took effect.
pub async fn fire(state: &AppState) -> usize {
    let due = match state.store.take_due_timers(BATCH).await {
        Ok(due) => due,
        Err(e) => {
            tracing::warn!(error = %e, "the timers could not be read");
            return 0;
        }
    };
    let mut fired = 0;
    for timer in due {
        match apply::system(state, timer.order, &Command::Expire { timer: timer.kind }).await {
            Ok(_) => fired += 1,
            Err(e) if matches!(e.kind, Kind::NotDue | Kind::WrongState | Kind::Conflict) => {}
            Err(e) => {
                tracing::warn!(order = timer.order.0, kind = %timer.kind, error = ?e, "a timer did not fire")
            }
        }
    }
    fired
}
