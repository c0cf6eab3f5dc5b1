//! A private Redis: a unix socket in the temporary folder of this process, nothing on disk, dead by the end of the test.
//! Behind TLS it is in [`tls`], watched by a sentinel in [`sentinel`].

pub mod sentinel;
pub mod tls;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use redis::FromRedisValue;
use tempfile::TempDir;

use crate::servers::diandan::free_address;
use crate::servers::proc::{Process, Signal};
use crate::{scratch, wait};
use tls::Guard;

const PATIENCE: Duration = Duration::from_secs(10);
/// The option after which the password stands.
const PASSWORD: &str = "--requirepass";

/// A running server.
#[derive(Debug)]
pub struct Redis {
    // Before the folder: fields drop in this order.
    process: Process,
    folder: TempDir,
    /// Where else it listens, and what else it is told.
    options: Vec<String>,
}

impl Redis {
    /// Starts a server and waits until it answers.
    pub async fn start() -> Result<Self> {
        Self::start_in(scratch::folder("redis")?, options(["--port", "0"])).await
    }

    /// A server with an address on this machine, empty or a replica of another one, perhaps behind a guard.
    async fn start_at(primary: Option<SocketAddr>, guard: Option<&Guard>) -> Result<(Self, SocketAddr)> {
        let (folder, address) = (scratch::folder("redis")?, free_address()?);
        // a replica is served at once, not after five seconds in which others might come
        let mut listens = options(["--bind", &address.ip().to_string(), "--repl-diskless-sync-delay", "0"]);
        match guard {
            Some(guard) => listens.extend(guard.serving(address, folder.path())?),
            None => listens.extend(options(["--port", &address.port().to_string()])),
        }
        if let Some(primary) = primary {
            listens.extend(options(["--replicaof", &primary.ip().to_string(), &primary.port().to_string()]));
        }
        let server = Self::start_in(folder, listens).await?;
        Ok((server, address))
    }

    async fn start_in(folder: TempDir, options: Vec<String>) -> Result<Self> {
        let process = spawn(&folder, &options)?;
        let mut redis = Self { process, folder, options };
        redis.answers().await?;
        Ok(redis)
    }

    /// `redis+unix:///…`
    pub fn url(&self) -> String {
        let mut words = self.options.iter().skip_while(|word| *word != PASSWORD).skip(1);
        let password = words.next().map(|word| format!("?pass={word}")).unwrap_or_default();
        format!("redis+unix://{}{password}", socket(&self.folder).display())
    }

    /// Runs a command and waits for its answer.
    pub async fn run(&self, command: &[&str]) -> Result<()> {
        self.ask::<redis::Value>(command).await.map(drop)
    }

    /// Runs a command; its answer.
    pub async fn ask<T: FromRedisValue>(&self, command: &[&str]) -> Result<T> {
        ask(&redis::Client::open(self.url())?, command).await
    }

    /// Stops it where it stands: it accepts connections and answers nothing.
    pub fn freeze(&mut self) -> Result<()> {
        self.process.signal(Signal::Stop)
    }

    /// Lets it go on.
    pub fn thaw(&mut self) -> Result<()> {
        self.process.signal(Signal::Continue)
    }

    /// kill -9.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill9().map(drop)
    }

    /// Starts it again, with nothing in it, at the same address.
    pub async fn restart(&mut self) -> Result<()> {
        if self.process.try_wait()?.is_none() {
            self.kill()?;
        }
        self.process = spawn(&self.folder, &self.options)?;
        self.answers().await
    }

    async fn answers(&mut self) -> Result<()> {
        let client = redis::Client::open(self.url())?;
        wait::eventually(PATIENCE, "Redis to answer", async || {
            self.process.ensure_running()?;
            let pong: String = ask(&client, &["PING"]).await?;
            ensure!(pong == "PONG", "{pong}");
            Ok(())
        })
        .await
    }
}

async fn ask<T: FromRedisValue>(client: &redis::Client, command: &[&str]) -> Result<T> {
    let mut connection = client.get_multiplexed_async_connection().await?;
    let (name, args) = command.split_first().context("an empty command")?;
    Ok(redis::cmd(name).arg(args).query_async(&mut connection).await?)
}

fn options<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(String::from).to_vec()
}

fn socket(folder: &TempDir) -> PathBuf {
    folder.path().join("redis.sock")
}

fn spawn(folder: &TempDir, options: &[String]) -> Result<Process> {
    let mut command = Command::new("redis-server");
    command.args(options).args(["--save", "", "--appendonly", "no", "--unixsocket"]).arg(socket(folder));
    command.arg("--dir").arg(folder.path());
    Process::spawn("redis-server", command, folder.path().join("redis.log"), Signal::Kill)
        .context("is redis-server installed? run: tests/run")
}
