//! What the server takes of the machine before anybody uses it.

use std::fs;

use anyhow::{Context, Result};
use harness::servers::diandan::Diandan;

use crate::measure::report::{Goal, Row, alone};

const MOST_MB: f64 = 40.0;

/// Starts on an empty data folder: storage is embedded, the schema made, one request answered.
pub async fn measure() -> Result<Row> {
    let server = Diandan::start_api(&[]).await?;
    let kib = resident_kib(server.pid())?;
    let mb = f64::from(kib) * 1024.0 / 1e6;
    let name = "server memory after start, embedded storage";
    Ok(alone(name, mb, |mb| format!("{mb:.1} MB"), Goal::MegabytesBelow(MOST_MB)))
}

/// What a process holds of the machine's memory, KiB.
pub fn resident_kib(pid: u32) -> Result<u32> {
    let file = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&file).with_context(|| format!("reading {file}"))?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = resident.and_then(|rest| rest.trim().strip_suffix(" kB"));
    Ok(kib.with_context(|| format!("no VmRSS in {file}"))?.parse()?)
}
