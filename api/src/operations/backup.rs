//! Backups: the database and the uploads in one folder, with a manifest that names and checksums every file.
//!
//! ```text
//! manifest.json     format, versions, kind of database, when, every file with its SHA-256
//! database/…        diandan.db, or <table>.jsonl
//! files/…           the uploads
//! ```
//! A backup is written under another name and renamed when it is whole and on disk. It holds personal data (contacts
//! sealed, texts not): the folder is for its owner only. The keys that open contacts are not in it.

mod files;

use crate::config::Config;
use crate::http::time;
use anyhow::{Context, ensure};
use files::{FileEntry, entry_of};
use persistence::Clock;
use persistence::engine::database::lock::FolderLock;
use persistence::engine::database::target::Target;
use persistence::engine::database::{fit, migrate};
use persistence::operations::backup;
use persistence::operations::backup::Dump;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The format this binary writes, and the only one it reads.
const FORMAT: u32 = 1;
/// What a backup is, beside its files.
const MANIFEST: &str = "manifest.json";
/// The database's part.
const DATABASE: &str = "database";
/// The uploads, here and in the data folder.
const FILES: &str = "files";

/// What a backup is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Of the folder.
    pub format: u32,
    /// Of the binary that wrote it.
    pub product_version: String,
    /// `sqlite` or `postgres`; it can be restored into the same kind only.
    pub database: String,
    /// Migrations that had run.
    pub schema: Vec<String>,
    /// When it was begun.
    pub created_at: String,
    /// Last values of sequences (PostgreSQL).
    pub sequences: BTreeMap<String, i64>,
    /// Every file by its path in the folder.
    pub files: BTreeMap<String, FileEntry>,
}

impl Manifest {
    /// Rows and files in it, for people.
    #[must_use]
    pub fn summary(&self) -> String {
        let rows: u64 = self.files.values().filter_map(|f| f.rows).sum();
        let uploads = self.files.values().filter(|f| f.rows.is_none()).count();
        format!("{} of {}: {rows} rows, {uploads} uploads", self.database, self.created_at)
    }
}

/// Writes a backup into `folder`, which is not there or empty. The server may run meanwhile.
///
/// # Errors
/// Names what could not be read or written; nothing is left then.
pub fn create(config: &Config, folder: &Path) -> anyhow::Result<Manifest> {
    ensure!(is_free(folder)?, "{} is not empty: a backup needs a folder of its own", folder.display());
    fit::check(&config.store().target()?)?;
    let name =
        folder.file_name().context("the backup needs the name of a folder")?.to_string_lossy().into_owned();
    let parent = folder.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
    let unfinished = parent.join(format!(".{name}.unfinished-{}", std::process::id()));
    let written = write(config, &unfinished).and_then(|manifest| {
        fs::rename(&unfinished, folder).with_context(|| format!("renaming to {}", folder.display()))?;
        files::sync_folder(parent)?;
        Ok(manifest)
    });
    if written.is_err() {
        let _nothing_else_to_do = fs::remove_dir_all(&unfinished);
    }
    written
}

fn write(config: &Config, folder: &Path) -> anyhow::Result<Manifest> {
    files::make_private(folder)?;
    let created_at = time::instant(Clock::default().now());
    let target = config.store().target()?;
    let database = folder.join(DATABASE);
    files::make_private(&database)?;
    let dump = backup::dump(&target, &database).context("reading the database")?;
    let mut entries = BTreeMap::new();
    for (name, rows) in &dump.files {
        let entry = entry_of(&database.join(name))?;
        entries.insert(format!("{DATABASE}/{name}"), FileEntry { rows: Some(*rows), ..entry });
    }
    // after the database: every upload it knows is there by now
    for (path, entry) in files::copy_all(&config.data_dir.join(FILES), &folder.join(FILES))? {
        entries.insert(format!("{FILES}/{path}"), entry);
    }
    let manifest = Manifest {
        format: FORMAT,
        product_version: env!("CARGO_PKG_VERSION").into(),
        database: kind(&target).into(),
        schema: dump.schema,
        created_at,
        sequences: dump.sequences,
        files: entries,
    };
    let json = serde_json::to_vec_pretty(&manifest)?;
    files::write_synced(&folder.join(MANIFEST), &json)?;
    files::sync_tree(folder)?;
    Ok(manifest)
}

