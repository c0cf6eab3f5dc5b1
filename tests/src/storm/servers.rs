//! The two servers, and how they fall.

#![allow(clippy::indexing_slicing, reason = "two servers")]

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;

use super::Stage;
use crate::database::Database;
use crate::servers::diandan::{Diandan, command, free_address};
use crate::servers::redis::Redis;

/// How long a server may take to stop.
const STOP: Duration = Duration::from_secs(30);

/// Two servers on one database and one Redis, each at an address that it keeps.
pub struct Pair {
    url: String,
    addresses: [String; 2],
    servers: [Diandan; 2],
    redis: Redis,
    killed: u64,
    stopped: u64,
    emptied: u64,
}

impl Pair {
    pub async fn start(database: &Database) -> Result<Self> {
        let url = database.url();
        let addresses = [free_address()?.to_string(), free_address()?.to_string()];
        let redis = Redis::start().await?;
        let at = redis.url();
        let (one, other) =
            tokio::try_join!(start(&url, &at, &addresses[0]), start(&url, &at, &addresses[1]))?;
        Ok(Self { url, addresses, servers: [one, other], redis, killed: 0, stopped: 0, emptied: 0 })
    }

    pub fn addresses(&self) -> [String; 2] {
        self.addresses.each_ref().map(|address| format!("http://{address}"))
    }

    /// One server after the other is killed, or stopped in good order, and started again, while people work.
    pub async fn fall(&mut self, stage: &Stage<'_>, mut random: StdRng) -> Result<()> {
        let falls = stage.plan.falls;
        for n in 1..=falls {
            stage.answered(stage.plan.claims / (falls + 1) * n).await?;
            let (which, kill) = (usize::from(random.random::<bool>()), random.random_bool(0.75));
            if random.random_bool(0.5) {
                self.redis.restart().await?;
                self.emptied += 1;
            }
            let (server, address) = (&mut self.servers[which], &self.addresses[which]);
            if kill {
                server.kill9()?;
                self.killed += 1;
            } else {
                server.terminate()?;
                let status = server.wait(STOP).await?;
                ensure!(status.success(), "it did not stop in good order: {}", server.log());
                self.stopped += 1;
            }
            *server = start(&self.url, &self.redis.url(), address).await?;
        }
        Ok(())
    }

    pub fn fallen(&self) -> (u64, u64, u64) {
        (self.killed, self.stopped, self.emptied)
    }

    /// What `diandan prove` says, beside the servers.
    pub fn prove(&self) -> Result<Value> {
        let output = command(&[("DIANDAN_DATABASE_URL", &self.url)])?.args(["prove", "--json"]).output()?;
        let page = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success(),
            "diandan prove: {}\n{page}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_str(&page).context("the page of diandan prove")
    }
}

async fn start(url: &str, redis: &str, address: &str) -> Result<Diandan> {
    let env = [
        ("DIANDAN_DATABASE_URL", url),
        ("DIANDAN_REDIS_URL", redis),
        ("DIANDAN_BIND", address),
        ("DIANDAN_WORKERS", "1"),
    ];
    Diandan::start_api(&env).await
}
