//! Photos that nobody uses: the rows that no order took within a day, a batch a transaction; a day later their contents, and
//! those whose upload broke off, when no row names them.
//!
//! A day lies between the two, so that a backup, which copies the contents after the database, finds what its rows name.

use super::left::{Left, RUN};
use crate::files::contents;
use crate::files::contents::Unsettled;
use crate::state::AppState;
use chrono::TimeDelta;
use domain::At;
use std::time::Instant;

/// How long a photo may wait for an order, and a content for a row.
const WAIT: TimeDelta = TimeDelta::days(1);

/// One run over both; what it leaves.
pub async fn sweep(state: &AppState) -> Left {
    let before = state.clock.now() - WAIT;
    let rows = noted(state, "photos", sweep_rows(state, before).await);
    rows.max(noted(state, "contents", sweep_contents(state, before).await))
}

/// How many went, and whether there may be more.
type Run = (usize, Result<bool, Unsettled>);

fn noted(state: &AppState, what: &str, (gone, ended): Run) -> Left {
    if gone > 0 {
        state.metrics.swept(what, gone);
        tracing::info!(what, rows = gone, "swept");
    }
    match ended {
        Ok(false) => Left::Nothing,
        Ok(true) => Left::More,
        Err(e) => {
            state.metrics.not_swept(what);
            tracing::warn!(what, error = %e, "a sweep failed; it is tried again");
            Left::Failed
        }
    }
}

async fn sweep_rows(state: &AppState, before: At) -> Run {
    let (mut gone, until) = (0, Instant::now() + RUN);
    loop {
        match state.store.sweep_files(before).await {
            Ok(swept) => {
                gone += swept.rows;
                if !swept.more || Instant::now() > until {
                    return (gone, Ok(swept.more));
                }
            }
            Err(e) => return (gone, Err(e.into())),
        }
    }
}

async fn sweep_contents(state: &AppState, before: At) -> Run {
    let (mut gone, until) = (0, Instant::now() + RUN);
    loop {
        let loose = match state.store.loose_contents(before).await {
            Ok(loose) => loose,
            Err(e) => return (gone, Err(e.into())),
        };
        if loose.is_empty() || Instant::now() > until {
            return (gone, Ok(!loose.is_empty()));
        }
        for sha256 in loose {
            match contents::settle(&state.store, &state.config.data_dir, &sha256, before).await {
                Ok(went) => gone += usize::from(went),
                Err(e) => return (gone, Err(e)),
            }
        }
    }
}
