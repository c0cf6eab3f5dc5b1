//! What others take for the same. The script that runs the benchmarks installs those of npm; what is missing says in
//! its row how to get it.

pub mod bullmq;
mod figures;
pub mod nchan;
pub mod socketio;

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use harness::servers::diandan::free_address;
use harness::servers::proc::{Process, Signal};
use harness::servers::redis::Redis;
use harness::{scratch, wait};
use tempfile::TempDir;

use super::crowd::{Crowd, Heard, Reaction};
use super::stage::idle;
use super::workers::{PATIENCE, handshake};
use crate::memory::resident_kib;

const START: Duration = Duration::from_secs(20);
const WINDOW: usize = 256;
const HOW: &str = "install Node.js, then tests/bench/run";

/// A peer that runs, or what to install.
pub type Found = Result<Result<Peer, String>>;

/// How one talks with a peer.
struct Speech {
    /// Where a socket is asked for.
    sockets: &'static str,
    /// Counts when a socket is in.
    join: fn(&Heard<'_>) -> Reaction,
    /// Counts what everybody is told.
    told: fn(&Heard<'_>) -> Reaction,
}

/// A bare WebSocket: open is in, and what it hears is what it is told.
const PLAIN: Speech = Speech {
    sockets: "/live",
    join: |heard| if matches!(heard, Heard::Open) { Reaction::Counts } else { Reaction::Nothing },
    told: |heard| if matches!(heard, Heard::Text(_)) { Reaction::Counts } else { Reaction::Nothing },
};

pub struct Peer {
    // Before its folder: fields drop in this order.
    process: Process,
    _folder: TempDir,
    address: SocketAddr,
    speech: Speech,
}

/// What is measured of a peer that is there.
pub async fn figure(
    peer: Result<Peer, String>,
    measure: impl AsyncFnOnce(&Peer) -> Result<f64>,
) -> Result<Result<f64, String>> {
    match peer {
        Ok(peer) => measure(&peer).await.map(Ok),
        Err(how) => Ok(Err(how)),
    }
}

impl Peer {
    /// Runs a command that listens at this address.
    async fn start(
        command: Command,
        at: SocketAddr,
        folder: TempDir,
        end: Signal,
        speech: Speech,
    ) -> Result<Self> {
        let process = Process::spawn("a peer", command, folder.path().join("peer.log"), end)?;
        let mut peer = Self { process, _folder: folder, address: at, speech };
        wait::eventually(START, "a peer to listen", async || {
            peer.process.ensure_running()?;
            Ok::<_, anyhow::Error>(TcpStream::connect(at)?)
        })
        .await?;
        Ok(peer)
    }

    fn handshakes(&self, count: usize) -> Vec<Vec<u8>> {
        vec![handshake(self.speech.sockets, ""); count]
    }

    fn connect(&self, count: usize) -> Result<Crowd> {
        let mut crowd = Crowd::new(self.address, self.handshakes(count), WINDOW)?;
        crowd.until(count, PATIENCE, |_, heard| Ok((self.speech.join)(&heard)))?;
        Ok(crowd)
    }

    /// A connection, and the request that has everybody told this text.
    fn publisher(&self, text: &str) -> Result<(TcpStream, Vec<u8>)> {
        let head = "POST /tell HTTP/1.1\r\nhost: bench\r\nconnection: close";
        let request = format!("{head}\r\ncontent-length: {}\r\n\r\n{text}", text.len());
        Ok((TcpStream::connect(self.address)?, request.into_bytes()))
    }

    /// The processes that serve: its children, or itself when it has none.
    fn servers(&self) -> Result<Vec<u32>> {
        let pid = self.process.pid();
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
        let children = children.split_whitespace().map(str::parse).collect::<Result<Vec<u32>, _>>()?;
        Ok(if children.is_empty() { vec![pid] } else { children })
    }

    fn resident_kib(&self) -> Result<u32> {
        self.servers()?.into_iter().map(resident_kib).sum()
    }

    async fn quiet(&self) -> Result<()> {
        idle(&self.servers()?).await
    }
}

/// Runs the script of a package of npm on this Redis. Both are in the target folder.
async fn node(package: &str, redis: &Redis, speech: Speech) -> Found {
    let bench = std::env::current_exe()?;
    let target = bench.parent().and_then(Path::parent).context("the benchmark is in no target folder")?;
    let peers = target.join("peers");
    if !peers.join("node_modules").join(package).exists() {
        return Ok(Err(HOW.to_owned()));
    }
    let (address, folder) = (free_address()?, scratch::folder("peer")?);
    let mut command = Command::new("node");
    command.arg(peers.join(format!("{package}.mjs"))).arg(address.port().to_string());
    command.arg(redis.url().strip_prefix("redis+unix://").context("no socket of Redis")?);
    Peer::start(command, address, folder, Signal::Kill, speech).await.map(Ok)
}
