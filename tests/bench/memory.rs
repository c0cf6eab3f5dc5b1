//! What the server takes of the machine before anybody uses it.

use std::fs;

use anyhow::{Context, Result};
use harness::diandan::Diandan;

use crate::report::{Goal, Row};

const MOST_MB: f64 = 40.0;

/// Starts on an empty data folder: storage is embedded, the schema made, one request answered.
pub async fn measure() -> Result<Row> {
    let server = Diandan::start_api(&[]).await?;
    let file = format!("/proc/{}/status", server.pid());
    let status = fs::read_to_string(&file).with_context(|| format!("reading {file}"))?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: u32 = resident
        .and_then(|rest| rest.trim().strip_suffix(" kB"))
        .with_context(|| format!("no VmRSS in {file}"))?
        .parse()?;
    let mb = f64::from(kib) * 1024.0 / 1e6;
    Ok(Row {
        benchmark: "server memory after start, embedded storage".into(),
        ours: format!("{mb:.1} MB"),
        baseline: "–".into(),
        ratios: Vec::new(),
        goal: Goal::MegabytesBelow(MOST_MB),
        met: mb < MOST_MB,
    })
}
