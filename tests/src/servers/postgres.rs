//! A private PostgreSQL (15 or later): a cluster of its own in the temporary folder, reachable by unix socket only.
//!
//! One server is shared by a test process ([`Postgres::shared`]), and each test has a database of its own
//! in it ([`Template::database`]). A test that stops or kills the server starts one for itself.

mod install;
mod pooler;
mod template;

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use tempfile::TempDir;

use crate::database::once;
use crate::servers::proc::{Process, Signal};
use crate::{scratch, wait};
use install::Programs;
pub use pooler::Pooler;
pub use template::{Database, Template};

const SUPERUSER: &str = "diandan";
/// Only part of the socket's name: the server listens on no network.
const PORT: &str = "5432";
/// Enough for fifty workers, two server processes and their pools, several tests at a time.
const MAX_CONNECTIONS: &str = "max_connections=300";
const START_DEADLINE: Duration = Duration::from_secs(60);
const STOP_DEADLINE: Duration = Duration::from_secs(60);

/// What a server promises about acknowledged writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing waits for the disk. For every test that doesn't kill the machine.
    Fast,
    /// `fsync` and `synchronous_commit` on, as in production. For kill tests and benchmarks.
    Durable,
}

impl Durability {
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Fast => &[
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "autovacuum=off",
                "wal_level=minimal",
                "max_wal_senders=0",
                "checkpoint_timeout=1h",
            ],
            Self::Durable => &["fsync=on", "synchronous_commit=on", "full_page_writes=on"],
        }
    }
}

/// A running server with its cluster. Stopped and removed on drop.
#[derive(Debug)]
pub struct Postgres {
    // Before the folder: fields drop in this order.
    server: Process,
    folder: TempDir,
    programs: Programs,
    durability: Durability,
}

