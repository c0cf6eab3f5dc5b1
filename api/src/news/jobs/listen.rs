//! Keeps the logs of this process whole: what the queue said at once, what the database says every 250 ms. As often it
//! asks whether anybody's roles changed, on whichever replica: then nobody is believed to be who they were, and clients
//! look again where they belong. Ends clients whose session is over.
//!
//! As often it asks which history the database tells (its epoch). After a failover that lost the end of it numbers are given
//! again, to other things: logs begin anew, what was remembered of claims and people is forgotten, and clients start over
//! with what stands. The same when a scope's head has gone back.

use crate::news::live::hub::Turn;
use crate::state::AppState;
use chrono::TimeDelta;
use domain::{AccountId, ScopeId, SessionId};
use persistence::StoreResult;
use persistence::news::queue::{Entry, Heard};
use std::collections::BTreeMap;
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
                    let delivered = bring(&state, entries).await;
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

/// Brings in what was told in the epoch that is told here. What comes from one that is not known yet has the database asked
/// which of them is its own: another replica may have seen the new one first.
async fn bring(state: &AppState, mut entries: Vec<Entry>) -> StoreResult<()> {
    if entries.iter().any(|entry| state.hub.is_strange(&entry.epoch)) {
        turn(state, &state.store.epoch().await?);
    }
    let epoch = state.hub.epoch();
    entries.retain(|entry| entry.epoch.is_empty() || *entry.epoch == *epoch);
    state.scribe.deliver(entries).await
}

/// Learns the database's epoch; false when it is one that was left a moment ago, told by a connection from before.
fn turn(state: &AppState, epoch: &str) -> bool {
    let turned = state.hub.turn(epoch);
    match turned {
        Turn::Same => {}
        Turn::Back => state.store.doubt(),
        Turn::New => {
            tracing::warn!(epoch, "the database tells another history: clients start over with what stands");
            state.claims.forget();
            state.principals.forget();
            state.store.doubt();
        }
    }
    turned != Turn::Back
}

/// One look at the database. A process that nobody talks to asks nothing, and remembers nothing that may be over.
async fn look(state: &AppState, looks: u64, people: &mut String) -> StoreResult<()> {
    let nobody = state.hub.count() == 0;
    if nobody && !state.principals.are_believed() {
        state.claims.forget();
        return Ok(());
    }
    let all = looks.is_multiple_of(ALL_HEADS);
    let seen = state.store.look((!nobody && !all).then_some(LATELY)).await?;
    let current = seen.epoch.is_some_and(|epoch| turn(state, &epoch));
    if seen.people != *people {
        state.principals.forget();
        // somebody may have been shut out on another replica
        sessions(state).await?;
        memberships(state).await?;
        *people = seen.people;
    }
    // a standby has nothing new to tell, and may have heard less than we have
    if nobody || !current {
        return Ok(());
    }
    if all {
        all_heads(state).await?;
    } else {
        compared(state, seen.heads).await?;
    }
    if looks.is_multiple_of(SESSIONS) {
        sessions(state).await?;
    }
    Ok(())
}

/// Heads of every scope that somebody here belongs to; of one that is not there any more, none was told.
async fn heads(state: &AppState, scopes: Vec<ScopeId>) -> StoreResult<BTreeMap<ScopeId, i64>> {
    let mut heads: BTreeMap<ScopeId, i64> = scopes.iter().map(|scope| (*scope, 0)).collect();
    heads.extend(state.store.heads(scopes).await?);
    Ok(heads)
}

/// Ends the clients whose session is over.
async fn sessions(state: &AppState) -> StoreResult<()> {
    let sessions: Vec<SessionId> = state.hub.clients().iter().map(|c| c.session).collect();
    state.hub.mark_over(&state.store.sessions_over(sessions).await?);
    Ok(())
}

async fn all_heads(state: &AppState) -> StoreResult<()> {
    let heads = heads(state, state.hub.scopes()).await?;
    compared(state, heads.into_iter().collect()).await
}

/// Brings in what is missing. A log that is ahead of the database, though it was not when this was looked at again, tells
/// of a history that is lost.
async fn compared(state: &AppState, newest: Vec<(ScopeId, i64)>) -> StoreResult<()> {
    let ahead = state.scribe.compare(newest).await?;
    if ahead.is_empty() {
        return Ok(());
    }
    // it may have begun since the heads were read
    let again = heads(state, ahead.iter().map(|(scope, _)| *scope).collect()).await?;
    if ahead.iter().any(|(scope, head)| again.get(scope).is_some_and(|newest| newest < head)) {
        let epoch = state.store.leave_epoch(state.hub.epoch()).await?;
        turn(state, &epoch);
    }
    Ok(())
}

/// Somebody's roles changed: whose scopes are not what they were looks again.
async fn memberships(state: &AppState) -> StoreResult<()> {
    let known: Vec<(AccountId, Vec<ScopeId>)> =
        state.hub.clients().iter().map(|c| (c.account, c.scopes().to_vec())).collect();
    state.hub.mark_moved(&state.store.moved(known).await?);
    Ok(())
}
