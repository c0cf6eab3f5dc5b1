//! The way to the server: one connection that commands share, dialled again when it failed, and a circuit that stays
//! open for a moment after a failure, so that nobody waits for a server that is gone. Failures are remembered for each
//! direction: a server that is read may refuse what is published, and reading says nothing of it.

use super::credentials::Credentials;
use super::sentinels::Sentinels;
use crate::engine::error::{StoreError, StoreResult};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a command may take (QUEUE.md, faults: Redis hangs).
const COMMAND_LIMIT: Duration = Duration::from_millis(100);
/// How long a connection may take to be made.
const DIAL_LIMIT: Duration = Duration::from_millis(500);
/// How long nothing is tried after a failure.
const PAUSE: Duration = Duration::from_millis(500);

/// Between two times that readers are sent to look for the primary.
const LOOKED: Duration = Duration::from_secs(5);

/// What most failures come down to.
const SILENT: &str = "does not answer";

/// A server, or the sentinels that know it.
pub struct Link {
    server: Server,
    shared: Mutex<Shared>,
}

enum Server {
    Known(Box<Client>),
    Behind(Box<tokio::sync::Mutex<Sentinels>>),
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// What is written.
    Publish,
    /// What is read.
    Read,
}

#[derive(Default)]
struct Shared {
    connection: Option<MultiplexedConnection>,
    publishing: Option<Failed>,
    reading: Option<Failed>,
    /// How often the server turned out to be no primary, and when last.
    turned: (u64, Option<Instant>),
}

impl Shared {
    fn failed(&mut self, way: Way) -> &mut Option<Failed> {
        match way {
            Way::Publish => &mut self.publishing,
            Way::Read => &mut self.reading,
        }
    }

    /// Counts what says that the server is no primary.
    fn seen(&mut self, e: &RedisError) {
        let (times, last) = self.turned;
        if e.code() == Some("READONLY") && last.is_none_or(|at| at.elapsed() > LOOKED) {
            self.turned = (times + 1, Some(Instant::now()));
        }
    }
}

struct Failed {
    at: Instant,
    /// For the log.
    why: String,
    /// For everybody.
    word: &'static str,
}

impl Link {
    /// Reads the URL and the credentials; connects to nothing.
    ///
    /// # Errors
    /// When either is none.
    pub fn to(url: &str, credentials: &Credentials<'_>) -> RedisResult<Self> {
        if url.starts_with("rediss") {
            // the first one installed stays
            let _installed = rustls::crypto::ring::default_provider().install_default();
        }
        let server = match Sentinels::of(url, credentials)? {
            Some(sentinels) => Server::Behind(Box::new(tokio::sync::Mutex::new(sentinels))),
            None => Server::Known(Box::new(match credentials.certificates()? {
                Some(certificates) => Client::build_with_tls(url, certificates)?,
                None => Client::open(url)?,
            })),
        };
        Ok(Self { server, shared: Mutex::default() })
    }

