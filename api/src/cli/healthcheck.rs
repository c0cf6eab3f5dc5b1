//! `diandan healthcheck`: asks the running server whether it lives, for containers without another HTTP client.

use crate::cli::out::say;
use crate::config::Config;
use anyhow::{Context, ensure};
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// How long each step may take.
const LIMIT: Duration = Duration::from_secs(2);

/// Asks `/health/live` on the management address, or on the API's.
///
/// # Errors
/// When it does not answer 200.
pub fn run(config: &Config) -> anyhow::Result<()> {
    let address = reachable(config.management_bind.unwrap_or(config.bind));
    let mut stream =
        TcpStream::connect_timeout(&address, LIMIT).with_context(|| format!("connecting to {address}"))?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    write!(stream, "GET /health/live HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer).context("reading the answer")?;
    let line = answer.lines().next().unwrap_or("nothing");
    ensure!(line.starts_with("HTTP/1.1 200"), "{address} answers {line}");
    say!("{address} lives");
    Ok(())
}

/// A server that listens everywhere is asked on the loopback.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, bind.port())
}
