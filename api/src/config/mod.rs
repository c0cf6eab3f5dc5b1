//! Configuration: environment variables (`DIANDAN_…`, `__` between levels) over a TOML file over defaults.
//! A struct a concern; every setting is documented where it is declared. What is empty is not set, wherever it stands.

pub mod address;
pub mod environment;
mod list;
mod load;
pub mod mode;
pub mod push;
pub mod secret;

use crate::http::client::Network;
use anyhow::Context;
use mode::Mode;
use persistence::StoreConfig;
use persistence::news::queue::Queue;
use persistence::news::queue::memory::Memory;
use persistence::news::queue::redis::{Credentials, Streams};
pub use push::PushConfig;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `development` or `production`. Production refuses default secrets and development log-ins.
    pub mode: Mode,
    /// Address of the API.
    pub bind: SocketAddr,
    /// Address of health, metrics and version; on the API's own when not set.
    pub management_bind: Option<SocketAddr>,
    /// `postgres://…` or `sqlite:PATH`; empty: `diandan.db` in the data folder.
    pub database_url: SecretString,
    /// `redis://…`, `rediss://…`, `redis+sentinel://[user:password@]host:port,…/service[/db]` or `rediss+sentinel://…`: the
    /// queue between replicas. User and password are the servers'. Empty: in memory, for one process. Other processes are
    /// heard of within 250 ms all the same, from the database.
    pub redis_url: SecretString,
    /// PEM file of the authorities that vouch for what is behind `rediss`; not set: the system's.
    pub redis_ca: Option<PathBuf>,
    /// What the sentinels themselves ask for. Empty: nothing.
    pub redis_sentinel_password: SecretString,
    /// What every key in Redis begins with.
    pub redis_prefix: String,
    /// Folder of the embedded database, the uploads and the lock.
    pub data_dir: PathBuf,
    /// Migrate at start. Default: yes in development, no in production (`diandan migrate`).
    pub auto_migrate: Option<bool>,
    /// Database connections (readers, on SQLite).
    pub connections: usize,
    /// Worker threads of the server; 0 means one a core.
    pub workers: usize,
    /// Logging in.
    pub auth: AuthConfig,
    /// Personal data.
    pub privacy: PrivacyConfig,
    /// HTTP.
    pub web: WebConfig,
    /// Logs.
    pub log: LogConfig,
    /// Pushes.
    pub push: PushConfig,
}

/// Logging in.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthConfig {
    /// Signs access and refresh tokens (HS256); at least 32 characters. Not set: a published one, in development alone.
    pub jwt_secret: Option<SecretString>,
    /// The secret before it: its tokens are still accepted.
    pub jwt_previous_secret: Option<SecretString>,
    /// Life of an access token, minutes.
    pub access_minutes: u32,
    /// Life of a log-in without a refresh, days.
    pub refresh_days: u32,
    /// Wrong passwords for a name from one network (FRONT.md: 5) …
    pub lock_after: u32,
    /// … after which it takes none from there for so many minutes (FRONT.md: 15).
    pub lock_minutes: u32,
    /// Log-ins from one address that may fail in a minute, on each replica; 0 means no limit.
    #[serde(alias = "attempts_per_minute")]
    pub failures_per_minute: u32,
    /// How long a one-time password may be used for the first time, days; 0 means for ever.
    pub one_time_days: u32,
    /// Password hashes computed at once; each takes 19 MiB.
    pub hash_parallelism: usize,
}

/// Personal data.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrivacyConfig {
    /// Encrypts contacts at rest: 32 bytes in hex or base64. Not set: a published one, in development alone.
    pub key: Option<SecretString>,
    /// Keys before it: what they sealed can still be read.
    #[serde(deserialize_with = "list::of")]
    pub previous_keys: Vec<SecretString>,
}

/// HTTP.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebConfig {
    /// Origins that browsers may call from; none by default.
    #[serde(deserialize_with = "list::of")]
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed: addresses (`10.0.0.7`) and networks (`10.0.0.0/8`, `fd00::/8`).
    #[serde(deserialize_with = "list::of")]
    pub trusted_proxies: Vec<Network>,
    /// Largest JSON body, KiB.
    pub body_limit_kib: usize,
    /// Time for a client to send its request head, seconds.
    pub head_timeout_s: u64,
    /// Time between two pieces of a request's body, seconds.
    pub body_silence_s: u64,
    /// Time for a request's body, seconds.
    pub body_total_s: u64,
    /// Time for the body of a photo or an import, seconds.
    pub upload_total_s: u64,
    /// Photos and imports that are received at once, on each replica: each takes up to 5 MB of memory, an import up to 20.
    pub uploads_at_once: usize,
    /// What a person may upload on a day, MiB, each photo as whole ones; staff ten times as much; 0: no bound.
    pub uploads_mib_per_day: i32,
    /// Time to answer a request once its body is there, seconds.
    pub request_timeout_s: u64,
    /// How long a connection may be idle between requests, seconds; 0 ends each after its answer. Longer than a proxy in front
    /// keeps it (`keepalive_timeout` of nginx's upstream, 60 s): else a request can be sent into a connection that ends.
    pub keep_alive_s: u64,
    /// Time between "not ready" and the last accepted connection at shutdown, seconds: what a load balancer needs to
    /// notice.
    pub drain_s: u64,
    /// Time for open requests to finish at shutdown, seconds.
    pub shutdown_s: u64,
    /// Whether `/docs` is served. Default: yes in development, no in production.
    pub docs: Option<bool>,
}

