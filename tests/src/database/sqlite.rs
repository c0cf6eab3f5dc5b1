//! SQLite: a migrated file, copied into a data folder per test.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use tempfile::TempDir;

use crate::scratch;

/// The name of the database file in a data folder.
pub const FILE_NAME: &str = "diandan.db";

/// A migrated database file nobody has open.
#[derive(Debug)]
pub struct Template {
    folder: TempDir,
}

/// A database file of one test, alone in its data folder. Removed on drop.
#[derive(Debug)]
pub struct Database {
    folder: TempDir,
}

impl Template {
    /// Has `migrate` fill a new file through the URL it is given. `migrate` has to close its connections.
    pub fn build(migrate: impl FnOnce(&str) -> Result<()>) -> Result<Self> {
        let folder = scratch::folder("sqlite-template")?;
        let file = folder.path().join(FILE_NAME);
        migrate(&url(&file)).context("migrating the SQLite template")?;
        // The copy is of the main file alone, so everything has to be in it.
        SqliteConnection::establish(&file.to_string_lossy())
            .context("opening the SQLite template")?
            .batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?;
        Ok(Self { folder })
    }

    /// A fresh copy.
    pub fn database(&self) -> Result<Database> {
        let database = Database { folder: scratch::folder("sqlite")? };
        fs::copy(self.folder.path().join(FILE_NAME), database.file())
            .context("copying the SQLite template")?;
        Ok(database)
    }
}

impl Database {
    /// The URL that the binary takes: `sqlite:` and the path.
    pub fn url(&self) -> String {
        url(&self.file())
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join(FILE_NAME)
    }

    /// The data folder, with room for uploads and backups beside the database.
    pub fn data_dir(&self) -> &Path {
        self.folder.path()
    }
}

fn url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}