/// Reads a backup and checks every file of it.
///
/// # Errors
/// Names the first file that is missing or not what was written.
pub fn verify(folder: &Path) -> anyhow::Result<Manifest> {
    let path = folder.join(MANIFEST);
    let json =
        fs::read(&path).with_context(|| format!("{} is no backup: reading {MANIFEST}", folder.display()))?;
    let format =
        serde_json::from_slice::<serde_json::Value>(&json).ok().and_then(|v| v.get("format")?.as_u64());
    ensure!(format == Some(u64::from(FORMAT)), "{} is of no format this binary reads", path.display());
    let manifest: Manifest =
        serde_json::from_slice(&json).with_context(|| format!("reading {}", path.display()))?;
    for (name, entry) in &manifest.files {
        let found = entry_of(&folder.join(files::plain(name)?))?;
        ensure!(
            (found.sha256 == entry.sha256) && (found.bytes == entry.bytes),
            "{name} is damaged: its checksum is not the manifest's"
        );
    }
    Ok(manifest)
}

/// Restores a backup into an empty database and data folder.
///
/// # Errors
/// Names what is damaged, not empty or not fitting; an existing database is never touched.
pub fn restore(config: &Config, folder: &Path) -> anyhow::Result<Manifest> {
    let manifest = verify(folder)?;
    let target = config.store().target()?;
    ensure!(
        manifest.database == kind(&target),
        "the backup is of {}, the configuration names {}",
        manifest.database,
        kind(&target)
    );
    let standing = migrate::compare(&target, manifest.schema.clone())?;
    ensure!(
        standing.unknown.is_empty(),
        "the backup is newer than this binary: it has {}",
        standing.unknown.join(", ")
    );
    fit::check(&target)?;
    ensure!(backup::is_empty(&target)?, "the database is not empty: restore into a new one");
    let taken = files::strangers(&config.data_dir)?;
    ensure!(
        taken.is_empty(),
        "the data folder is not empty: {} holds {}",
        config.data_dir.display(),
        taken.join(", ")
    );
    fs::create_dir_all(&config.data_dir).with_context(|| format!("making {}", config.data_dir.display()))?;
    let _alone = match &target {
        Target::Sqlite { path } => Some(FolderLock::take(&config.data_dir, Path::new(path))?),
        #[cfg(feature = "postgres")]
        Target::Postgres { .. } => None,
    };
    let (unfinished, uploads) = (config.data_dir.join("files.restoring"), config.data_dir.join(FILES));
    if folder.join(FILES).exists() {
        files::copy_all(&folder.join(FILES), &unfinished)?;
        files::sync_tree(&unfinished)?;
    }
    let dump = Dump {
        files: rows_of(&manifest),
        schema: manifest.schema.clone(),
        sequences: manifest.sequences.clone(),
    };
    backup::load(&target, &folder.join(DATABASE), &dump).context("loading the database")?;
    if unfinished.exists() {
        fs::rename(&unfinished, &uploads).with_context(|| format!("renaming to {}", uploads.display()))?;
    }
    files::sync_folder(&config.data_dir)?;
    Ok(manifest)
}

fn rows_of(manifest: &Manifest) -> BTreeMap<String, u64> {
    let database = |(path, entry): (&String, &FileEntry)| {
        Some((path.strip_prefix(DATABASE)?.strip_prefix('/')?.to_owned(), entry.rows?))
    };
    manifest.files.iter().filter_map(database).collect()
}

const fn kind(target: &Target) -> &'static str {
    match target {
        Target::Sqlite { .. } => "sqlite",
        #[cfg(feature = "postgres")]
        Target::Postgres { .. } => "postgres",
    }
}

/// Whether nothing is there, or an empty folder.
fn is_free(folder: &Path) -> anyhow::Result<bool> {
    if !folder.exists() {
        return Ok(true);
    }
    let mut entries: fs::ReadDir =
        fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    Ok(entries.next().is_none())
}
