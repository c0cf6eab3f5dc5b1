//! Migrations: under a lock with a time limit, refused when the schema is newer than the binary.

use crate::engine::database::target::Target;
use crate::engine::error::{StoreError, StoreResult};
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::path::Path;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Where a database stands against this binary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Migrations of the binary that have not run.
    pub pending: Vec<String>,
    /// Migrations in the database that the binary does not know: it is newer.
    pub unknown: Vec<String>,
}

impl Standing {
    fn of(known: &[String], ran: Vec<String>) -> Self {
        Self {
            pending: known.iter().filter(|v| !ran.contains(v)).cloned().collect(),
            unknown: ran.into_iter().filter(|v| !known.contains(v)).collect(),
        }
    }

    /// Whether the binary may serve this database.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.pending.is_empty() && self.unknown.is_empty()
    }
}

/// Versions of a source, oldest first.
fn versions<DB: diesel::backend::Backend>(source: &impl MigrationSource<DB>) -> StoreResult<Vec<String>> {
    let mut known: Vec<String> = source
        .migrations()
        .map_err(defect)?
        .iter()
        .map(|m| m.name().version().as_owned().to_string())
        .collect();
    known.sort();
    Ok(known)
}

fn defect(e: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    StoreError::Unavailable(e.to_string().into())
}

/// Where a database stands in which these versions ran.
///
/// # Errors
/// `Unavailable` when the binary's own migrations cannot be read.
pub fn compare(target: &Target, ran: Vec<String>) -> StoreResult<Standing> {
    let known = match target {
        Target::Sqlite { .. } => versions::<diesel::sqlite::Sqlite>(&SQLITE)?,
        #[cfg(feature = "postgres")]
        Target::Postgres { .. } => versions::<diesel::pg::Pg>(&POSTGRES)?,
    };
    Ok(Standing::of(&known, ran))
}

/// Runs what is pending; nothing is touched, the table of migrations included, when that is nothing.
fn run<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    source: impl MigrationSource<DB>,
    before: Standing,
) -> StoreResult<Vec<String>> {
    if !before.unknown.is_empty() {
        return Err(StoreError::Conflict(format!(
            "the database is newer than this binary: it knows {}",
            before.unknown.join(", ")
        )));
    }
    if !before.pending.is_empty() {
        conn.run_pending_migrations(source)
            .map_err(|e| StoreError::Unavailable(format!("migration: {e}").into()))?;
    }
    Ok(before.pending)
}

/// Where the database stands. Asks and makes nothing.
///
/// # Errors
/// `Unavailable` when it cannot be asked.
pub fn check(target: &Target) -> StoreResult<Standing> {
    let ran = match target {
        Target::Sqlite { path } if !Path::new(path).exists() => Vec::new(),
        Target::Sqlite { path } => crate::sqlite::q::engine::migrations::ran(
            &mut crate::engine::database::sqlite::connect_reader(path)?,
        )?,
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => {
            crate::pg::q::engine::migrations::ran(&mut crate::engine::database::pg::connect(url)?)?
        }
    };
    compare(target, ran)
}

/// Runs what is pending and names it. Safe to call from several processes at once: PostgreSQL takes an advisory
/// lock (waiting at most 10 s, each table lock at most 5 s), SQLite its write lock.
///
/// # Errors
/// `Conflict` when the database is newer than the binary; `Unavailable` otherwise.
pub fn migrate(target: &Target) -> StoreResult<Vec<String>> {
    match target {
        Target::Sqlite { path } => {
            let mut conn = crate::engine::database::sqlite::connect_writer(path)?;
            let before = compare(target, crate::sqlite::q::engine::migrations::ran(&mut conn)?)?;
            run(&mut conn, SQLITE, before)
        }
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => {
            use diesel::connection::SimpleConnection;
            let mut conn = crate::engine::database::pg::connect(url)?;
            conn.batch_execute(
                "SET idle_in_transaction_session_timeout=0; SET lock_timeout='10s'; \
                 SELECT pg_advisory_lock(7236847); SET lock_timeout='5s'; SET statement_timeout=0;",
            )?;
            let before =
                crate::pg::q::engine::migrations::ran(&mut conn).and_then(|ran| compare(target, ran));
            let done = before.and_then(|before| run(&mut conn, POSTGRES, before));
            conn.batch_execute("SELECT pg_advisory_unlock(7236847)")?;
            done
        }
    }
}

/// Runs these migrations and no others: what a backup's schema was made of.
///
/// # Errors
/// `Conflict` when this binary does not know one; `Unavailable`.
#[cfg(feature = "postgres")]
pub fn run_versions(conn: &mut crate::engine::database::pg::Conn, wanted: &[String]) -> StoreResult<()> {
    let known = MigrationSource::<diesel::pg::Pg>::migrations(&POSTGRES).map_err(defect)?;
    conn.applied_migrations().map_err(defect)?; // makes the table of migrations
    for version in wanted {
        let migration = known.iter().find(|m| m.name().version().as_owned().to_string() == *version);
        let migration = migration.ok_or_else(|| {
            StoreError::Conflict(format!("the backup is newer than this binary: it has migration {version}"))
        })?;
        conn.run_migration(migration)
            .map_err(|e| StoreError::Unavailable(format!("migration {version}: {e}").into()))?;
    }
    Ok(())
}
