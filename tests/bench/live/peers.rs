//! What others take for the same: socket.io with its Redis streams adapter, told over HTTP to emit to everybody. The
//! script that runs the benchmarks installs it; without it the row says how.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use harness::diandan::free_address;
use harness::proc::{Process, Signal};
use harness::redis::Redis;
use harness::{scratch, wait};
use tempfile::TempDir;

use super::crowd::{Crowd, Heard, Reaction};
use super::frame;
use super::workers::{PATIENCE, handshake};
use crate::report::median;

const START: Duration = Duration::from_secs(20);
const WINDOW: usize = 256;
const HOW: &str = "install Node.js, then tests/bench/run";

pub struct Peer {
    // Before its folder: fields drop in this order.
    _process: Process,
    _folder: TempDir,
    address: SocketAddr,
}

impl Peer {
    /// Starts it on this Redis; the inner error says what is missing.
    pub async fn start(redis: &Redis) -> Result<Result<Self, String>> {
        let Some(program) = installed()? else { return Ok(Err(HOW.to_owned())) };
        let (address, folder) = (free_address()?, scratch::folder("peer")?);
        let url = redis.url();
        let mut command = Command::new("node");
        command.arg(program).arg(address.port().to_string());
        command.arg(url.strip_prefix("redis+unix://").context("no socket of Redis")?);
        let process = Process::spawn("node", command, folder.path().join("node.log"), Signal::Kill)?;
        let mut peer = Self { _process: process, _folder: folder, address };
        wait::eventually(START, "socket.io to listen", async || {
            peer._process.ensure_running()?;
            Ok::<_, anyhow::Error>(TcpStream::connect(address)?)
        })
        .await?;
        Ok(Ok(peer))
    }

    /// The median of the seconds in which so many sockets are told so many bytes.
    pub fn fanout(&self, count: usize, bytes: usize, times: u32) -> Result<f64> {
        let request = handshake("/socket.io/?EIO=4&transport=websocket", "");
        let mut crowd = Crowd::new(self.address, vec![request; count], WINDOW)?;
        crowd.until(count, PATIENCE, |_, heard| Ok(join(&heard)))?;
        let text = "x".repeat(bytes);
        let mut took = Vec::new();
        for _ in 0..times {
            let mut stream = TcpStream::connect(self.address)?;
            let request = format!(
                "POST /tell HTTP/1.1\r\nhost: bench\r\nconnection: close\r\ncontent-length: {bytes}\r\n\r\n{text}"
            );
            let sent = Instant::now();
            stream.write_all(request.as_bytes())?;
            let last = crowd.until(count, PATIENCE, |_, heard| Ok(listen(&heard)))?;
            stream.read_to_end(&mut Vec::new())?;
            took.push((last - sent).as_secs_f64());
        }
        Ok(median(&took))
    }
}

/// Engine.IO opens with `0`, and asks for the namespace to be joined: `40`.
fn join(heard: &Heard<'_>) -> Reaction {
    match heard {
        Heard::Text(payload) if payload.starts_with(b"0") => Reaction::Say(frame::text("40")),
        Heard::Text(payload) if payload.starts_with(b"40") => Reaction::Counts,
        Heard::Text(b"2") => Reaction::Say(frame::text("3")),
        _ => Reaction::Nothing,
    }
}

/// An event is `42["offer",…]`; with recovery it carries its place, too.
fn listen(heard: &Heard<'_>) -> Reaction {
    match heard {
        Heard::Text(payload) if payload.starts_with(b"42") => Reaction::Counts,
        Heard::Text(b"2") => Reaction::Say(frame::text("3")),
        _ => Reaction::Nothing,
    }
}

/// Its script beside what it needs, in the target folder; none when that is not there.
fn installed() -> Result<Option<PathBuf>> {
    let bench = std::env::current_exe()?;
    let target = bench.parent().and_then(Path::parent).context("the benchmark is in no target folder")?;
    let folder = target.join("peers");
    Ok(folder.join("node_modules/socket.io").exists().then(|| folder.join("server.mjs")))
}
