//! The one state of the server.

use crate::auth::Principals;
use crate::auth::asks::Asks;
use crate::auth::failures::Failures;
use crate::auth::provider::{self, CodeProvider};
use crate::auth::token::Tokens;
use crate::claiming::Claims;
use crate::config::Config;
use crate::jobs::Channels;
use crate::live::Hub;
use crate::metrics::Metrics;
use crate::push::{self, Push};
use crate::uploads::Uploads;
use anyhow::Context;
use persistence::queue::Queue;
use persistence::{Clock, Store};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tokio::sync::{Notify, Semaphore};

/// Everything a handler may need.
pub struct AppState {
    /// The configuration.
    pub config: Config,
    /// Storage.
    pub store: Store,
    /// The clock.
    pub clock: Clock,
    /// Signs and verifies tokens.
    pub tokens: Tokens,
    /// Who is signed in.
    pub principals: Principals,
    /// Who tells residents apart.
    pub code_providers: Vec<Box<dyn CodeProvider>>,
    /// What is counted.
    pub metrics: Metrics,
    /// Bounds password hashing.
    pub hashing: Arc<Semaphore>,
    /// Wakes the sequencer after a commit.
    pub committed: Arc<Notify>,
    /// Asks the server to stop as a signal would; tests use it.
    pub shutdown: Notify,
    /// Set when the server is stopping: readiness answers 503.
    pub stopping: AtomicBool,
    /// Log-ins that failed.
    pub failures: Arc<Failures>,
    /// Questions about orders that were wrong.
    pub asks: Asks,
    /// Uploads under way.
    pub uploads: Uploads,
    /// Who is connected.
    pub hub: Hub,
    /// What makes notifications instant.
    pub queue: Box<dyn Queue>,
    /// Between the background jobs.
    pub channels: Channels,
    /// The races for orders.
    pub claims: Claims,
    /// Sends pushes; none: nobody is pushed to.
    pub push: Option<Arc<dyn Push>>,
    /// Wakes the job that sends pushes.
    pub pushes: Notify,
}

impl AppState {
    /// Opens storage and reads the keys.
    ///
    /// # Errors
    /// Names what is wrong.
    pub fn open(config: Config, clock: Clock) -> anyhow::Result<Self> {
        config.check()?;
        let push = push::sender(&config, &clock)?;
        let keyring = config.keyring()?.into();
        let store = Store::open(&config.store(), clock.clone(), keyring).context("opening the database")?;
        let metrics = Metrics::new(store.kind()).context("the metrics")?;
        let batches = metrics.clone();
        store.observe_batches(move |jobs| batches.batch(jobs));
        Ok(Self {
            tokens: Tokens::new(&config.auth)?,
            principals: Principals::default(),
            hashing: Arc::new(Semaphore::new(config.auth.hash_parallelism.max(1))),
            code_providers: provider::providers(config.mode),
            committed: Arc::new(Notify::new()),
            shutdown: Notify::new(),
            stopping: AtomicBool::new(false),
            failures: Arc::new(Failures::new(&config.auth)),
            asks: Asks::default(),
            uploads: Uploads::at_once(config.web.uploads_at_once),
            hub: Hub::default(),
            queue: config.queue()?,
            channels: Channels::default(),
            claims: Claims::default(),
            push,
            pushes: Notify::new(),
            metrics,
            store,
            clock,
            config,
        })
    }
}
