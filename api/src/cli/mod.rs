//! The command line: one file a sub-command.

pub mod admin;
pub mod backup;
mod builtin;
pub mod check;
pub mod demo;
pub mod healthcheck;
pub mod import;
pub mod migrate;
pub mod out;
pub mod prove;
pub mod requeue;
pub mod reseal;
pub mod serve;
pub mod version;

use crate::config::Config;
use crate::config::environment::given;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// 点单: residents order, the organisation dispatches, workers claim.
#[derive(Debug, Parser)]
#[command(name = "diandan", version)]
pub struct Cli {
    /// Configuration file (TOML), else the one that `DIANDAN_CONFIG` names; environment variables `DIANDAN_…` stand over it.
    #[arg(long, global = true)]
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
    /// Show it: a county, one order played through the whole loop, and a server to try.
    Demo(demo::DemoArgs),
    /// Bring the database's schema up to this binary's.
    Migrate,
    /// Print the configuration (secrets hidden) and try what it names; exit code 1 when something is wrong.
    Check,
    /// Account for every order, claim and notification in the database, and name each invariant that does not hold; exit
    /// code 1 when one does not. Reads one snapshot, writes nothing, may run beside the server.
    Prove {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Have events told again that were set aside because they could not be (`prove` names them); may run beside the server.
    Requeue {
        /// Only those of this order, by its id.
        #[arg(long)]
        order: Option<i64>,
    },
    /// Seal people's data anew: after an upgrade that asks for it, and after a change of privacy.key. Goes on where it was
    /// interrupted, may run beside the server; exit code 1 when something cannot be opened.
    Reseal,
    /// Ask the running server whether it lives; exit code 1 when not.
    Healthcheck,
    /// Back up the database and the uploads into a new folder, while the server runs.
    Backup {
        /// The folder: not there yet, or empty.
        folder: PathBuf,
        /// Check a backup that is there instead.
        #[arg(long)]
        verify: bool,
    },
    /// Restore a backup into an empty database and data folder.
    Restore {
        /// The folder of the backup.
        folder: PathBuf,
    },
    /// Print the version.
    Version,
    /// Administrators.
    #[command(subcommand)]
    Admin(admin::AdminAction),
    /// Import a table (CSV or XLSX), all of it or nothing.
    #[command(subcommand)]
    Import(import::ImportAction),
}

/// Names the configuration file where `--config` does not.
const CONFIG: &str = "DIANDAN_CONFIG";

impl Cli {
    /// The configuration that this command is given. `check` gets it as it is, and names what is wrong with it.
    ///
    /// # Errors
    /// Names the file or the setting that is wrong.
    pub fn configuration(&self) -> anyhow::Result<Config> {
        let named = given(CONFIG)?.map(PathBuf::from);
        let file = self.config.as_deref().or(named.as_deref());
        match self.action {
            Some(Action::Check) => Config::read(file),
            _ => Config::load(file),
        }
    }
}

/// Starts the log.
pub fn log(config: &crate::config::LogConfig) {
    use crate::config::LogFormat;
    let filter = tracing_subscriber::EnvFilter::new(&config.level);
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match config.format {
        LogFormat::Json => log.json().flatten_event(true).init(),
        LogFormat::Text => log.compact().init(),
    }
    std::panic::set_hook(Box::new(log_panic));
}

/// A panic as a line of the log. A message that was put together may hold anybody's data: only literal ones are told.
fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let message = panic.payload().downcast_ref::<&'static str>().copied().unwrap_or("(withheld)");
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, message, "panic");
}
