//! Sweeps what is kept for a time only (`persistence::operations::sweep` says what and how long): batch after batch, each a
//! transaction of its own, every kind whatever became of the others; photos that nobody uses with their contents (`unused`). A run that leaves some goes on a second later.

use super::left::{Left, RUN};
use super::unused;
use crate::state::AppState;
use domain::words::labelled::Labelled;
use persistence::StoreResult;
use persistence::operations::sweep::Kept;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Between two runs, when nothing was left …
const TICK: Duration = Duration::from_secs(3600);
/// … when something was …
const SOON: Duration = Duration::from_secs(1);
/// … and when something failed.
const AGAIN: Duration = Duration::from_secs(60);
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
        let pause = match sweep(&state).await {
            Left::Nothing => TICK,
            Left::Failed => AGAIN,
            Left::More => SOON,
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

/// One run over every kind; what it leaves.
pub async fn sweep(state: &AppState) -> Left {
    let mut left = Left::Nothing;
    for what in Kept::ALL {
        let (rows, ended) = sweep_kind(state, *what).await;
        if rows > 0 {
            state.metrics.swept(what.as_str(), rows);
            tracing::info!(what = what.as_str(), rows, "swept");
        }
        left = left.max(match ended {
            Ok(false) => Left::Nothing,
            Ok(true) => Left::More,
            Err(e) => {
                state.metrics.not_swept(what.as_str());
                tracing::warn!(what = what.as_str(), error = %e, "a sweep failed; it is tried again");
                Left::Failed
            }
        });
    }
    left.max(unused::sweep(state).await)
}

/// Batches of one kind, until none is left or time is up; how many rows went, and whether there may be more.
async fn sweep_kind(state: &AppState, what: Kept) -> (usize, StoreResult<bool>) {
    let (before, until) = (state.clock.now() - what.how_long(), Instant::now() + RUN);
    let mut rows = 0;
    loop {
        match state.store.sweep(what, before).await {
            Ok(swept) => {
                rows += swept.rows;
                if !swept.more || Instant::now() > until {
                    return (rows, Ok(swept.more));
                }
            }
            Err(e) => return (rows, Err(e)),
        }
    }
}
