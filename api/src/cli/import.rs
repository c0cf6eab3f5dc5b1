//! `diandan import areas|staff FILE`: the same as the endpoints, for whoever runs the server.

use super::admin::why;
use crate::config::{Config, environment};
use crate::http::error::ApiResult;
use crate::http::locale::Lang;
use crate::import::bulk;
use crate::import::bulk::staff::{FirstPassword, random};
use crate::import::bulk::{Authority, Imported, Refused};
use crate::import::rows::MAX_ROWS;
use crate::import::table::MAX_BYTES;
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
    /// Areas: level, code, name, parent_code …; a file, or a county of those that the binary brings.
    Areas(AreaArgs),
    /// Staff: login, name, role, area_code … New people share the password in DIANDAN_SHARED_PASSWORD (to be changed
    /// at the first log-in); without it a one-time password each is printed.
    Staff(FileArgs),
}

/// Areas of a file or of the binary.
#[derive(Debug, Args)]
pub struct AreaArgs {
    /// A table: CSV (UTF-8 or GBK) or XLSX.
    #[arg(required_unless_present = "county")]
    pub file: Option<PathBuf>,
    /// Instead of a file, the official divisions of one of the nine counties that the binary brings, by its code (610523).
    #[arg(long, conflicts_with = "file", requires = "prefix")]
    pub county: Option<String>,
    /// What that county's order numbers begin with (DL).
    #[arg(long, requires = "county")]
    pub prefix: Option<String>,
}

/// A file.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// A table: CSV (UTF-8 or GBK) or XLSX.
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
            finish(bulk::areas::import(&state.importer(), Authority::Operator, areas(&args)?, None).await)
        }
        ImportAction::Staff(args) => staff(&state, read(&args.file)?).await,
    }
}

async fn staff(state: &AppState, bytes: Vec<u8>) -> anyhow::Result<()> {
    let first = match environment::given(SHARED)? {
        Some(given) => {
            let password = crate::identity::password::shared(SHARED, &given);
            let password = password.map_err(|e| anyhow::anyhow!(why(&e)))?;
            FirstPassword::Shared { password, must_change: true }
        }
        None => FirstPassword::Each,
    };
    let given = RefCell::new(Vec::new());
    let one_time = |login: &str| -> ApiResult<String> {
        let password = random(login)?;
        given.borrow_mut().push((login.to_owned(), password.clone()));
        Ok(password)
    };
    let done =
        bulk::staff::import(&state.importer(), Authority::Operator, bytes, first, one_time, None).await;
    if done.is_ok() {
        let mut out = std::io::stdout();
        for (login, password) in given.into_inner() {
            writeln!(out, "{login},{password}")?;
        }
    }
    finish(done.map(|done| done.counts))
}

/// The file of areas that is meant.
fn areas(args: &AreaArgs) -> anyhow::Result<Vec<u8>> {
    match (&args.file, &args.county) {
        (Some(file), _) => read(file),
        (None, Some(county)) => {
            Ok(super::builtin::file(county, args.prefix.as_deref().unwrap_or_default())?.into_bytes())
        }
        (None, None) => bail!("name a file, or --county"),
    }
}

/// Reads a file unless an import could not take it.
fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let size = std::fs::metadata(file).with_context(|| format!("reading {}", file.display()))?.len();
    anyhow::ensure!(
        size <= u64::try_from(MAX_BYTES).unwrap_or(u64::MAX),
        "{} has {size} bytes: an import is one transaction and takes at most {MAX_BYTES} bytes and {MAX_ROWS} rows. Split a \
         country by province, what is above first; each part may name areas that are there already",
        file.display()
    );
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