    /// A connection of one's own, whose commands may take this long.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn dial(&self, way: Way, limit: Duration) -> StoreResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(DIAL_LIMIT))
            .set_response_timeout(Some(limit));
        let dialled = async {
            match &self.server {
                Server::Known(client) => client.get_multiplexed_async_connection_with_config(&config).await,
                Server::Behind(sentinels) => {
                    let mut sentinels = sentinels.lock().await;
                    sentinels.dial(&config).await
                }
            }
        };
        // a server that accepts and then says nothing takes the handshake's time, not ours
        match tokio::time::timeout(2 * DIAL_LIMIT, dialled).await {
            Ok(dialled) => dialled.map_err(|e| self.failed(way, &e)),
            Err(_) => {
                if let Server::Behind(sentinels) = &self.server {
                    sentinels.lock().await.turn();
                }
                Err(self.note(way, "no connection in time".into(), SILENT))
            }
        }
    }

    /// Runs a command that writes on the shared connection; at once an error while the circuit is open. A connection
    /// that was kept may lead to a server that is gone or no primary any more: when that is what it answers, the
    /// command is run once more on a new one, perhaps for the second time.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn run<T: FromRedisValue>(&self, command: &Cmd) -> StoreResult<T> {
        self.run_as(command, |answer| answer).await
    }

    /// The same, with what an answer says to whoever asks this.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn run_as<T: FromRedisValue>(
        &self,
        command: &Cmd,
        says: fn(RedisResult<T>) -> RedisResult<T>,
    ) -> StoreResult<T> {
        if let Some(failed) = &self.shared().publishing
            && failed.at.elapsed() < PAUSE
        {
            return Err(StoreError::Unavailable(format!("redis: {}", failed.why).into()));
        }
        let kept = self.shared().connection.clone();
        if let Some(mut kept) = kept {
            match says(command.query_async(&mut kept).await) {
                Err(e) if leads_elsewhere(&e) => self.leave(&e),
                answer => return self.answered(answer),
            }
        }
        let mut fresh = self.dial(Way::Publish, COMMAND_LIMIT).await?;
        self.shared().connection = Some(fresh.clone());
        self.answered(says(command.query_async(&mut fresh).await))
    }

    fn answered<T>(&self, answer: RedisResult<T>) -> StoreResult<T> {
        let answer = answer.map_err(|e| self.failed(Way::Publish, &e))?;
        self.fine(Way::Publish);
        Ok(answer)
    }

    /// Remembers a failure; the shared connection is not used again.
    pub fn failed(&self, way: Way, e: &RedisError) -> StoreError {
        self.shared().seen(e);
        self.note(way, e.to_string(), word(way, e))
    }

    /// The shared connection leads nowhere: it is not used again.
    fn leave(&self, e: &RedisError) {
        let mut shared = self.shared();
        shared.seen(e);
        shared.connection = None;
    }

    /// Remembers that the server does this.
    pub fn fine(&self, way: Way) {
        *self.shared().failed(way) = None;
    }

    /// What went wrong last in a direction in which nothing went well since, in words for everybody.
    pub fn trouble(&self) -> Option<&'static str> {
        let shared = self.shared();
        shared.publishing.as_ref().or(shared.reading.as_ref()).map(|failed| failed.word)
    }

    /// How often the server turned out to be no primary: the primary is elsewhere, for readers too.
    pub fn turned(&self) -> u64 {
        self.shared().turned.0
    }

    fn note(&self, way: Way, why: String, word: &'static str) -> StoreError {
        let mut shared = self.shared();
        if way == Way::Publish {
            shared.connection = None;
        }
        *shared.failed(way) = Some(Failed { at: Instant::now(), why: why.clone(), word });
        StoreError::Unavailable(format!("redis: {why}").into())
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether another connection may lead to the primary: this one's server is gone, or became a replica. One that is
/// silent has taken the time that there is.
fn leads_elsewhere(e: &RedisError) -> bool {
    e.code() == Some("READONLY") || e.is_connection_dropped() || e.is_connection_refusal()
}

/// What is wrong, without addresses: health is for everybody's eyes.
fn word(way: Way, e: &RedisError) -> &'static str {
    match (e.kind(), e.code(), way) {
        (ErrorKind::AuthenticationFailed, ..) | (_, Some("NOAUTH" | "WRONGPASS"), _) => "refuses the log-in",
        (_, Some("NOPERM"), Way::Publish) => "forbids this user to publish",
        (_, Some("NOPERM"), Way::Read) => "forbids this user to read",
        (_, Some("READONLY"), _) => "takes reads only: it is a replica",
        (_, Some("OOM"), _) => "has no memory left for what is published",
        (_, Some("NOREPLICAS"), _) => "has too few replicas to take what is published",
        (_, Some("MISCONF"), _) => "cannot save, and takes nothing that is published",
        (_, Some("LOADING" | "BUSY" | "MASTERDOWN"), _) => "answers that it is not ready",
        _ if e.to_string().contains("invalid peer certificate") => "shows a certificate that is not trusted",
        _ => SILENT,
    }
}
