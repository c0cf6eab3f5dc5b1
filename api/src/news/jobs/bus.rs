//! To and from the queue. What it loses is found in the database; so nothing here is tried twice.

use crate::state::AppState;
use persistence::engine::fault;
use persistence::news::queue::Heard;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between two tries to read a queue that failed.
const PAUSE: Duration = Duration::from_millis(250);
/// Between two tries whether the queue takes what is published, while nothing is.
const PROBE: Duration = Duration::from_secs(2);

/// Publishes what the sequencer told, until told to stop.
pub async fn publish(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    let mut told = state.channels.publish.rx.lock().await;
    loop {
        let entries = tokio::select! {
            Some(entries) = told.recv() => entries,
            () = tokio::time::sleep(PROBE) => {
                if let Err(e) = state.queue.probe().await {
                    tracing::debug!(error = %e, "the queue takes nothing; other replicas ask the database");
                }
                continue;
            }
            _ = stop.changed() => return,
        };
        fault::point(fault::QUEUE_PUBLISHING);
        if let Err(e) = state.queue.publish(&entries).await {
            tracing::debug!(error = %e, "not published; other replicas find it in the database");
        }
    }
}

/// Hears what other replicas published, until told to stop.
pub async fn tail(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        () = listen(&state) => {}
        _ = stop.changed() => {}
    }
}

async fn listen(state: &AppState) {
    loop {
        if let Ok(mut tail) = state.queue.tail().await {
            // whatever was published while nobody listened
            state.channels.heard.offer(Heard::Gap);
            while let Ok(heard) = tail.next().await {
                state.channels.heard.offer(heard);
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
