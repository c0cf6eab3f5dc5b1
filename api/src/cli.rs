//! The command line: one file a sub-command.

pub mod admin;
pub mod import;
pub mod migrate;
pub mod serve;

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// 点单: residents order, the organisation dispatches, workers claim.
#[derive(Debug, Parser)]
#[command(name = "diandan", version)]
pub struct Cli {
    /// Configuration file (TOML); environment variables `DIANDAN_…` stand over it.
    #[arg(long, env = "DIANDAN_CONFIG", global = true)]
    pub config: Option<PathBuf>,
    /// What to do; `serve` when left out.
    #[command(subcommand)]
    pub action: Option<Action>,
}

/// The sub-commands.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Serve the API.
    Serve,
    /// Bring the database's schema up to this binary's.
    Migrate,
    /// Administrators.
    #[command(subcommand)]
    Admin(admin::AdminAction),
    /// Import a CSV file, all of it or nothing.
    #[command(subcommand)]
    Import(import::ImportAction),
}

/// Starts the log.
pub fn log(config: &crate::config::LogConfig) {
    use crate::config::LogFormat;
    let filter = tracing_subscriber::EnvFilter::new(&config.level);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match config.format {
        LogFormat::Json => log.json().flatten_event(true).init(),
        LogFormat::Text => log.compact().init(),
    }
}
