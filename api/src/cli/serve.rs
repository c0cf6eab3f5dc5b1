//! `diandan serve`: opens everything and serves until told to stop.

use crate::config::Config;
use crate::state::AppState;
use anyhow::Context;
use persistence::Clock;
use persistence::engine::database::{fit, migrate};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::net::TcpListener;
use std::sync::Arc;

/// Serves.
///
/// # Errors
/// Names what is missing or wrong.
pub async fn run(config: Config) -> anyhow::Result<()> {
    raise_file_limit();
    for warning in config.warnings() {
        tracing::warn!(warning);
    }
    let (listener, state) = open(config)?;
    tracing::info!(address = %listener.local_addr()?, database = state.store.kind(), "serving");
    crate::server::run(listener, state).await
}

/// Lets this process open as many files as the machine allows: every client is one, and the usual limit is 1,024.
fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    match setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        Ok(()) => tracing::info!(limit = ?limit.maximum, "files that may be open"),
        Err(e) => tracing::warn!(error = %e, limit = ?limit.current, "the limit of open files stays"),
    }
}

/// Opens storage, migrating it where the configuration says so.
///
/// # Errors
/// Names what is missing or wrong.
pub fn open_state(config: Config) -> anyhow::Result<AppState> {
    let migrates = config.migrates();
    let target = config.store().target()?;
    let state = AppState::open(config, Clock::default())?;
    fit::check(&target)?;
    if migrates {
        migrate::migrate(&target).context("migrating")?;
    }
    let standing = migrate::check(&target)?;
    anyhow::ensure!(
        standing.unknown.is_empty(),
        "the database is newer than this binary: {}",
        standing.unknown.join(", ")
    );
    anyhow::ensure!(
        standing.pending.is_empty(),
        "the schema is behind: run `diandan migrate` ({})",
        standing.pending.join(", ")
    );
    Ok(state)
}

/// Opens storage and binds.
///
/// # Errors
/// Names what is missing or wrong.
pub fn open(config: Config) -> anyhow::Result<(TcpListener, Arc<AppState>)> {
    let state = open_state(config)?;
    let listener =
        TcpListener::bind(state.config.bind).with_context(|| format!("binding {}", state.config.bind))?;
    Ok((listener, Arc::new(state)))
}
