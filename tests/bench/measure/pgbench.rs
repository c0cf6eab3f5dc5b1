//! PostgreSQL's own load generator: the speed that the database alone would give.

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use harness::scratch;
use harness::servers::postgres::Postgres;

/// A run of one script.
pub struct Run<'a> {
    pub postgres: &'a Postgres,
    pub database: &'a str,
    pub connections: u32,
    /// The statements, with `:name` for variables.
    pub script: &'a str,
    /// Values of variables.
    pub variables: &'a [(String, String)],
    pub length: Length,
}

/// When a run is over.
#[derive(Debug, Clone, Copy)]
pub enum Length {
    /// After this many runs of the script on each connection.
    Times(u32),
    /// After this time.
    Lasting(Duration),
}

impl Run<'_> {
    /// Runs of the script per second, connecting not counted.
    pub fn measure(&self) -> Result<f64> {
        let folder = scratch::folder("pgbench")?;
        let script = folder.path().join("script.sql");
        fs::write(&script, self.script)?;
        let connections = self.connections.to_string();
        let mut command: Command = self.postgres.client("pgbench")?;
        command.args(["--no-vacuum", "--protocol=prepared", "--client", &connections, "--jobs=1"]);
        command.arg("--file").arg(&script);
        for (name, value) in self.variables {
            command.arg(format!("--define={name}={value}"));
        }
        match self.length {
            Length::Times(times) => command.arg(format!("--transactions={times}")),
            Length::Lasting(time) => command.arg(format!("--time={}", time.as_secs().max(1))),
        };
        let output = command.arg(self.postgres.url(self.database)).output().context("running pgbench")?;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success(),
            "pgbench failed:\n{text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate =
            rate.and_then(|rest| rest.split(' ').next()).with_context(|| format!("no rate in:\n{text}"))?;
        Ok(rate.parse()?)
    }
}
