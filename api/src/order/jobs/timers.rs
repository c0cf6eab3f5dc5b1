//! Fires due timers: each is a System command through the one shell. Replicas share them by a short lease; should two
//! fire the same one all the same, the order's version decides, and the loser's command is refused as no longer due.
//!
//! It sleeps until the next timer is due, at most `TICK`: one that is set meanwhile may be due before.

use crate::http::error::Kind;
use crate::order::apply;
use crate::state::AppState;
use chrono::TimeDelta;
use domain::order::Command;
use futures_util::{StreamExt, stream};
use persistence::order::values::DueTimer;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between two looks at most …
const TICK: Duration = Duration::from_millis(250);
/// … and at least: another replica may be taking what is due.
const BREATH: Duration = Duration::from_millis(5);
/// Timers of one look: no more than are fired within their lease.
const BATCH: i64 = 50;
/// How long a timer is left alone whose order cannot be read.
const PUT_OFF: TimeDelta = TimeDelta::minutes(1);
/// Fired at the same time: they wait for the database rather than for each other.
const AT_ONCE: usize = 4;

/// Until told to stop.
pub async fn run(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        fire(&state).await;
        let next = match state.store.next_timer_in().await {
            Ok(next) => next.map_or(TICK, |next| next.clamp(BREATH, TICK)),
            Err(_) => TICK,
        };
        tokio::select! {
            () = tokio::time::sleep(next) => {}
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
    let fired = stream::iter(due).map(|timer| fire_one(state, timer)).buffered(AT_ONCE);
    fired.filter(|took_effect| std::future::ready(*took_effect)).count().await
}

/// Fires a timer that was taken; returns whether it took effect.
async fn fire_one(state: &AppState, timer: DueTimer) -> bool {
    let problem = match apply::system(&state.shell, timer.order, &Command::Expire { timer: timer.kind }).await
    {
        Ok(_) => return true,
        // somebody else fired it, or the order does not have it
        Err(e) if matches!(e.kind, Kind::NOT_DUE | Kind::WRONG_STATE) => {
            match state.store.drop_stale_timer(timer).await {
                Ok(_) => return false,
                Err(e) => e.into(),
            }
        }
        Err(e) if e.kind == Kind::CONFLICT => return false,
        Err(e) => e,
    };
    // a defect of this order's: it does not go away by itself, and the others are not to wait for it each second
    if problem.kind == Kind::INTERNAL
        && let Err(e) = state.store.put_off_timer(timer, PUT_OFF).await
    {
        tracing::debug!(order = timer.order.0, error = %e, "a timer could not be put off");
    }
    tracing::warn!(order = timer.order.0, kind = %timer.kind, error = ?problem, "a timer did not fire");
    false
}
