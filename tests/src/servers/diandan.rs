//! The real binary as a child process: for what only a real process shows, such as kill -9, graceful stop and
//! two servers on one database.

pub mod binary;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use reqwest::StatusCode;
use tempfile::TempDir;

use crate::servers::proc::{Process, Signal};
use crate::{scratch, wait};

const BIND: &str = "DIANDAN_BIND";
const MANAGEMENT_BIND: &str = "DIANDAN_MANAGEMENT_BIND";
const DATA_DIR: &str = "DIANDAN_DATA_DIR";
const START_DEADLINE: Duration = Duration::from_secs(60);
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// All that a server sees of the environment of whoever runs the tests. Not RUST_BACKTRACE: the quoted end of
/// the output would hold nothing but frames.
const INHERITED: [&str; 5] = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE"];
/// Ports to try: above the well-known ones, and below those the system gives to outgoing connections, any of
/// which could take a port in the moment between finding it free and listening on it.
const FIRST_PORT: u16 = 20_000;
const PORTS: u16 = 12_000;

/// A server that answers. Killed on drop.
#[derive(Debug)]
pub struct Diandan {
    // Before the folder: fields drop in this order.
    process: Process,
    _folder: TempDir,
    base_url: String,
}

impl Diandan {
    /// Starts the binary with the environment `env` and waits until `GET /health/live` answers.
    ///
    /// Unless `env` says otherwise it listens on a free port of 127.0.0.1 and keeps its data in a folder of
    /// its own. To start again on the same data or address, name them in `env` both times.
    pub async fn start(env: &[(&str, &str)]) -> Result<Self> {
        Self::start_program(&binary::path()?, env).await
    }

    /// [`Diandan::start`], but what is waited for is the API: that it asks an unknown caller to log in.
    pub async fn start_api(env: &[(&str, &str)]) -> Result<Self> {
        let (mut server, address) = Self::spawn(&binary::path()?, env)?;
        let url = format!("http://{address}/api/v1/orders");
        server.wait_until_answering(&url, |status| status == StatusCode::UNAUTHORIZED).await?;
        Ok(server)
    }

    /// [`Diandan::start`] for another program that takes the same environment: a release build, a fake.
    pub async fn start_program(program: &Path, env: &[(&str, &str)]) -> Result<Self> {
        let (mut server, address) = Self::spawn(program, env)?;
        let health = given(env, MANAGEMENT_BIND).unwrap_or(address);
        server
            .wait_until_answering(&format!("http://{health}/health/live"), |status| status.is_success())
            .await?;
        Ok(server)
    }

    /// Starts the program; also returns the address it was told to listen on.
    fn spawn(program: &Path, env: &[(&str, &str)]) -> Result<(Self, String)> {
        let folder = scratch::folder("server")?;
        let address = given(env, BIND).map_or_else(|| free_address().map(|a| a.to_string()), Ok)?;
        let mut command = clean(Command::new(program), folder.path());
        command.env(DATA_DIR, folder.path()).envs(env.iter().copied()).env(BIND, &address);
        let process = Process::spawn("diandan", command, folder.path().join("server.log"), Signal::Kill)?;
        Ok((Self { process, _folder: folder, base_url: format!("http://{address}") }, address))
    }

    /// `http://127.0.0.1:<port>`, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// What the server has written to both outputs so far.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// kill -9, and waits until the process is gone.
    pub fn kill9(&mut self) -> Result<()> {
        self.process.kill9()?;
        Ok(())
    }

    /// Asks for a graceful stop (SIGTERM); [`Diandan::wait`] for the end.
    pub fn terminate(&mut self) -> Result<()> {
        self.process.signal(Signal::Term)
    }

    /// Whether it is stopped where it stands.
    pub fn is_frozen(&self) -> Result<bool> {
        self.process.is_stopped()
    }

    /// Lets it go on.
    pub fn thaw(&mut self) -> Result<()> {
        self.process.signal(Signal::Continue)
    }

    /// Waits for the process to end, for at most `deadline`.
    pub async fn wait(&mut self, deadline: Duration) -> Result<ExitStatus> {
        self.process.wait(deadline).await
    }

    async fn wait_until_answering(&mut self, url: &str, wanted: fn(StatusCode) -> bool) -> Result<()> {
        let client = reqwest::Client::builder().timeout(PROBE_TIMEOUT).build()?;
        // The inner error is final: a server that has ended will not answer any more.
        let what = format!("GET {url}");
        let answer = wait::eventually(START_DEADLINE, &what, async || match self.process.ensure_running() {
            Err(ended) => Ok(Err(ended)),
            Ok(()) => {
                let status = client.get(url).send().await?.status();
                ensure!(wanted(status), "status {status}");
                anyhow::Ok(Ok(()))
            }
        });
        let answer = answer.await;
        answer.map_err(|error| anyhow!("{error}; the server's output:\n{}", self.process.log_tail()))?
    }
}

fn given(env: &[(&str, &str)], name: &str) -> Option<String> {
    env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
}

/// The binary with an environment as clean as a server's, to run a sub-command: `command(env)?.arg("migrate")`.
pub fn command(env: &[(&str, &str)]) -> Result<Command> {
    let mut command = clean(Command::new(binary::path()?), scratch::root()?);
    command.envs(env.iter().copied());
    Ok(command)
}

/// A free address of this machine alone, on a port below 32768.
pub fn free_address() -> Result<SocketAddr> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Test processes that run side by side begin at different places.
    let start = u16::try_from(std::process::id() % u32::from(PORTS)).context("a remainder below 12000")?;
    for _ in 0..PORTS {
        let offset = start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % PORTS;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, FIRST_PORT + offset));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    bail!("no port of 127.0.0.1 from {FIRST_PORT} on is free")
}

fn clean(mut command: Command, working_dir: &Path) -> Command {
    command.env_clear().current_dir(working_dir);
    for name in INHERITED {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}
