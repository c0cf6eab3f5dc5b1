//! The one state of the server.

use crate::config::Config;
use crate::files::uploads::Uploads;
use crate::http::client::client_ip;
use crate::identity::failures::Failures;
use crate::identity::password::Hashing;
use crate::identity::principals::Principals;
use crate::identity::provider;
use crate::identity::provider::CodeProvider;
use crate::identity::token::Tokens;
use crate::import::bulk::Importer;
use crate::metrics::Metrics;
use crate::news::channels::Channels;
use crate::news::live::hub::Hub;
use crate::news::live::scribe::Scribe;
use crate::news::push;
use crate::news::push::message::Push;
use crate::order::apply::Shell;
use crate::order::asks::Asks;
use crate::order::claiming::Claims;
use crate::order::leaving::Leaver;
use crate::order::told::telling::Orders;
use actix_web::HttpRequest;
use anyhow::Context;
use persistence::news::queue::Queue;
use persistence::{Clock, Store};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tokio::sync::Notify;

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
    pub principals: Arc<Principals>,
    /// Who tells residents apart.
    pub code_providers: Vec<Box<dyn CodeProvider>>,
    /// What is counted.
    pub metrics: Metrics,
    /// Bounds password hashing.
    pub hashing: Hashing,
    /// Changes orders.
    pub shell: Shell,
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
    pub hub: Arc<Hub>,
    /// Brings them what is told.
    pub scribe: Arc<Scribe>,
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
        let committed = Arc::new(Notify::new());
        let hub = Arc::new(Hub::default());
        let telling = Arc::new(Orders::new(store.clone(), clock.clone()));
        Ok(Self {
            tokens: Tokens::new(&config.auth)?,
            principals: Arc::new(Principals::new(store.clone(), clock.clone())),
            hashing: Hashing::new(config.auth.hash_parallelism),
            code_providers: provider::providers(config.mode),
            claims: Claims::new(store.clone(), clock.clone(), metrics.clone(), committed.clone()),
            shell: Shell::new(store.clone(), committed.clone()),
            committed,
            shutdown: Notify::new(),
            stopping: AtomicBool::new(false),
            failures: Arc::new(Failures::new(&config.auth)),
            asks: Asks::default(),
            uploads: Uploads::at_once(config.web.uploads_at_once),
            scribe: Arc::new(Scribe::new(store.clone(), clock.clone(), hub.clone(), telling)),
            hub,
            queue: config.queue()?,
            channels: Channels::default(),
            push,
            pushes: Notify::new(),
            metrics,
            store,
            clock,
            config,
        })
    }

    /// Brings files in.
    #[must_use]
    pub fn importer(&self) -> Importer {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        Importer { store, clock, principals: self.principals.clone(), hashing: self.hashing.clone() }
    }

    /// Ends rights.
    #[must_use]
    pub fn leaver(&self) -> Leaver {
        let (store, shell) = (self.store.clone(), self.shell.clone());
        Leaver { store, shell, principals: self.principals.clone(), hub: self.hub.clone() }
    }

    /// The client's address; one and the same for all where none is known.
    #[must_use]
    pub fn client(&self, req: &HttpRequest) -> IpAddr {
        client_ip(req, &self.config.web.trusted_proxies).unwrap_or(Ipv6Addr::UNSPECIFIED.into())
    }
}