impl Postgres {
    /// The server of this test process, started at the first call. It ends with the process (see
    /// [`scratch`]); it can't be restarted, other tests are using it.
    pub fn shared() -> Result<&'static Self> {
        static SHARED: OnceLock<Result<Postgres, String>> = OnceLock::new();
        once(&SHARED, || Self::start(Durability::Fast))
    }

    /// Makes a cluster and starts a server of one's own on it.
    pub fn start(durability: Durability) -> Result<Self> {
        let mut programs = Programs::find()?;
        let folder = scratch::folder("pg")?;
        programs.settle_in(folder.path())?;
        programs.initdb(folder.path(), &folder.path().join("data"), SUPERUSER)?;
        let server = spawn(&programs, &folder, durability)?;
        let mut postgres = Self { server, folder, programs, durability };
        postgres.wait_until_ready()?;
        Ok(postgres)
    }

    /// A hot standby of this server, as it is at this moment; it follows from then on. This one has to be
    /// [`Durability::Durable`]: the other writes no log that could be followed.
    pub fn standby(&self) -> Result<Self> {
        let mut programs = self.programs.clone();
        let folder = scratch::folder("pg-standby")?;
        programs.settle_in(folder.path())?;
        let mut copy = programs.command(programs.beside("pg_basebackup")?, folder.path());
        copy.arg("-h").arg(self.folder.path()).args([
            "-p",
            PORT,
            "-U",
            SUPERUSER,
            "-R",
            "-c",
            "fast",
            "--no-sync",
        ]);
        let output =
            copy.arg("-D").arg(folder.path().join("data")).output().context("running pg_basebackup")?;
        ensure!(output.status.success(), "pg_basebackup: {}", String::from_utf8_lossy(&output.stderr));
        let server = spawn(&programs, &folder, self.durability)?;
        let mut standby = Self { server, folder, programs, durability: self.durability };
        standby.wait_until_ready()?;
        Ok(standby)
    }

    /// A URL for libpq. The socket's folder is the host, percent-encoded; the port is explicit, so that
    /// PGPORT of whoever runs the tests has no say.
    pub fn url(&self, database: &str) -> String {
        url_in(self.folder.path(), PORT, SUPERUSER, database)
    }

    /// [`Postgres::url`] for another role.
    pub fn url_as(&self, role: &str, database: &str) -> String {
        url_in(self.folder.path(), PORT, role, database)
    }

    /// Makes the database `name`: a copy of `template`, which nobody may be connected to, else an empty one.
    pub fn create_database(&self, name: &str, template: Option<&str>) -> Result<()> {
        let template = identifier(template.unwrap_or("template0"))?;
        // Copying files costs two checkpoints: nothing without fsync, and then it is twice as fast as the log.
        let strategy = if self.durability == Durability::Fast { "FILE_COPY" } else { "WAL_LOG" };
        let name = identifier(name)?;
        self.administer(&format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY {strategy}"))
    }

    /// Drops the database `name` and whoever is still connected to it.
    pub fn drop_database(&self, name: &str) -> Result<()> {
        self.administer(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", identifier(name)?))
    }

    /// Stops in good order (open connections are cut) and starts again on the same cluster and URL.
    pub fn restart(&mut self) -> Result<()> {
        self.stop()?;
        self.start_again()
    }

    /// Stops in good order; [`Postgres::start_again`] brings the server back.
    pub fn stop(&mut self) -> Result<()> {
        self.server.signal(Signal::Int)?;
        self.server.wait_blocking(STOP_DEADLINE)?;
        Ok(())
    }

    /// kill -9 of the server's main process; its other processes notice and end by themselves.
    pub fn kill9(&mut self) -> Result<()> {
        self.server.kill9()?;
        Ok(())
    }

    /// Starts the server on the same cluster and URL, after [`Postgres::stop`] or [`Postgres::kill9`].
    pub fn start_again(&mut self) -> Result<()> {
        ensure!(self.server.try_wait()?.is_some(), "PostgreSQL is still running");
        // Processes that outlive a killed server hold its shared memory for a moment, and a new one refuses.
        wait::eventually_blocking(START_DEADLINE, "PostgreSQL to start again", || {
            self.server = spawn(&self.programs, &self.folder, self.durability)?;
            self.wait_until_ready()
        })
    }

    /// A client program of the same version, such as `pgbench`, run as whoever runs the tests.
    pub fn client(&self, program: &str) -> Result<Command> {
        self.programs.client(program)
    }

    /// The server's main process: its pid and its log.
    pub fn process(&self) -> &Process {
        &self.server
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let url = self.url("postgres");
        // The inner error is final: a server that has ended will not answer any more.
        wait::eventually_blocking(START_DEADLINE, "PostgreSQL to accept connections", || {
            match self.server.ensure_running() {
                Err(ended) => Ok(Err(ended)),
                Ok(()) => PgConnection::establish(&url).map(|_| Ok(())),
            }
        })?
    }

    fn administer(&self, statement: &str) -> Result<()> {
        PgConnection::establish(&self.url("postgres"))
            .context("connecting to the private PostgreSQL")?
            .batch_execute(statement)
            .with_context(|| statement.to_owned())
    }
}

/// A URL by the socket in this folder.
fn url_in(folder: &Path, port: &str, role: &str, database: &str) -> String {
    let host = folder.to_string_lossy().replace('%', "%25").replace('/', "%2F");
    format!("postgres://{role}@{host}:{port}/{database}")
}

fn spawn(programs: &Programs, folder: &TempDir, durability: Durability) -> Result<Process> {
    let mut command: Command = programs.command("postgres", folder.path());
    command.arg("-D").arg(folder.path().join("data"));
    command.arg("-k").arg(folder.path()).args(["-p", PORT]);
    let common = ["listen_addresses=", MAX_CONNECTIONS, "timezone=UTC", "jit=off"];
    for setting in common.iter().chain(durability.settings()) {
        command.args(["-c", setting]);
    }
    Process::spawn("PostgreSQL", command, folder.path().join("server.log"), Signal::Quit)
}

/// Names come from tests and go into SQL text: lower-case letters, digits and `_` only.
fn identifier(name: &str) -> Result<&str> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    ensure!(
        !name.is_empty() && name.len() <= 63 && name.chars().all(plain),
        "{name:?} is no plain database name"
    );
    Ok(name)
}