/// Logs.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// `json` or `text`.
    pub format: LogFormat,
    /// A tracing filter, such as `info` or `warn,api=debug`.
    pub level: String,
}

/// Format of the logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            mode: Mode::Development,
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            management_bind: None,
            database_url: SecretString::default(),
            redis_url: SecretString::default(),
            redis_ca: None,
            redis_sentinel_password: SecretString::default(),
            redis_prefix: "dd".into(),
            data_dir: PathBuf::from("data"),
            auto_migrate: None,
            connections: 8,
            workers: 0,
            auth: AuthConfig::default(),
            privacy: PrivacyConfig::default(),
            web: WebConfig::default(),
            log: LogConfig::default(),
            push: PushConfig::default(),
        }
    }
}

impl Default for AuthConfig {
    fn default() -> Self {
        Self {
            jwt_secret: None,
            jwt_previous_secret: None,
            access_minutes: 15,
            refresh_days: 30,
            lock_after: 5,
            lock_minutes: 15,
            failures_per_minute: 30,
            one_time_days: 7,
            hash_parallelism: 2,
        }
    }
}

impl Default for WebConfig {
    fn default() -> Self {
        Self {
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            body_limit_kib: 64,
            head_timeout_s: 10,
            body_silence_s: 15,
            body_total_s: 120,
            upload_total_s: 600,
            uploads_at_once: 32,
            uploads_mib_per_day: 100,
            request_timeout_s: 30,
            keep_alive_s: 75,
            drain_s: 0,
            shutdown_s: 10,
            docs: None,
        }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: LogFormat::Json, level: "info".into() }
    }
}

impl Config {
    /// Refuses what must not run.
    ///
    /// # Errors
    /// Names the setting.
    pub fn check(&self) -> anyhow::Result<()> {
        for (_, verdict) in self.secrets() {
            verdict?;
        }
        self.check_queue()?;
        self.push.target(self.mode)?;
        self.check_values()
    }

    /// Refuses values with which nothing works.
    ///
    /// # Errors
    /// Names the setting.
    pub fn check_values(&self) -> anyhow::Result<()> {
        anyhow::ensure!(self.connections > 0, "connections: at least 1");
        anyhow::ensure!(self.auth.lock_after > 0, "auth.lock_after: at least 1");
        anyhow::ensure!(self.auth.hash_parallelism > 0, "auth.hash_parallelism: at least 1");
        let levels = ["off", "error", "warn", "info", "debug", "trace"];
        let is_level = |word: &str| levels.contains(&word.trim().to_ascii_lowercase().as_str());
        let mut directives = self.log.level.split(',');
        anyhow::ensure!(
            directives.all(|one| is_level(one.rsplit_once('=').map_or(one, |(_, level)| level))),
            "log.level: a level ({}), or several as in warn,api=debug",
            levels.join(", ")
        );
        Ok(())
    }

    /// Refuses settings of the queue that do not fit together.
    ///
    /// # Errors
    /// Names the setting.
    pub fn check_queue(&self) -> anyhow::Result<()> {
        let redis = self.redis_url.expose_secret();
        anyhow::ensure!(
            self.redis_ca.is_none() || redis.starts_with("rediss"),
            "redis_ca is for a redis_url that begins with rediss"
        );
        anyhow::ensure!(
            self.redis_sentinel_password.expose_secret().is_empty() || redis.contains("+sentinel://"),
            "redis_sentinel_password is for a redis_url of sentinels"
        );
        Ok(())
    }

    /// What works and should not stay so: said by `check` and at each start.
    #[must_use]
    pub fn warnings(&self) -> Vec<&'static str> {
        let open_metrics = self.mode == Mode::Production && self.management_bind.is_none();
        let said = "management_bind is not set: health, metrics and version are on the API's own address, open to whoever \
                    reaches it; give them an address of their own";
        open_metrics.then_some(said).into_iter().collect()
    }

    /// Whether the schema is migrated at start.
    #[must_use]
    pub fn migrates(&self) -> bool {
        self.auto_migrate.unwrap_or(self.mode == Mode::Development)
    }

    /// Whether `/docs` is served.
    #[must_use]
    pub fn serves_docs(&self) -> bool {
        self.web.docs.unwrap_or(self.mode == Mode::Development)
    }

    /// The queue it means.
    ///
    /// # Errors
    /// When the URL is none, or the file of authorities cannot be read.
    pub fn queue(&self) -> anyhow::Result<Box<dyn Queue>> {
        let url = self.redis_url.expose_secret();
        if url.is_empty() {
            return Ok(Box::new(Memory::default()));
        }
        let read = |file: &PathBuf| fs::read(file).with_context(|| format!("redis_ca: {}", file.display()));
        let ca = self.redis_ca.as_ref().map(read).transpose()?;
        let sentinel_password = self.redis_sentinel_password.expose_secret();
        let credentials = Credentials {
            ca: ca.as_deref(),
            sentinel_password: (!sentinel_password.is_empty()).then_some(sentinel_password),
        };
        Ok(Box::new(Streams::with(url, &self.redis_prefix, &credentials)?))
    }

    /// The storage part.
    #[must_use]
    pub fn store(&self) -> StoreConfig {
        StoreConfig {
            url: self.database_url.clone(),
            data_dir: self.data_dir.clone(),
            connections: self.connections,
        }
    }
}
