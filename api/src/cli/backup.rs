//! `diandan backup` and `diandan restore`.

use crate::cli::out::say;
use crate::config::Config;
use crate::operations::backup;
use std::path::Path;

/// Writes a backup (or checks one) and says what is in it.
///
/// # Errors
/// Names what could not be read or written, or what is damaged.
pub fn create(config: &Config, folder: &Path, verify: bool) -> anyhow::Result<()> {
    if verify {
        say!("whole: {}", backup::verify(folder)?.summary());
        return Ok(());
    }
    let manifest = backup::create(config, folder)?;
    say!("backed up {} to {}", manifest.summary(), folder.display());
    Ok(())
}

/// Restores a backup and says what was in it.
///
/// # Errors
/// Names what is damaged, not empty or not fitting.
pub fn restore(config: &Config, folder: &Path) -> anyhow::Result<()> {
    let manifest = backup::restore(config, folder)?;
    say!("restored {}", manifest.summary());
    let standing = persistence::engine::database::migrate::check(&config.store().target()?)?;
    if !standing.pending.is_empty() {
        say!(
            "its schema is older than this binary's: run `diandan migrate` ({})",
            standing.pending.join(", ")
        );
    }
    Ok(())
}
