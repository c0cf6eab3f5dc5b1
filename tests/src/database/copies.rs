//! Copies of a database while a server serves it: each may be damaged, the original stays whole.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Result, ensure};
use persistence::engine::database::target::Target;
use persistence::operations::backup;
use persistence::operations::backup::Dump;
use tempfile::TempDir;

use crate::database::Database;
use crate::scratch;

/// One copy that nobody touches, and as many of it as wanted.
#[derive(Debug)]
pub struct Copies {
    folder: TempDir,
    target: Target,
    made: AtomicU32,
}

impl Copies {
    /// Copies a database as it is now, by the backup.
    pub fn of(database: &Database) -> Result<Self> {
        let folder = scratch::folder("copies")?;
        let from = database.target()?;
        let dump = backup::dump(&from, folder.path())?;
        let copies = Self { folder, target: from, made: AtomicU32::new(0) };
        copies.prepare(&dump)?;
        Ok(copies)
    }

    /// A copy of SQLite's file is a copy; PostgreSQL wants a database to clone.
    fn prepare(&self, dump: &Dump) -> Result<()> {
        match &self.target {
            Target::Sqlite { .. } => ensure!(!dump.files.is_empty(), "nothing was copied"),
            #[cfg(feature = "postgres")]
            Target::Postgres { .. } => {
                let (server, name) = (crate::servers::postgres::Postgres::shared()?, self.name());
                server.create_database(&name, None)?;
                let to = crate::database::target(&server.url(&name))?;
                backup::load(&to, self.folder.path(), dump)?;
            }
        }
        Ok(())
    }

    /// The URL of a fresh copy.
    pub fn fresh(&self) -> Result<String> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        match &self.target {
            Target::Sqlite { .. } => {
                let file = self.folder.path().join(format!("{number}.db"));
                std::fs::copy(self.folder.path().join(crate::database::sqlite::FILE_NAME), &file)?;
                Ok(format!("sqlite:{}", file.display()))
            }
            #[cfg(feature = "postgres")]
            Target::Postgres { .. } => {
                let (server, name) = (crate::servers::postgres::Postgres::shared()?, self.name());
                let copy = format!("{name}_{number}");
                server.create_database(&copy, Some(&name))?;
                Ok(server.url(&copy))
            }
        }
    }

    /// The name of the copy on the shared server: its folder's, as a name of a database may be.
    #[cfg(feature = "postgres")]
    fn name(&self) -> String {
        let folder = self.folder.path().file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        folder.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
    }
}
