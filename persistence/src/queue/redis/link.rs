//! The way to the server: one connection that commands share, dialled again when it failed, and a circuit that stays
//! open for a moment after a failure, so that nobody waits for a server that is gone.

use crate::error::{StoreError, StoreResult};
use redis::aio::MultiplexedConnection;
use redis::sentinel::{SentinelClient, SentinelServerType};
use redis::{AsyncConnectionConfig, Client, RedisError, RedisResult};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a command may take (QUEUE.md, faults: Redis hangs).
const COMMAND_LIMIT: Duration = Duration::from_millis(100);
/// How long a connection may take to be made.
const DIAL_LIMIT: Duration = Duration::from_millis(500);
/// How long nothing is tried after a failure.
const PAUSE: Duration = Duration::from_millis(500);

/// A server, or the sentinels that know it.
pub struct Link {
    server: Server,
    shared: Mutex<Shared>,
}

enum Server {
    Known(Box<Client>),
    Behind(Box<tokio::sync::Mutex<SentinelClient>>),
}

#[derive(Default)]
struct Shared {
    connection: Option<MultiplexedConnection>,
    failed: Option<(Instant, String)>,
}

impl Link {
    /// Reads the URL; connects to nothing.
    ///
    /// # Errors
    /// When it is none.
    pub fn to(url: &str) -> RedisResult<Self> {
        let server = match url.strip_prefix("redis+sentinel://") {
            None => {
                if url.starts_with("rediss://") {
                    // the first one installed stays
                    let _installed = rustls::crypto::ring::default_provider().install_default();
                }
                Server::Known(Box::new(Client::open(url)?))
            }
            Some(rest) => {
                let (hosts, service) = rest.split_once('/').unwrap_or((rest, "mymaster"));
                let hosts = hosts.split(',').map(|host| format!("redis://{host}")).collect();
                let kind = SentinelServerType::Master;
                let client = SentinelClient::build(hosts, service, None, kind)?;
                Server::Behind(Box::new(tokio::sync::Mutex::new(client)))
            }
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
                    sentinels.get_async_connection_with_config(&config).await
                }
            }
        };
        // a server that accepts and then says nothing takes the handshake's time, not ours
        match tokio::time::timeout(2 * DIAL_LIMIT, dialled).await {
            Ok(dialled) => dialled.map_err(|e| self.failed(&e)),
            Err(_) => Err(self.note("no connection in time".into())),
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
        if let Some((at, why)) = &self.shared().failed
            && at.elapsed() < PAUSE
        {
            return Err(StoreError::Unavailable(format!("redis: {why}")));
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
        self.note(e.to_string())
    }

    /// Remembers that the server answers.
    pub fn fine(&self) {
        self.shared().failed = None;
    }

    /// What went wrong last, unless something went well since.
    pub fn trouble(&self) -> Option<String> {
        self.shared().failed.as_ref().map(|(_, why)| why.clone())
    }

    fn note(&self, why: String) -> StoreError {
        let mut shared = self.shared();
        shared.connection = None;
        shared.failed = Some((Instant::now(), why.clone()));
        StoreError::Unavailable(format!("redis: {why}"))
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
