//! Background jobs: sequencer, queue, listening, receipts, timers, pushes, broom,
//! leaving, terms, names. They end with the server.

pub mod broom;
pub mod left;
pub mod unused;

use crate::state::AppState;
use crate::{news, order, people};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Between the failure of a job and its next start.
const PAUSE: Duration = Duration::from_secs(1);

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
        keep("sequencer", state, &stopping, news::jobs::sequencer::run),
        keep("bus.publish", state, &stopping, news::jobs::bus::publish),
        keep("bus.tail", state, &stopping, news::jobs::bus::tail),
        keep("listen", state, &stopping, news::jobs::listen::run),
        keep("receipts", state, &stopping, news::jobs::receipts::run),
        keep("timers", state, &stopping, order::jobs::timers::run),
        keep("broom", state, &stopping, broom::run),
        keep("leaving", state, &stopping, order::jobs::leaving::run),
        keep("terms", state, &stopping, order::jobs::terms::run),
        keep("names", state, &stopping, people::jobs::names::run),
        keep("push", state, &stopping, news::jobs::push::run),
    ];
    Jobs { stop, handles }
}

/// Runs a job until it is told to stop; a panic is logged, and the job begins anew.
fn keep<F: Future<Output = ()> + Send + 'static>(
    name: &'static str,
    state: &Arc<AppState>,
    stopping: &watch::Receiver<bool>,
    job: impl Fn(Arc<AppState>, watch::Receiver<bool>) -> F + Send + 'static,
) -> JoinHandle<()> {
    let (state, stopping) = (state.clone(), stopping.clone());
    tokio::spawn(async move {
        while let Err(e) = tokio::spawn(job(state.clone(), stopping.clone())).await {
            tracing::error!(job = name, error = %e, "a background job failed and begins anew");
            tokio::time::sleep(PAUSE).await;
        }
    })
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
