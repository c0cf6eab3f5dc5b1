//! The way to the server: one connection that commands share, dialled again when it failed, and a circuit that stays
//! open for a moment after a failure, so that nobody waits for a server that is gone.

use super::Credentials;
use super::sentinels::Sentinels;
use crate::error::{StoreError, StoreResult};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a command may take (QUEUE.md, faults: Redis hangs).
const COMMAND_LIMIT: Duration = Duration::from_millis(100);
/// How long a connection may take to be made.
const DIAL_LIMIT: Duration = Duration::from_millis(500);
/// How long nothing is tried after a failure.
const PAUSE: Duration = Duration::from_millis(500);

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

#[derive(Default)]
struct Shared {
    connection: Option<MultiplexedConnection>,
    failed: Option<Failed>,
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
    pub async fn dial(&self, limit: Duration) -> StoreResult<MultiplexedConnection> {
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
            Ok(dialled) => dialled.map_err(|e| self.failed(&e)),
            Err(_) => {
                if let Server::Behind(sentinels) = &self.server {
                    sentinels.lock().await.turn();
                }
                Err(self.note("no connection in time".into(), SILENT))
            }
        }
    }

    /// Runs a command on the shared connection; at once an error while the circuit is open.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn run<T, F: Future<Output = RedisResult<T>>>(
        &self,
        command: impl FnOnce(MultiplexedConnection) -> F,
    ) -> StoreResult<T> {
        if let Some(failed) = &self.shared().failed
            && failed.at.elapsed() < PAUSE
        {
            return Err(StoreError::Unavailable(format!("redis: {}", failed.why)));
        }
        let kept = self.shared().connection.clone();
        let connection = match kept {
            Some(connection) => connection,
            None => {
                let fresh = self.dial(COMMAND_LIMIT).await?;
                self.shared().connection = Some(fresh.clone());
                fresh
            }
        };
        let answer = command(connection).await.map_err(|e| self.failed(&e))?;
        self.fine();
        Ok(answer)
    }

    /// Remembers a failure; the shared connection is not used again.
    pub fn failed(&self, e: &RedisError) -> StoreError {
        self.note(e.to_string(), word(e))
    }

    /// Remembers that the server answers.
    pub fn fine(&self) {
        self.shared().failed = None;
    }

    /// What went wrong last, in words for everybody, unless something went well since.
    pub fn trouble(&self) -> Option<&'static str> {
        self.shared().failed.as_ref().map(|failed| failed.word)
    }

    fn note(&self, why: String, word: &'static str) -> StoreError {
        let mut shared = self.shared();
        shared.connection = None;
        shared.failed = Some(Failed { at: Instant::now(), why: why.clone(), word });
        StoreError::Unavailable(format!("redis: {why}"))
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is wrong, without addresses: health is for everybody's eyes.
fn word(e: &RedisError) -> &'static str {
    match e.kind() {
        ErrorKind::AuthenticationFailed => "refuses the log-in",
        _ if e.to_string().contains("invalid peer certificate") => "shows a certificate that is not trusted",
        _ if matches!(e.code(), Some("NOAUTH" | "WRONGPASS" | "NOPERM")) => "refuses the log-in",
        _ => SILENT,
    }
}
