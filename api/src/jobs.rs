//! Background jobs: the sequencer, the timers, the broom. They end with the server.

pub mod broom;
pub mod sequencer;
pub mod timers;

use crate::state::AppState;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The running jobs.
pub struct Jobs {
    stop: watch::Sender<bool>,
    handles: Vec<JoinHandle<()>>,
}

/// Starts every job.
#[must_use]
pub fn start(state: &Arc<AppState>) -> Jobs {
    let (stop, stopping) = watch::channel(false);
    let handles = vec![
        tokio::spawn(sequencer::run(state.clone(), stopping.clone())),
        tokio::spawn(timers::run(state.clone(), stopping.clone())),
        tokio::spawn(broom::run(state.clone(), stopping)),
    ];
    Jobs { stop, handles }
}

impl Jobs {
    /// Asks them to end and waits.
    pub async fn stop(self) {
        let _nobody = self.stop.send(true);
        for handle in self.handles {
            if let Err(e) = handle.await {
                tracing::error!(error = %e, "a background job failed");
            }
        }
    }
}
