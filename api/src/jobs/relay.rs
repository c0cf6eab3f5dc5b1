//! Keeps the logs of this process whole: what the queue said at once, what the database says every 250 ms. As often it
//! asks whether anybody's roles changed, on whichever replica: then nobody is believed to be who they were, and clients
//! look again where they belong. Ends clients whose session is over.

use crate::live::relay::{compare, deliver};
use crate::state::AppState;
use chrono::TimeDelta;
use persistence::StoreResult;
use persistence::queue::Heard;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Between two looks at the heads that moved lately.
const TICK: Duration = Duration::from_millis(250);
/// Looks between two at all heads and sessions.
const ALL_HEADS: u64 = 120;
const SESSIONS: u64 = 12;
/// "Lately": longer than any statement may take.
const LATELY: TimeDelta = TimeDelta::seconds(15);
/// Between two complaints about the same trouble.
const COMPLAIN: Duration = Duration::from_secs(10);

/// Until told to stop.
pub async fn run(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    let mut heard = state.channels.heard.rx.lock().await;
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut looks, mut people, mut complained) = (0_u64, String::new(), None::<Instant>);
    loop {
        let done = tokio::select! {
            Some(first) = heard.recv() => match first {
                Heard::Entries(mut entries) => {
                    let mut gap = false;
                    // whatever waits goes in one go
                    while let Ok(more) = heard.try_recv() {
                        match more {
                            Heard::Entries(some) => entries.extend(some),
                            Heard::Gap => gap = true,
                        }
                    }
                    let delivered = deliver(&state, entries).await;
                    if gap { delivered.and(all_heads(&state).await) } else { delivered }
                }
                Heard::Gap => all_heads(&state).await,
            },
            _ = tick.tick() => {
                looks = looks.wrapping_add(1);
                look(&state, looks, &mut people).await
            }
            _ = stop.changed() => return,
        };
        if let Err(e) = done
            && complained.is_none_or(|at| at.elapsed() > COMPLAIN)
        {
            complained = Some(Instant::now());
            tracing::warn!(error = %e, "live clients could not be served; they will be");
        }
    }
}

/// One look at the database. A process that nobody talks to asks nothing.
async fn look(state: &AppState, looks: u64, people: &mut String) -> StoreResult<()> {
    let nobody = state.hub.count() == 0;
    if nobody && !state.principals.are_believed() {
        return Ok(());
    }
    let mark = state.store.people_mark().await?;
    if mark != *people {
        state.principals.forget();
        memberships(state).await?;
        *people = mark;
    }
    if nobody {
        return Ok(());
    }
    if looks.is_multiple_of(ALL_HEADS) {
        // a restored or promoted database gives its cursors anew
        let epoch = state.store.epoch().await?;
        if *state.hub.epoch() != *epoch {
            state.hub.set_epoch(&epoch);
            let everybody: Vec<i64> = state.hub.clients().iter().map(|c| c.account).collect();
            state.hub.mark_moved(&everybody);
        }
        all_heads(state).await?;
    } else {
        compare(state, state.store.heads_within(LATELY).await?).await?;
    }
    if looks.is_multiple_of(SESSIONS) {
        let sessions: Vec<i64> = state.hub.clients().iter().map(|c| c.session).collect();
        state.hub.mark_over(&state.store.sessions_over(sessions).await?);
    }
    Ok(())
}

async fn all_heads(state: &AppState) -> StoreResult<()> {
    compare(state, state.store.heads(state.hub.scopes()).await?).await
}

/// Somebody's roles changed: whose scopes are not what they were looks again.
async fn memberships(state: &AppState) -> StoreResult<()> {
    let known: Vec<(i64, Vec<i64>)> =
        state.hub.clients().iter().map(|c| (c.account, c.scopes().to_vec())).collect();
    state.hub.mark_moved(&state.store.moved(known).await?);
    Ok(())
}
