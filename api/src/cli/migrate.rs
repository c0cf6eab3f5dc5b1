//! `diandan migrate`: brings the schema up to this binary's, under a lock.

use crate::cli::out::say;
use crate::config::Config;
use persistence::engine::database::{fit, migrate};
use persistence::{Clock, Store};

/// Migrates and prints what ran.
///
/// # Errors
/// When the database cannot be reached or is newer than this binary.
pub fn run(config: &Config) -> anyhow::Result<()> {
    let _lock = Store::open(&config.store(), Clock::default(), config.keyring()?.into())?;
    let target = config.store().target()?;
    fit::check(&target)?;
    let done = migrate::migrate(&target)?;
    if done.is_empty() {
        say!("the schema is up to date");
    }
    for version in done {
        say!("migrated {version}");
    }
    Ok(())
}
