//! A migrated database per test, on either backend: what a test that is written once and run on both needs.

pub mod audit;
pub mod copies;
pub mod dump;
pub mod sqlite;

use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Result, anyhow};
use persistence::StoreConfig;
use persistence::engine::database::target::Target;

#[cfg(feature = "postgres")]
use crate::servers::postgres;
use crate::timing;

/// Where a test runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
}

/// A database of one test, gone when dropped.
#[derive(Debug)]
pub enum Database {
    Sqlite(sqlite::Database),
    #[cfg(feature = "postgres")]
    Postgres(postgres::Database<'static>),
    /// On a PostgreSQL that the test started for itself, by its URL.
    #[cfg(feature = "postgres")]
    Elsewhere(String),
}

impl Backend {
    /// Every backend of this build.
    pub const ALL: &[Self] = &[
        Self::Sqlite,
        #[cfg(feature = "postgres")]
        Self::Postgres,
    ];

    /// A fresh database with today's schema: a copy of a template that the first call in a process migrates.
    pub fn database(self) -> Result<Database> {
        match self {
            Self::Sqlite => {
                static TEMPLATE: OnceLock<Result<sqlite::Template, String>> = OnceLock::new();
                let template = once(&TEMPLATE, || sqlite::Template::build(migrate))?;
                template.database().map(Database::Sqlite)
            }
            #[cfg(feature = "postgres")]
            Self::Postgres => {
                static TEMPLATE: OnceLock<Result<postgres::Template<'static>, String>> = OnceLock::new();
                let template = once(&TEMPLATE, || {
                    postgres::Template::build(postgres::Postgres::shared()?, "diandan", migrate)
                })?;
                template.database().map(Database::Postgres)
            }
        }
    }
}

impl Database {
    /// A fresh migrated database on a server of the test's own, which may be killed.
    #[cfg(feature = "postgres")]
    pub fn on(server: &postgres::Postgres) -> Result<Self> {
        server.create_database("diandan", None)?;
        let url = server.url("diandan");
        migrate(&url)?;
        Ok(Self::Elsewhere(url))
    }

    /// The database as storage knows it.
    pub fn target(&self) -> Result<Target> {
        target(&self.url())
    }

    /// A data folder of its own: uploads, the lock.
    pub fn data_dir(&self) -> Result<PathBuf> {
        match self {
            Self::Sqlite(database) => Ok(database.data_dir().to_path_buf()),
            // kept until the test process ends, when the scratch folder goes
            #[cfg(feature = "postgres")]
            Self::Postgres(_) | Self::Elsewhere(_) => {
                crate::scratch::folder("data").map(|folder| folder.keep())
            }
        }
    }

    /// The URL that the binary takes as `DIANDAN_DATABASE_URL`.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(database) => database.url(),
            #[cfg(feature = "postgres")]
            Self::Postgres(database) => database.url(),
            #[cfg(feature = "postgres")]
            Self::Elsewhere(url) => url.clone(),
        }
    }
}

/// Brings the database at `url` to today's schema: the one place where the harness does.
pub fn migrate(url: &str) -> Result<()> {
    persistence::engine::database::migrate::migrate(&target(url)?)?;
    Ok(())
}

/// The database at `url` as storage knows it.
pub fn target(url: &str) -> Result<Target> {
    let config = StoreConfig { url: url.into(), data_dir: PathBuf::new(), connections: 1 };
    Ok(config.target()?)
}

/// The value of `cell`, made at the first call. A failure is kept too: every test that needs the value reports
/// it, and none tries again.
pub(crate) fn once<T>(
    cell: &'static OnceLock<Result<T, String>>,
    make: impl FnOnce() -> Result<T>,
) -> Result<&'static T> {
    timing::shared(|| cell.get_or_init(|| make().map_err(|error| format!("{error:#}"))))
        .as_ref()
        .map_err(|message| anyhow!("{message}"))
}
