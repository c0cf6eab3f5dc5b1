//! The way to the server: one connection that commands share, dialled again when it failed, and a circuit that stays
//! open for a moment after a failure, so that nobody waits for a server that is gone.

use crate::error::{StoreError, StoreResult};
use redis::aio::MultiplexedConnection;
use redis::sentinel::{SentinelClient, SentinelServerType};
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult, TlsCertificates};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
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

/// Sentinels, the one that is believed first before the others.
struct Sentinels {
    hosts: Vec<String>,
    service: String,
    client: SentinelClient,
}

impl Sentinels {
    fn new(hosts: Vec<String>, service: &str) -> RedisResult<Self> {
        let client = SentinelClient::build(hosts.clone(), service, None, SentinelServerType::Master)?;
        Ok(Self { hosts, service: service.into(), client })
    }

    /// Believes another one first: one that is silent takes all the time there is to dial.
    fn turn(&mut self) {
        self.hosts.rotate_left(1);
        if let Ok(turned) = Self::new(std::mem::take(&mut self.hosts), &self.service) {
            *self = turned;
        }
    }
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
    /// Reads the URL and the certificates (PEM) of those who vouch for the server, when not the system's do; connects
    /// to nothing.
    ///
    /// # Errors
    /// When either is none.
    pub fn to(url: &str, ca: Option<&[u8]>) -> RedisResult<Self> {
        let server = match url.strip_prefix("redis+sentinel://") {
            Some(rest) => {
                let (hosts, service) = rest.split_once('/').unwrap_or((rest, "mymaster"));
                let hosts = hosts.split(',').map(|host| format!("redis://{host}")).collect();
                Server::Behind(Box::new(tokio::sync::Mutex::new(Sentinels::new(hosts, service)?)))
            }
            None if url.starts_with("rediss://") => {
                // the first one installed stays
                let _installed = rustls::crypto::ring::default_provider().install_default();
                Server::Known(Box::new(match ca {
                    Some(ca) => Client::build_with_tls(url, vouched_by(ca)?)?,
                    None => Client::open(url)?,
                }))
            }
            None => Server::Known(Box::new(Client::open(url)?)),
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
                    sentinels.client.get_async_connection_with_config(&config).await
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

fn vouched_by(ca: &[u8]) -> RedisResult<TlsCertificates> {
    let none = || RedisError::from((ErrorKind::InvalidClientConfig, "no certificate (PEM) in redis_ca"));
    // of a file without one, an empty list would be made, which trusts nobody and does not say so
    CertificateDer::pem_slice_iter(ca).next().and_then(Result::ok).ok_or_else(none)?;
    Ok(TlsCertificates { client_tls: None, root_cert: Some(ca.to_vec()) })
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
