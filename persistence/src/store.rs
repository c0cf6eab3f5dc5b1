//! What the api sees of storage: async methods over plain values, nothing of SQL. `on!` picks the database, and
//! nothing else does.

mod answers;
mod epoch;
mod health;

use crate::engine::clock::Clock;
use crate::engine::database::lock::FolderLock;
use crate::engine::database::target::{StoreConfig, Target};
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::executor::Executor;
use crate::engine::gather::Gather;
use crate::engine::seal::Keyring;
use crate::identity::values::PrincipalUntil;
use crate::news::values::{Duty, Membership};
use domain::{AccountId, SessionId};
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The threads of whichever database it is.
#[derive(Clone)]
pub(crate) enum Backend {
    Sqlite {
        writer: Executor<crate::engine::database::sqlite::Conn>,
        readers: Executor<crate::engine::database::sqlite::Conn>,
    },
    #[cfg(feature = "postgres")]
    Postgres {
        pool: Executor<crate::engine::database::pg::Conn>,
        sequencer: Executor<crate::engine::database::pg::Conn>,
        relay: Executor<crate::engine::database::pg::Conn>,
        together: crate::pg::together::Together,
    },
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) backend: Backend,
    pub(crate) target: Target,
    pub(crate) clock: Clock,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) gathered: Arc<Gathered>,
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
pub(crate) struct Gathered {
    /// By session and account, with the end of the session.
    pub(crate) principals: Arc<Gather<(SessionId, AccountId), Option<PrincipalUntil>>>,
    pub(crate) memberships: Arc<Gather<AccountId, Vec<Membership>>>,
    /// Whether on duty, if that was ever said, and since when.
    pub(crate) duties: Arc<Gather<AccountId, Option<Duty>>>,
}

/// Runs a closure over the connection of whichever database it is; `q` is that database's queries, `db` what differs in it, `claim` its claim.
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
                #[allow(unused_imports, reason = "not every body needs all of them")]
                use $crate::engine::database::sqlite as db;
                #[allow(unused_imports, reason = "not every body needs all of them")]
                use $crate::sqlite::{claim, q};
                $lite.run($crate::engine::executor::Mode::$mode, move |$c| $body).await
            }
            #[cfg(feature = "postgres")]
            $crate::store::Backend::Postgres { $pg, .. } => {
                #[allow(unused_imports, reason = "not every body needs all of them")]
                use $crate::engine::database::pg as db;
                #[allow(unused_imports, reason = "not every body needs all of them")]
                use $crate::pg::{claim, q};
                $pg.run($crate::engine::executor::Mode::$mode, move |$c| $body).await
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
                        crate::engine::database::sqlite::connect_writer(&writer)
                    }),
                    readers: Executor::start("sqlite-reader", config.connections.max(1), move || {
                        crate::engine::database::sqlite::connect_reader(&reader)
                    }),
                }
            }
            #[cfg(feature = "postgres")]
            Target::Postgres { url } => {
                let (pool, own, other) = (url.clone(), url.clone(), url.clone());
                let by_keys = crate::engine::database::pg::connect_by_keys;
                let pool = Executor::start("pg", config.connections.max(1), move || {
                    crate::engine::database::pg::connect(&pool)
                });
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
    pub(crate) async fn heavy(&self) -> StoreResult<OwnedSemaphorePermit> {
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
