//! Pushes: every second, and when there is work, notifications that nobody acknowledged become pushes, and pushes that
//! are due are sent. Replicas share both: one makes pushes at a time, and each sends what it took by a lease.

use crate::news::push::message::{Push, PushError, PushMessage};
use crate::state::AppState;
use domain::news::push::pause;
use futures_util::future::join_all;
use persistence::engine::fault;
use persistence::news::push::{PushOutcome, TakenPush};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between two looks.
const TICK: Duration = Duration::from_secs(1);

/// Begins or ends the making of pushes as the configuration says, before anything happens that could be pushed. Returns
/// whether storage knows.
pub async fn prepare(state: &AppState) -> bool {
    let told = state.store.set_pushes(state.push.is_some()).await;
    if let Err(e) = &told {
        tracing::warn!(error = %e, "pushes could not be switched; they will be");
    }
    told.is_ok()
}

/// Until told to stop; at once when nobody is to be pushed to.
pub async fn run(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    let mut prepared = false;
    while !*stop.borrow() {
        prepared = prepared || prepare(&state).await;
        let busy = match &state.push {
            None if prepared => return,
            Some(push) if prepared => {
                // whatever cannot be made now must not hold up what was made
                let made = make(&state).await;
                send(&state, push.as_ref()).await > 0 || made
            }
            _ => false,
        };
        if busy {
            continue;
        }
        tokio::select! {
            () = state.pushes.notified() => {}
            () = tokio::time::sleep(TICK) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Makes pushes; returns whether there may be more to make.
async fn make(state: &AppState) -> bool {
    let made = match state.store.make_pushes(state.config.push.rule()).await {
        Ok(made) => made,
        Err(e) => {
            tracing::warn!(error = %e, "pushes could not be made; notifications wait");
            return false;
        }
    };
    if made.jobs > 0 {
        fault::point(fault::PUSHES_MADE);
    }
    for capped in &made.capped {
        state.metrics.push_left_out(capped.left_out);
        tracing::warn!(
            order = capped.order.0,
            attempt = capped.attempt,
            left_out = capped.left_out,
            "more people to push to than push.per_dispatch allows"
        );
    }
    made.scopes > 0
}

/// Sends what is due, some at once; returns how many were tried.
async fn send(state: &AppState, push: &dyn Push) -> usize {
    match state.store.take_due_pushes(state.config.push.at_once.into()).await {
        Ok(taken) => join_all(taken.into_iter().map(|one| try_one(state, push, one))).await.len(),
        Err(e) => {
            tracing::warn!(error = %e, "the pushes could not be read");
            0
        }
    }
}

/// Sends one and remembers what came of it. What cannot be remembered is sent again.
async fn try_one(state: &AppState, push: &dyn Push, taken: TakenPush) {
    let outcome = match push.send(&PushMessage::of(&taken)).await {
        Ok(()) => {
            fault::point(fault::PUSH_SENT);
            PushOutcome::Sent
        }
        Err(PushError::Refused(why)) => PushOutcome::Dead { why },
        Err(PushError::Retry(why)) => match pause(taken.attempts, rand::random()) {
            Some(after) => PushOutcome::Again { after, why },
            None => PushOutcome::Dead { why },
        },
    };
    let word = match &outcome {
        PushOutcome::Sent => "sent",
        PushOutcome::Again { .. } => "retry",
        PushOutcome::Dead { why } => {
            tracing::warn!(push = taken.id.0, tries = taken.attempts, why, "a push was given up");
            "dead"
        }
    };
    state.metrics.pushed(word);
    if let Err(e) = state.store.finish_push(taken.id, taken.attempts, outcome).await {
        tracing::warn!(push = taken.id.0, error = %e, "what came of a push could not be kept");
    }
}
