//! Which database is meant, and where its data is.

use crate::engine::database::address;
use crate::engine::error::{StoreError, StoreResult};
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;

/// Where the data is and how many connections serve it.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// `postgres://…` or `sqlite:PATH`; empty means `sqlite:<data_dir>/diandan.db`.
    pub url: SecretString,
    /// The data folder: the embedded database, the uploads, the lock.
    pub data_dir: PathBuf,
    /// Connections to PostgreSQL, or readers of SQLite (beside its one writer).
    pub connections: usize,
}

/// A database, found out from its URL.
#[derive(Debug, Clone)]
pub enum Target {
    /// The embedded database.
    Sqlite {
        /// Path of its file.
        path: String,
    },
    /// PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres {
        /// Its URL.
        url: String,
    },
}

impl StoreConfig {
    /// The database this configuration means.
    ///
    /// # Errors
    /// `Internal` for a scheme this binary does not serve.
    pub fn target(&self) -> StoreResult<Target> {
        let url = self.url.expose_secret();
        if address::is_postgres(url) {
            address::shown(url)
                .map_err(|why| StoreError::Internal(format!("the database's address {why}")))?;
            #[cfg(feature = "postgres")]
            return Ok(Target::Postgres { url: url.into() });
            #[cfg(not(feature = "postgres"))]
            return Err(StoreError::Internal(
                "this binary was built without PostgreSQL: build it with `--features postgres` (needs libpq-dev)".into(),
            ));
        }
        let unknown =
            |what: &str| Err(StoreError::Internal(format!("{what}: use postgres://… or sqlite:PATH")));
        match url.split_once(':') {
            None if url.is_empty() => {
                Ok(Target::Sqlite { path: self.data_dir.join("diandan.db").to_string_lossy().into_owned() })
            }
            Some(("sqlite", path)) if path.contains(":memory:") => Err(StoreError::Internal(
                "a database in memory is not served: each connection would have its own".into(),
            )),
            Some(("sqlite", path)) if !path.is_empty() => Ok(Target::Sqlite { path: path.into() }),
            // anything else before a colon may be anything
            Some((scheme, rest)) if rest.starts_with("//") => {
                unknown(&format!("unknown database scheme {scheme:?}"))
            }
            Some(_) => unknown("unknown database scheme"),
            None => unknown("a database URL needs a scheme"),
        }
    }

    /// The database's address as anybody may see it.
    #[must_use]
    pub fn shown(&self) -> String {
        let url = self.url.expose_secret();
        match url.strip_prefix("sqlite:") {
            Some(_) => url.into(),
            None if url.is_empty() => "embedded, in the data folder".into(),
            None if address::is_postgres(url) => {
                address::shown(url).unwrap_or_else(|_| "postgres://***".into())
            }
            None => "***".into(),
        }
    }
}
