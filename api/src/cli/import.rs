//! `diandan import areas|staff FILE`: the same as the endpoints, for whoever runs the server.

use super::admin::why;
use crate::bulk::staff::{FirstPassword, random};
use crate::bulk::{self, Authority, Imported, Refused};
use crate::config::Config;
use crate::error::ApiResult;
use crate::locale::Lang;
use crate::state::AppState;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Names a first password for all new people of a file.
const SHARED: &str = "DIANDAN_SHARED_PASSWORD";

/// What to import.
#[derive(Debug, Subcommand)]
pub enum ImportAction {
    /// Areas: level, code, name, parent_code …
    Areas(FileArgs),
    /// Staff: login, name, role, area_code … New people share the password in DIANDAN_SHARED_PASSWORD (to be changed
    /// at the first log-in); without it a one-time password each is printed.
    Staff(FileArgs),
}

/// A file.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// A CSV file, UTF-8 or GBK.
    pub file: PathBuf,
}

/// Imports a file.
///
/// # Errors
/// Prints every bad row and fails.
pub async fn run(config: Config, action: ImportAction) -> anyhow::Result<()> {
    let state = super::serve::open_state(config)?;
    match action {
        ImportAction::Areas(args) => {
            let done = bulk::areas::import(&state, Authority::Operator, read(&args.file)?, None).await;
            finish(done)
        }
        ImportAction::Staff(args) => staff(&state, read(&args.file)?).await,
    }
}

async fn staff(state: &AppState, bytes: Vec<u8>) -> anyhow::Result<()> {
    let first = match std::env::var(SHARED) {
        Ok(password) => {
            crate::auth::password::check_chosen(SHARED, &password).map_err(|e| anyhow::anyhow!(why(&e)))?;
            FirstPassword::Shared { password: password.into(), must_change: true }
        }
        Err(_unset) => FirstPassword::Each,
    };
    let given = RefCell::new(Vec::new());
    let one_time = |login: &str| -> ApiResult<String> {
        let password = random(login)?;
        given.borrow_mut().push((login.to_owned(), password.clone()));
        Ok(password)
    };
    let done = bulk::staff::import(state, Authority::Operator, bytes, first, one_time, None).await;
    if done.is_ok() {
        let mut out = std::io::stdout();
        for (login, password) in given.into_inner() {
            writeln!(out, "{login},{password}")?;
        }
    }
    finish(done.map(|done| done.counts))
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("reading {}", file.display()))
}

fn finish(done: Result<Imported, Refused>) -> anyhow::Result<()> {
    let refused = match done {
        Ok(Imported { created, updated, unchanged }) => {
            writeln!(std::io::stderr(), "{created} added, {updated} changed, {unchanged} as they were")?;
            return Ok(());
        }
        Err(Refused::Error(e)) => bail!(why(&e)),
        Err(refused) => refused,
    };
    let rows = refused.rows(Lang::Zh);
    let mut err = std::io::stderr();
    for (line, field, reason, value) in &rows {
        writeln!(err, "第{line}行 {field} {value:?}: {reason}")?;
    }
    bail!("nothing was imported: {} faults", rows.len())
}
