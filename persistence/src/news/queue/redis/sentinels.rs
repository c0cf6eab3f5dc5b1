//! Sentinels, who know which server is the primary.

use super::credentials::Credentials;
use redis::aio::MultiplexedConnection;
use redis::sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType};
use redis::{
    AsyncConnectionConfig, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, RedisConnectionInfo,
    RedisResult, TlsCertificates, TlsMode,
};

/// The service when the URL names none: Sentinel's own default.
const SERVICE: &str = "mymaster";

/// Sentinels, the one that is believed first before the others.
pub struct Sentinels {
    set: Set,
    client: SentinelClient,
}

/// Who they are and what they watch.
struct Set {
    addresses: Vec<ConnectionAddr>,
    service: String,
    /// The servers' user, password and database.
    server: RedisConnectionInfo,
    password: Option<String>,
    certificates: Option<TlsCertificates>,
}

impl Sentinels {
    /// Those that a URL names: `redis+sentinel://[user:password@]host:port,…/service[/db]`, or `rediss+sentinel://…`
    /// when they and the servers are behind TLS; user and password are the servers'. None of another URL.
    ///
    /// # Errors
    /// When a host or the database is none.
    pub fn of(url: &str, credentials: &Credentials<'_>) -> RedisResult<Option<Self>> {
        let Some((scheme, rest)) = url.split_once("+sentinel://") else { return Ok(None) };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (person, hosts) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
        let (service, db) = path.split_once('/').unwrap_or((path, ""));
        // each as the URL of one server, which the client reads
        let each =
            hosts.split(',').map(|host| format!("{scheme}://{person}{host}/{db}").into_connection_info());
        let infos = each.collect::<RedisResult<Vec<ConnectionInfo>>>()?;
        let set = Set {
            service: if service.is_empty() { SERVICE } else { service }.into(),
            server: infos.first().map(|info| info.redis_settings().clone()).unwrap_or_default(),
            addresses: infos.iter().map(|info| info.addr().clone()).collect(),
            password: credentials.sentinel_password.map(Into::into),
            certificates: credentials.certificates()?,
        };
        Ok(Some(Self { client: set.client()?, set }))
    }

    /// A connection to the server that is the primary now.
    ///
    /// # Errors
    /// When nobody knows it, or it cannot be reached.
    pub async fn dial(&mut self, config: &AsyncConnectionConfig) -> RedisResult<MultiplexedConnection> {
        self.client.get_async_connection_with_config(config).await
    }

    /// Believes another one first: one that is silent takes all the time there is to dial.
    pub fn turn(&mut self) {
        self.set.addresses.rotate_left(1);
        if let Ok(client) = self.set.client() {
            self.client = client;
        }
    }
}

impl Set {
    fn client(&self) -> RedisResult<SentinelClient> {
        let (addresses, service) = (self.addresses.clone(), self.service.as_str());
        let behind_tls = addresses.iter().any(|address| matches!(address, ConnectionAddr::TcpTls { .. }));
        let mut to = SentinelClientBuilder::new(addresses, service, SentinelServerType::Master)?
            .set_client_to_redis_db(self.server.db());
        if let Some(name) = self.server.username() {
            to = to.set_client_to_redis_username(name);
        }
        if let Some(password) = self.server.password() {
            to = to.set_client_to_redis_password(password);
        }
        if let Some(password) = &self.password {
            to = to.set_client_to_sentinel_password(password);
        }
        if behind_tls {
            to = to.set_client_to_redis_tls_mode(TlsMode::Secure);
        }
        if let Some(certificates) = &self.certificates {
            to = to
                .set_client_to_redis_certificates(certificates.clone())
                .set_client_to_sentinel_certificates(certificates.clone());
        }
        to.build()
    }
}
