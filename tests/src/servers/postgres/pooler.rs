//! A pooler (pgbouncer) before a server: by a unix socket of its own, in any of its modes.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use diesel::{Connection, PgConnection};
use tempfile::TempDir;

use super::{Postgres, SUPERUSER, url_in};
use crate::servers::proc::{Process, Signal};
use crate::{scratch, wait};

/// Only part of the socket's name.
const PORT: &str = "6432";
/// Where Debian has it, in nobody's PATH but root's.
const PLACES: [&str; 3] = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"];
const PATIENCE: Duration = Duration::from_secs(20);

/// A running pooler. Killed on drop.
#[derive(Debug)]
pub struct Pooler {
    // Before the folder: fields drop in this order.
    _process: Process,
    folder: TempDir,
}

impl Pooler {
    /// Starts one before this server, with these settings beside `pool_mode`, and waits until it passes `database` on.
    pub fn start(server: &Postgres, database: &str, pool_mode: &str, settings: &[&str]) -> Result<Self> {
        let program = PLACES.into_iter().find(|place| Path::new(place).is_file());
        let program = program.context("no pgbouncer; run: apt-get install pgbouncer")?;
        let mut programs = server.programs.clone();
        let folder = scratch::folder("pooler")?;
        programs.settle_in(folder.path())?;
        let (here, people) = (folder.path().display(), folder.path().join("people"));
        fs::write(&people, format!("\"{SUPERUSER}\" \"\"\n"))?;
        let file = folder.path().join("pgbouncer.ini");
        let to = server.folder.path().display();
        let text = format!(
            "[databases]\n* = host={to} port={}\n[pgbouncer]\nunix_socket_dir = {here}\nlisten_port = {PORT}\n\
             auth_type = trust\nauth_file = {}\npool_mode = {pool_mode}\nmax_client_conn = 100\n{}\n",
            super::PORT,
            people.display(),
            settings.join("\n"),
        );
        fs::write(&file, text)?;
        let mut command = programs.command(program, folder.path());
        command.arg(&file);
        let log = folder.path().join("pooler.log");
        let mut process = Process::spawn("pgbouncer", command, log, Signal::Kill)?;
        let url = url_in(folder.path(), PORT, SUPERUSER, database);
        wait::eventually_blocking(PATIENCE, "pgbouncer to accept connections", || {
            process.ensure_running()?;
            PgConnection::establish(&url).map(drop).map_err(anyhow::Error::from)
        })?;
        Ok(Self { _process: process, folder })
    }

    /// A URL for libpq, through the pooler.
    pub fn url(&self, database: &str) -> String {
        url_in(self.folder.path(), PORT, SUPERUSER, database)
    }
}
