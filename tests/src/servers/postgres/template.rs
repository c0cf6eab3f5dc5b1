//! A migrated database that is cloned for each test: a file copy inside the server, not a run of migrations.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

use super::Postgres;

/// A migrated database nobody connects to any more.
#[derive(Debug)]
pub struct Template<'server> {
    server: &'server Postgres,
    name: String,
    clones: AtomicU32,
}

/// A database of one test. Dropped on drop, with the connections it still has.
#[derive(Debug)]
pub struct Database<'server> {
    server: &'server Postgres,
    name: String,
}

impl<'server> Template<'server> {
    /// Makes the database `name` and has `migrate` fill it through the URL it is given. `migrate` has to
    /// close its connections: a database that someone is connected to can't be cloned.
    pub fn build(
        server: &'server Postgres,
        name: &str,
        migrate: impl FnOnce(&str) -> Result<()>,
    ) -> Result<Self> {
        server.create_database(name, None)?;
        migrate(&server.url(name)).with_context(|| format!("migrating the template {name}"))?;
        Ok(Self { server, name: name.to_owned(), clones: AtomicU32::new(0) })
    }

    /// A fresh clone.
    pub fn database(&self) -> Result<Database<'server>> {
        let number = self.clones.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}_{number}", self.name);
        self.server.create_database(&name, Some(&self.name))?;
        Ok(Database { server: self.server, name })
    }
}

impl Database<'_> {
    /// The URL that libpq, Diesel and the binary take.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        // Nothing is lost if this fails: the cluster goes as a whole when the process ends.
        let _ = self.server.drop_database(&self.name);
    }
}
