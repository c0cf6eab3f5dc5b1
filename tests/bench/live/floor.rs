//! The floor in a process of its own, and sockets at it.

use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use harness::servers::diandan::free_address;
use harness::servers::proc::{Process, Signal};
use harness::{scratch, wait};
use tempfile::TempDir;

use super::crowd::{Crowd, Heard, Reaction};
use super::workers::PATIENCE;

const START: Duration = Duration::from_secs(10);
/// Sockets on their way in: nobody shakes hands here, and the kernel accepts.
const WINDOW: usize = 512;

pub struct Floor {
    // Before its folder: fields drop in this order.
    _process: Process,
    _folder: TempDir,
    address: SocketAddr,
}

impl Floor {
    /// Starts it with the work that these words name.
    pub async fn start(work: &[&str]) -> Result<Self> {
        let program = std::env::current_exe()?.with_file_name("floor");
        let (address, folder) = (free_address()?, scratch::folder("floor")?);
        let mut command = Command::new(program);
        command.arg(address.to_string()).args(work);
        let process = Process::spawn("floor", command, folder.path().join("floor.log"), Signal::Kill)?;
        wait::eventually(START, "the floor to listen", async || TcpStream::connect(address)).await?;
        Ok(Self { _process: process, _folder: folder, address })
    }

    /// Connects so many sockets.
    pub fn connect(&self, count: usize) -> Result<Crowd> {
        let mut crowd = Crowd::new(self.address, vec![Vec::new(); count], WINDOW)?;
        crowd.until(count, PATIENCE, |_, heard| {
            Ok(if matches!(heard, Heard::Open) { Reaction::Counts } else { Reaction::Nothing })
        })?;
        Ok(crowd)
    }
}

/// Has everybody ask at once, and returns the seconds until everybody has an answer.
pub fn asked(crowd: &mut Crowd, count: usize, ask: &[u8]) -> Result<f64> {
    let started = Instant::now();
    for who in 0..count {
        crowd.say(who, ask)?;
    }
    let last = crowd.until(count, PATIENCE, |_, heard| Ok(counted(&heard)))?;
    Ok((last - started).as_secs_f64())
}

/// Has the last of the sockets say so, and returns the seconds until all others were told.
pub fn told(crowd: &mut Crowd, count: usize) -> Result<f64> {
    let started = Instant::now();
    crowd.say(count, b"!")?;
    let last = crowd.until(count, PATIENCE, |_, heard| Ok(counted(&heard))).context("the floor's fan-out")?;
    Ok((last - started).as_secs_f64())
}

fn counted(heard: &Heard<'_>) -> Reaction {
    if matches!(heard, Heard::Text(_)) { Reaction::Counts } else { Reaction::Nothing }
}
