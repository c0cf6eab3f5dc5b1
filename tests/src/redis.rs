//! A private Redis: a unix socket in the temporary folder of this process, nothing on disk, dead by the end of the test.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::proc::{Process, Signal};
use crate::{scratch, wait};

const PATIENCE: Duration = Duration::from_secs(10);

/// A running server.
#[derive(Debug)]
pub struct Redis {
    // Before the folder: fields drop in this order.
    process: Process,
    folder: TempDir,
}

impl Redis {
    /// Starts a server and waits until it answers.
    pub async fn start() -> Result<Self> {
        let folder = scratch::folder("redis")?;
        let process = spawn(&folder)?;
        let mut redis = Self { process, folder };
        redis.answers().await?;
        Ok(redis)
    }

    /// `redis+unix:///…`
    pub fn url(&self) -> String {
        format!("redis+unix://{}", socket(&self.folder).display())
    }

    /// Runs a command and waits for its answer.
    pub async fn run(&self, command: &[&str]) -> Result<()> {
        let client = redis::Client::open(self.url())?;
        let mut connection = client.get_multiplexed_async_connection().await?;
        let (name, args) = command.split_first().context("an empty command")?;
        redis::cmd(name).arg(args).query_async::<redis::Value>(&mut connection).await?;
        Ok(())
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
        self.process = spawn(&self.folder)?;
        self.answers().await
    }

    async fn answers(&mut self) -> Result<()> {
        let url = self.url();
        wait::eventually(PATIENCE, "Redis to answer", async || {
            self.process.ensure_running()?;
            let client = redis::Client::open(url.as_str())?;
            let mut connection = client.get_multiplexed_async_connection().await?;
            let pong: String = redis::cmd("PING").query_async(&mut connection).await?;
            ensure!(pong == "PONG", "{pong}");
            Ok(())
        })
        .await
    }
}

fn socket(folder: &TempDir) -> PathBuf {
    folder.path().join("redis.sock")
}

fn spawn(folder: &TempDir) -> Result<Process> {
    let mut command = Command::new("redis-server");
    command.args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"]).arg(socket(folder));
    command.arg("--dir").arg(folder.path());
    Process::spawn("redis-server", command, folder.path().join("redis.log"), Signal::Kill)
        .context("is redis-server installed? run: tests/run")
}
