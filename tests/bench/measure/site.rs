//! A running server with its address, and the tokens of its people.

use domain::{AccountId, SessionId};
use std::net::SocketAddr;

use anyhow::{Context, Result, anyhow};
use api::config::AuthConfig;
use api::identity::token::{Access, Tokens};
use harness::servers::diandan::Diandan;
use persistence::Clock;

/// The real binary on a database.
pub struct Site {
    server: Diandan,
    pub address: SocketAddr,
}

impl Site {
    /// Starts it. Only what the arguments say differs from its defaults.
    pub async fn start(database_url: &str, data_dir: Option<&str>, connections: u32) -> Result<Self> {
        let connections = connections.to_string();
        let mut env = vec![("DIANDAN_DATABASE_URL", database_url), ("DIANDAN_CONNECTIONS", &connections)];
        env.extend(data_dir.map(|folder| ("DIANDAN_DATA_DIR", folder)));
        Self::with(&env).await
    }

    /// Starts it with this environment.
    pub async fn with(env: &[(&str, &str)]) -> Result<Self> {
        let server = Diandan::start_api(env).await?;
        let address = server.base_url().strip_prefix("http://").context("no http address")?.parse()?;
        Ok(Self { server, address })
    }

    /// The server's process.
    pub fn pid(&self) -> u32 {
        self.server.pid()
    }
}

/// An access token of this person's session.
pub fn token(account: i64) -> Result<String> {
    let tokens = Tokens::new(&AuthConfig { access_minutes: 600, ..AuthConfig::default() })?;
    let access = Access { account: AccountId(account), session: SessionId(account) };
    tokens.access(access, Clock::default().now()).map_err(|error| anyhow!("no token: {error:?}"))
}
