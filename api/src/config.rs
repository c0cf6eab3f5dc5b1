//! Configuration: environment variables (`DIANDAN_…`, `__` between levels) over a TOML file over defaults.
//! A struct a concern; every setting is documented where it is declared.

pub mod push;

use anyhow::Context;
use persistence::StoreConfig;
use persistence::queue::Queue;
use persistence::queue::memory::Memory;
use persistence::queue::redis::{Credentials, Streams};
pub use push::PushConfig;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Stands where no secret was set; refused in production mode.
const DEVELOPMENT_SECRET: &str = "development-only-secret-development-only-secret";
/// 32 bytes in hex; refused in production mode.
const DEVELOPMENT_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

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

/// Whether this is for real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// A developer's machine, the demo, tests.
    Development,
    /// Real people.
    Production,
}

/// Logging in.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthConfig {
    /// Signs access and refresh tokens (HS256); at least 32 characters.
    pub jwt_secret: SecretString,
    /// The secret before it: its tokens are still accepted.
    pub jwt_previous_secret: Option<SecretString>,
    /// Life of an access token, minutes.
    pub access_minutes: u32,
    /// Life of a log-in without a refresh, days.
    pub refresh_days: u32,
    /// Wrong passwords before the account is locked (MINIPROGRAM.md: 5).
    pub lock_after: u32,
    /// How long it stays locked, minutes (MINIPROGRAM.md: 15).
    pub lock_minutes: u32,
    /// Attempts to log in from one address in a minute, on each replica; 0 means no limit.
    pub attempts_per_minute: u32,
    /// Password hashes computed at once; each takes 19 MiB.
    pub hash_parallelism: usize,
}

/// Personal data.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrivacyConfig {
    /// Encrypts contacts at rest: 32 bytes in hex or base64.
    pub key: SecretString,
    /// Keys before it: what they sealed can still be read.
    pub previous_keys: Vec<SecretString>,
}

/// HTTP.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebConfig {
    /// Origins that browsers may call from; none by default.
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Largest JSON body, KiB.
    pub body_limit_kib: usize,
    /// Time for a client to send its request head, seconds.
    pub head_timeout_s: u64,
    /// Time for one request, seconds.
    pub request_timeout_s: u64,
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
            jwt_secret: DEVELOPMENT_SECRET.into(),
            jwt_previous_secret: None,
            access_minutes: 15,
            refresh_days: 30,
            lock_after: 5,
            lock_minutes: 15,
            attempts_per_minute: 30,
            hash_parallelism: 2,
        }
    }
}

impl Default for PrivacyConfig {
    fn default() -> Self {
        Self { key: DEVELOPMENT_KEY.into(), previous_keys: Vec::new() }
    }
}

impl Default for WebConfig {
    fn default() -> Self {
        Self {
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            body_limit_kib: 64,
            head_timeout_s: 10,
            request_timeout_s: 30,
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
    /// Loads the file (if any), then the environment, and checks the whole.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn load(file: Option<&std::path::Path>) -> anyhow::Result<Self> {
        use figment::Figment;
        use figment::providers::{Env, Format, Toml};
        let mut figment = Figment::new();
        if let Some(file) = file {
            anyhow::ensure!(file.exists(), "the configuration file {} is not there", file.display());
            figment = figment.merge(Toml::file(file));
        }
        let config: Self = figment
            .merge(
                Env::prefixed("DIANDAN_")
                    .ignore(&["config", "admin_password", "shared_password"])
                    .split("__"),
            )
            .extract()?;
        config.check()?;
        Ok(config)
    }

    /// Refuses what must not run.
    ///
    /// # Errors
    /// Names the setting.
    pub fn check(&self) -> anyhow::Result<()> {
        let secret = self.auth.jwt_secret.expose_secret();
        anyhow::ensure!(secret.len() >= 32, "auth.jwt_secret needs at least 32 characters");
        if self.mode == Mode::Production {
            anyhow::ensure!(
                secret != DEVELOPMENT_SECRET,
                "production mode needs its own auth.jwt_secret (DIANDAN_AUTH__JWT_SECRET)"
            );
            anyhow::ensure!(
                self.privacy.key.expose_secret() != DEVELOPMENT_KEY,
                "production mode needs its own privacy.key (DIANDAN_PRIVACY__KEY)"
            );
        }
        let redis = self.redis_url.expose_secret();
        anyhow::ensure!(
            self.redis_ca.is_none() || redis.starts_with("rediss"),
            "redis_ca is for a redis_url that begins with rediss"
        );
        anyhow::ensure!(
            self.redis_sentinel_password.expose_secret().is_empty() || redis.contains("+sentinel://"),
            "redis_sentinel_password is for a redis_url of sentinels"
        );
        self.push.target(self.mode)?;
        Ok(())
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
