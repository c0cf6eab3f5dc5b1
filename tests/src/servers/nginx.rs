//! A balancer: Debian's nginx before one server, with the sample that is deployed (`deploy/nginx.conf`), without TLS.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::servers::diandan::free_address;
use crate::servers::proc::{Process, Signal};
use crate::{scratch, wait};

/// Where Debian has it, in nobody's PATH but root's.
const PLACES: [&str; 2] = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"];
const PATIENCE: Duration = Duration::from_secs(20);

/// A running balancer. Killed on drop.
#[derive(Debug)]
pub struct Nginx {
    // Before the folder: fields drop in this order.
    _process: Process,
    _folder: TempDir,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Nginx {
    /// Starts one before the server at this address (`host:port`), and waits until it takes connections.
    pub fn before(server: &str) -> Result<Self> {
        let program = PLACES.into_iter().find(|place| Path::new(place).is_file());
        let program = program.context("no nginx; run: apt-get install nginx-light")?;
        let folder = scratch::folder("nginx")?;
        let address = free_address()?;
        let file = folder.path().join("nginx.conf");
        let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/nginx.conf");
        let text = before(&fs::read_to_string(sample)?, server, address, folder.path())?;
        fs::write(&file, text)?;
        let mut command = Command::new(program);
        command.arg("-c").arg(&file).arg("-p").arg(folder.path()).args(["-g", "daemon off;"]);
        let mut process = Process::spawn("nginx", command, folder.path().join("nginx.log"), Signal::Quit)?;
        wait::eventually_blocking(PATIENCE, "nginx to take connections", || {
            process.ensure_running()?;
            TcpStream::connect(address).map(drop).map_err(anyhow::Error::from)
        })?;
        Ok(Self { _process: process, _folder: folder, address })
    }
}

/// The sample before one server of this machine: its address instead of the names of two, no TLS (and nothing that is said
/// of it alone), one worker, and whatever is written in a folder of one's own.
fn before(sample: &str, server: &str, address: SocketAddr, folder: &Path) -> Result<String> {
    let (head, rest) = sample.split_once("        # For compose.yaml.").context("the sample sends to TLS")?;
    let (_, rest) = rest.split_once("listen 8443 ssl http2;").context("the sample listens with TLS")?;
    let head = head.replace("listen 8080;", &format!("listen {address};"));
    let head = head.replace("server diandan-1:8080", &format!("server {server}"));
    let of_tls = |line: &&str| {
        ["ssl_", "add_header Strict", "server diandan-2"].map(|w| line.trim().starts_with(w)).contains(&true)
    };
    let text: Vec<&str> = head.lines().chain(rest.lines()).filter(|line| !of_tls(line)).collect();
    let text = text.join("\n").replace("worker_processes auto", "worker_processes 1");
    let text = text.replace(" /tmp/", &format!(" {}/", folder.display()));
    ensure!(
        text.contains(server) && text.contains(&address.to_string()),
        "the sample is not as it was:\n{text}"
    );
    Ok(text)
}
