//! The machine the figures belong to: they mean nothing without it.

use std::fs::File;
use std::io::Write;
use std::time::Instant;

use anyhow::{Context, Result};
use diesel::prelude::*;
use harness::scratch;
use harness::servers::postgres::Postgres;
use serde::Serialize;

use crate::measure::report::median;

const BLOCK: [u8; 4096] = [0x5a; 4096];

/// What the header says.
#[derive(Debug, Serialize)]
pub struct Machine {
    pub cores: usize,
    pub profile: &'static str,
    pub postgres: String,
    pub fsync: String,
    pub synchronous_commit: String,
    /// Milliseconds to append 4 KiB to a file where the databases are and to have it on the disk.
    pub fdatasync_ms: f64,
}

impl Machine {
    pub fn examine(postgres: &Postgres) -> Result<Self> {
        let mut connection = PgConnection::establish(&postgres.url("postgres"))?;
        let mut setting = |name: &str| -> Result<String> {
            let query = format!("current_setting('{name}')");
            let query = diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>(&query));
            query.get_result(&mut connection).with_context(|| name.to_owned())
        };
        Ok(Self {
            cores: std::thread::available_parallelism()?.get(),
            profile: if cfg!(debug_assertions) { "debug" } else { "release" },
            postgres: setting("server_version")?,
            fsync: setting("fsync")?,
            synchronous_commit: setting("synchronous_commit")?,
            fdatasync_ms: fdatasync_ms(200)?,
        })
    }

    pub fn header(&self) -> String {
        format!(
            "{} cores, {} build; PostgreSQL {} with fsync={}, synchronous_commit={}; SQLite with synchronous=FULL; \
             fdatasync of 4 KiB {:.2} ms",
            self.cores, self.profile, self.postgres, self.fsync, self.synchronous_commit, self.fdatasync_ms
        )
    }
}

/// The median over `times` writes.
pub fn fdatasync_ms(times: u32) -> Result<f64> {
    let folder = scratch::folder("disk")?;
    let mut file = File::create(folder.path().join("file"))?;
    let mut took = Vec::new();
    for _ in 0..times {
        let started = Instant::now();
        file.write_all(&BLOCK)?;
        file.sync_data()?;
        took.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(median(&took))
}
