//! Much data in little time: a county, its people, and as many copies of one order as wanted.
//!
//! The order that is copied is a real one, decided by the domain and written by the storage's own queries, so
//! the documents in its row are what the server writes. Everything else is a few set-based statements that
//! both databases take; [`Seeder::run`] fills in the words in which they differ.

mod copies;
mod order;
mod staff;
mod world;

use anyhow::{Context, Result};
use diesel::connection::SimpleConnection;
#[cfg(feature = "postgres")]
use diesel::{Connection, PgConnection};
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use persistence::engine::database::target::Target;

pub use copies::{PAGE, SHOWN};
pub use staff::{STAFF, areas_of, grid_worker};
pub use world::{COUNTY, DISPATCHER, GRID, ITEM, RESIDENT, SUPERVISOR, TOWN, WORKERS, worker};

/// A connection that fills a database nobody needs to survive a crash.
pub struct Seeder {
    connection: Connected,
}

enum Connected {
    Sqlite(SqliteConnection),
    #[cfg(feature = "postgres")]
    Postgres(PgConnection),
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    number: i64,
}

impl Seeder {
    /// Connects to a migrated database.
    pub fn connect(target: &Target) -> Result<Self> {
        let connection = match target {
            Target::Sqlite { path } => {
                let mut connection = persistence::engine::database::sqlite::connect_writer(path)?;
                connection.batch_execute("PRAGMA synchronous=OFF; PRAGMA cache_size=-500000;")?;
                Connected::Sqlite(connection)
            }
            #[cfg(feature = "postgres")]
            Target::Postgres { url } => {
                Connected::Postgres(PgConnection::establish(url).context("connecting to PostgreSQL")?)
            }
        };
        Ok(Self { connection })
    }

    /// Runs statements. `@now` stands for the present, `@us(` … `)` for a time span in microseconds.
    pub fn run(&mut self, statements: &str) -> Result<()> {
        let text = self.translate(statements);
        match &mut self.connection {
            Connected::Sqlite(connection) => connection.batch_execute(&text),
            #[cfg(feature = "postgres")]
            Connected::Postgres(connection) => connection.batch_execute(&text),
        }
        .with_context(|| text.chars().take(400).collect::<String>())
    }

    /// The one number that a query `SELECT … AS number` finds.
    pub fn number(&mut self, query: &str) -> Result<i64> {
        let query = sql_query(self.translate(query));
        let row: Number = match &mut self.connection {
            Connected::Sqlite(connection) => query.get_result(connection)?,
            #[cfg(feature = "postgres")]
            Connected::Postgres(connection) => query.get_result(connection)?,
        };
        Ok(row.number)
    }

    /// Counts what is there, for the planner; on SQLite also moves everything from the log into the file.
    pub fn settle(&mut self) -> Result<()> {
        match &mut self.connection {
            Connected::Sqlite(connection) => {
                connection.batch_execute("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);")?;
            }
            #[cfg(feature = "postgres")]
            Connected::Postgres(connection) => {
                connection.batch_execute("VACUUM ANALYZE")?;
                connection.batch_execute("CHECKPOINT")?;
            }
        }
        Ok(())
    }

    fn translate(&self, statements: &str) -> String {
        let (now, span) = match self.connection {
            Connected::Sqlite(_) => ("CAST(unixepoch('subsec') * 1000000 AS INTEGER)", "("),
            #[cfg(feature = "postgres")]
            Connected::Postgres(_) => ("now()", "interval '1 microsecond' * ("),
        };
        statements.replace("@now", now).replace("@us(", span)
    }
}
