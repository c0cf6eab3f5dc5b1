//! SQLite: a consistent copy of the file, and back.

use super::{Dump, failed};
use crate::engine::error::{StoreError, StoreResult};
use crate::sqlite::q;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The file of the copy.
const FILE: &str = "diandan.db";

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

fn open(path: &Path) -> StoreResult<SqliteConnection> {
    let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
    conn.batch_execute("PRAGMA busy_timeout=10000")?;
    Ok(conn)
}

/// Copies the database while others write it.
pub fn dump(database: &Path, folder: &Path) -> StoreResult<Dump> {
    if !database.exists() {
        return Err(StoreError::NotFound);
    }
    let copy = folder.join(FILE);
    let quoted = copy.to_string_lossy().replace('\'', "''");
    open(database)?.batch_execute(&format!("VACUUM INTO '{quoted}'"))?;
    let mut conn = open(&copy)?;
    let tables: Vec<Name> =
        sql_query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            .load(&mut conn)?;
    let mut rows = 0;
    for table in tables {
        let count: Count =
            sql_query(format!("SELECT COUNT(*) AS rows FROM \"{}\"", table.name)).get_result(&mut conn)?;
        rows += u64::try_from(count.rows).unwrap_or(0);
    }
    let schema = q::engine::migrations::versions(&mut conn)?;
    drop(conn);
    File::open(&copy).and_then(|file| file.sync_all()).map_err(failed(&copy))?;
    Ok(Dump { files: [(FILE.to_owned(), rows)].into(), schema, ..Dump::default() })
}

/// Puts the copy in its place, under another name until it is whole.
pub fn load(database: &Path, folder: &Path, dump: &Dump) -> StoreResult<()> {
    let unfinished = suffixed(database, ".restoring");
    fs::copy(folder.join(FILE), &unfinished).map_err(failed(&unfinished))?;
    let mut conn = open(&unfinished)?;
    let found: Vec<Found> =
        sql_query("SELECT quick_check AS found FROM pragma_quick_check").load(&mut conn)?;
    if found.iter().any(|f| f.found != "ok") {
        return Err(StoreError::Internal("the restored database does not pass SQLite's own check".into()));
    }
    if q::engine::migrations::versions(&mut conn)? != dump.schema {
        return Err(StoreError::Internal("the database's schema is not the one the manifest names".into()));
    }
    q::engine::meta::bump_epoch(&mut conn)?;
    drop(conn);
    File::open(&unfinished).and_then(|file| file.sync_all()).map_err(failed(&unfinished))?;
    fs::rename(&unfinished, database).map_err(failed(database))
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    found: String,
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
