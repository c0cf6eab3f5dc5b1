//! A sentinel that watches a primary and its replica.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use tempfile::TempDir;

use super::tls::Guard;
use super::{Redis, ask};
use crate::servers::diandan::free_address;
use crate::servers::proc::{Process, Signal};
use crate::{scratch, wait};

/// What the set is called.
const SERVICE: &str = "orders";
const PATIENCE: Duration = Duration::from_secs(30);

/// A set of three. The replica takes the primary's place when that is gone for half a second.
#[derive(Debug)]
pub struct Sentinel {
    // Before the folder: fields drop in this order.
    _process: Process,
    _folder: TempDir,
    address: SocketAddr,
    pub primary: Redis,
    pub replica: Redis,
    replica_at: SocketAddr,
    guard: Option<Guard>,
}

impl Sentinel {
    /// Starts the three, and waits until the replica could be promoted.
    pub async fn start() -> Result<Self> {
        Self::behind(None).await
    }

    /// Starts the three behind TLS, with passwords.
    pub async fn start_guarded(guard: Guard) -> Result<Self> {
        Self::behind(Some(guard)).await
    }

    async fn behind(guard: Option<Guard>) -> Result<Self> {
        let (primary, primary_at) = Redis::start_at(None, guard.as_ref()).await?;
        let (replica, replica_at) = Redis::start_at(Some(primary_at), guard.as_ref()).await?;
        let (folder, address) = (scratch::folder("sentinel")?, free_address()?);
        let file = folder.path().join("sentinel.conf");
        let mut settings = format!(
            "bind {}\ndir {}\nsentinel monitor {SERVICE} {} {} 1\n\
             sentinel down-after-milliseconds {SERVICE} 500\nsentinel failover-timeout {SERVICE} 3000\n",
            address.ip(),
            folder.path().display(),
            primary_at.ip(),
            primary_at.port()
        );
        let mut command = Command::new("redis-server");
        command.arg(&file).arg("--sentinel");
        match &guard {
            Some(guard) => {
                let password = &guard.password;
                settings.push_str(&format!(
                    "requirepass {}\nsentinel auth-pass {SERVICE} {password}\n",
                    guard.of_sentinels
                ));
                command.args(guard.listening(address, folder.path())?);
            }
            None => settings.push_str(&format!("port {}\n", address.port())),
        }
        fs::write(&file, settings)?;
        let log = folder.path().join("sentinel.log");
        let process = Process::spawn("sentinel", command, log, Signal::Kill)?;
        let set = Self { _process: process, _folder: folder, address, primary, replica, replica_at, guard };
        set.watches().await?;
        Ok(set)
    }

    /// `redis+sentinel://…`, after these other sentinels (`host:port`).
    pub fn url(&self, others: &[SocketAddr]) -> String {
        let hosts: Vec<String> = others.iter().chain([&self.address]).map(ToString::to_string).collect();
        let hosts = hosts.join(",");
        match &self.guard {
            Some(guard) => format!("rediss+sentinel://:{}@{hosts}/{SERVICE}", guard.password),
            None => format!("redis+sentinel://{hosts}/{SERVICE}"),
        }
    }

    /// Has the replica take the primary's place, while both are well.
    pub async fn fail_over(&self) -> Result<()> {
        ask::<redis::Value>(&self.client()?, &["SENTINEL", "FAILOVER", SERVICE]).await?;
        self.failed_over().await
    }

    /// Waits until the replica is the primary.
    pub async fn failed_over(&self) -> Result<()> {
        wait::eventually(PATIENCE, "the failover", async || {
            let command = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", SERVICE];
            let (ip, port): (String, u16) = ask(&self.client()?, &command).await?;
            ensure!(format!("{ip}:{port}") == self.replica_at.to_string(), "it is {ip}:{port}");
            let role: String = self.replica.ask::<(String, redis::Value, redis::Value)>(&["ROLE"]).await?.0;
            ensure!(role == "master", "{role}");
            Ok(())
        })
        .await
    }

    fn client(&self) -> Result<redis::Client> {
        match &self.guard {
            Some(guard) => guard.client(self.address),
            None => Ok(redis::Client::open(format!("redis://{}", self.address))?),
        }
    }

    async fn watches(&self) -> Result<()> {
        wait::eventually(PATIENCE, "the sentinel to know the replica", async || {
            let known: Vec<BTreeMap<String, String>> =
                ask(&self.client()?, &["SENTINEL", "REPLICAS", SERVICE]).await?;
            let well = |of: &BTreeMap<String, String>| {
                let says = |key: &str, value: &str| of.get(key).is_some_and(|v| v == value);
                says("flags", "slave") && says("master-link-status", "ok")
            };
            ensure!(!known.is_empty() && known.iter().all(well), "{known:?}");
            Ok(())
        })
        .await
    }
}
