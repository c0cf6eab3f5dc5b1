//! What the api sees of storage: async methods over plain values, nothing of SQL. `on!` picks the database, and
//! nothing else does.

mod accounts;
pub mod address;
mod areas;
pub mod coverage;
mod directory;
mod files;
mod health;
mod leaving;
mod live;
mod orders;
mod people;
mod pushes;
mod reach;
mod readings;
mod roles;
mod sessions;
mod views;

use crate::clock::Clock;
use crate::error::{StoreError, StoreResult};
use crate::executor::Executor;
use crate::gather::Gather;
use crate::lock::FolderLock;
use crate::seal::Keyring;
use crate::values::{Duty, Membership, PrincipalUntil};
use secrecy::{ExposeSecret, SecretString};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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

#[derive(Clone)]
enum Backend {
    Sqlite {
        writer: Executor<crate::sqlite::Conn>,
        readers: Executor<crate::sqlite::Conn>,
    },
    #[cfg(feature = "postgres")]
    Postgres {
        pool: Executor<crate::pg::Conn>,
        sequencer: Executor<crate::pg::Conn>,
        relay: Executor<crate::pg::Conn>,
        together: crate::pg::together::Together,
    },
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    target: Target,
    clock: Clock,
    keyring: Arc<Keyring>,
    gathered: Arc<Gathered>,
    /// The share of the connections that heavy reads may have.
    heavy: Arc<Semaphore>,
}

/// Heavy reads (searches, counts) have one connection in so many: lists go on beside them.
const HEAVY_SHARE: usize = 4;
/// How long a heavy read waits for its turn.
const HEAVY_PATIENCE: Duration = Duration::from_secs(2);

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, NonZero::get)
}

/// What is asked for many at once when many come at once.
#[derive(Default)]
struct Gathered {
    /// By session and account, with the end of the session.
    principals: Arc<Gather<(i64, i64), Option<PrincipalUntil>>>,
    memberships: Arc<Gather<i64, Vec<Membership>>>,
    /// Whether on duty, if that was ever said, and since when.
    duties: Arc<Gather<i64, Option<Duty>>>,
}

/// Runs a closure over the connection of whichever database it is; `q` is that database's queries, `db` its module.
/// `read` runs without a transaction, `write` in one; `sequence` and `relay` have a connection of their own each, and
/// wait behind no request. A second name is given the present. `if` reads whether there is
/// something to do before it does it: most of the time there is not, and that costs no write.
macro_rules! on {
    ($store:expr, if |$c:ident, $now:ident| $any:expr => $body:expr) => {
        match $crate::store::on!($store, read, |$c, $now| $any)? {
            true => $crate::store::on!($store, write, |$c, $now| $body),
            false => Ok(Default::default()),
        }
    };
    ($store:expr, $how:ident, |$c:ident, $now:ident| $body:expr) => {{
        let clock = $store.clock.clone();
        $crate::store::on!($store, $how, |$c| {
            let $now = db::now($c, &clock)?;
            $body
        })
    }};
    ($store:expr, read, |$c:ident| $body:expr) => { $crate::store::on!(@ $store, readers, pool, Plain, |$c| $body) };
    ($store:expr, write, |$c:ident| $body:expr) => { $crate::store::on!(@ $store, writer, pool, Transaction, |$c| $body) };
    ($store:expr, trial, |$c:ident| $body:expr) => { $crate::store::on!(@ $store, writer, pool, Trial, |$c| $body) };
    ($store:expr, statement, |$c:ident| $body:expr) => { $crate::store::on!(@ $store, writer, pool, Plain, |$c| $body) };
    ($store:expr, sequence, |$c:ident| $body:expr) => {
        $crate::store::on!(@ $store, writer, sequencer, Transaction, |$c| $body)
    };
    ($store:expr, relay, |$c:ident| $body:expr) => { $crate::store::on!(@ $store, readers, relay, Plain, |$c| $body) };
    (@ $store:expr, $lite:ident, $pg:ident, $mode:ident, |$c:ident| $body:expr) => {
        match &$store.backend {
            $crate::store::Backend::Sqlite { $lite, .. } => {
                #[allow(unused_imports, reason = "not every body needs both names")]
                use $crate::sqlite::{self as db, q};
                $lite.run($crate::executor::Mode::$mode, move |$c| $body).await
            }
            #[cfg(feature = "postgres")]
            $crate::store::Backend::Postgres { $pg, .. } => {
                #[allow(unused_imports, reason = "not every body needs both names")]
                use $crate::pg::{self as db, q};
                $pg.run($crate::executor::Mode::$mode, move |$c| $body).await
            }
        }
    };
}
pub(crate) use on;

impl Store {
    /// Opens the store. Takes the data folder's lock (embedded only), so that a second process is refused.
    ///
    /// # Errors
    /// `Conflict` when another process holds the folder; `Unavailable` when nothing can be opened.
    pub fn open(config: &StoreConfig, clock: Clock, keyring: Arc<Keyring>) -> StoreResult<Self> {
        let target = config.target()?;
        let backend = match &target {
            Target::Sqlite { path } => {
                // the writer's thread holds the lock: it goes when the last job is done
                let lock = FolderLock::take(&config.data_dir, Path::new(path))?;
                let (writer, reader) = (path.clone(), path.clone());
                Backend::Sqlite {
                    writer: Executor::start_group(move || {
                        let _held = &lock;
                        crate::sqlite::connect_writer(&writer)
                    }),
                    readers: Executor::start("sqlite-reader", config.connections.max(1), move || {
                        crate::sqlite::connect_reader(&reader)
                    }),
                }
            }
            #[cfg(feature = "postgres")]
            Target::Postgres { url } => {
                let (pool, own, other) = (url.clone(), url.clone(), url.clone());
                let by_keys = crate::pg::connect_by_keys;
                let pool =
                    Executor::start("pg", config.connections.max(1), move || crate::pg::connect(&pool));
                Backend::Postgres {
                    sequencer: Executor::start_beside(&pool, "pg-sequencer", 1, move || by_keys(&own)),
                    relay: Executor::start_beside(&pool, "pg-relay", 1, move || by_keys(&other)),
                    together: crate::pg::together::Together::start(&pool, url.clone()),
                    pool,
                }
            }
        };
        let share = config.connections / HEAVY_SHARE;
        // SQLite reads on this process's cores: half of them are for the others
        let share = if matches!(backend, Backend::Sqlite { .. }) { share.min(cores() / 2) } else { share };
        let heavy = Arc::new(Semaphore::new(share.max(1)));
        Ok(Self { backend, target, clock, keyring, gathered: Arc::default(), heavy })
    }

    /// A place among the heavy reads, to be held by the job itself: a caller that goes away does not give it back early.
    ///
    /// # Errors
    /// `Unavailable` when they are at it for too long.
    async fn heavy(&self) -> StoreResult<OwnedSemaphorePermit> {
        let turn = tokio::time::timeout(HEAVY_PATIENCE, self.heavy.clone().acquire_owned()).await;
        let place = turn
            .map_err(|late| StoreError::Unavailable(format!("too many searches at once: {late}").into()))?;
        place.map_err(|closed| StoreError::Internal(format!("the heavy reads' share: {closed}")))
    }

    /// The clock it reads by.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The keys that seal people's data and hash it for look-up.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// `sqlite` or `postgres`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.target {
            Target::Sqlite { .. } => "sqlite",
            #[cfg(feature = "postgres")]
            Target::Postgres { .. } => "postgres",
        }
    }
}
