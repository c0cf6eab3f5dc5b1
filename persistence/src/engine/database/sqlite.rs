//! The embedded database: connections and what differs from PostgreSQL, under the same names as in `pg.rs`.

use crate::engine::clock::Clock;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::sql::types::Ts;
use diesel::Connection;
use diesel::connection::SimpleConnection;
use domain::At;

/// The connection the queries below are compiled against.
pub type Conn = diesel::SqliteConnection;

/// Durable before it is acknowledged: WAL with `synchronous=FULL` (group commit pays for it).
const WRITER: &str = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; \
    PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8000;";
const READER: &str = "PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000; PRAGMA temp_store=MEMORY; \
    PRAGMA cache_size=-4000; PRAGMA query_only=ON;";

/// Nobody takes rows beside the single writer.
pub const FOR_UPDATE: &str = "";
/// Likewise.
pub const SKIP_LOCKED: &str = "";

/// Opens the writer's connection.
///
/// # Errors
/// `Unavailable` when the file cannot be opened.
pub fn connect_writer(path: &str) -> StoreResult<Conn> {
    open(path, WRITER)
}

/// Opens a writer's connection to a database that is there, for a command beside the server.
///
/// # Errors
/// `NotFound` when there is no such file; `Unavailable` when it cannot be opened.
pub fn connect_existing(path: &str) -> StoreResult<Conn> {
    if !std::path::Path::new(path).exists() {
        return Err(StoreError::NotFound);
    }
    connect_writer(path)
}

/// Opens a reader's connection, which cannot write.
///
/// # Errors
/// `Unavailable` when the file cannot be opened.
pub fn connect_reader(path: &str) -> StoreResult<Conn> {
    open(path, READER)
}

/// Runs a reading in one snapshot, for as long as it takes; writers go on beside it. What it sorts goes to files.
///
/// # Errors
/// `NotFound` when there is no such file; the reading's own.
pub fn snapshot<R>(path: &str, read: impl FnOnce(&mut Conn) -> StoreResult<R>) -> StoreResult<R> {
    if !std::path::Path::new(path).exists() {
        return Err(StoreError::NotFound);
    }
    let mut conn = connect_reader(path)?;
    conn.batch_execute("PRAGMA temp_store=FILE")?;
    conn.transaction(read)
}

fn open(path: &str, pragmas: &str) -> StoreResult<Conn> {
    let mut conn = Conn::establish(path)?;
    conn.batch_execute(pragmas)?;
    Ok(conn)
}

/// Whether a table is there.
pub fn has_table(conn: &mut Conn, name: &'static str) -> StoreResult<bool> {
    use diesel::RunQueryDsl;
    let sql = format!("SELECT COUNT(*) AS key FROM sqlite_master WHERE type = 'table' AND name = '{name}'");
    let row: Key = diesel::sql_query(sql).get_result(conn)?;
    Ok(row.key > 0)
}

/// A column in the place of PostgreSQL's clock: nothing is read here.
pub const NOW: &str = "0";

/// Now, whatever was read as [`NOW`].
#[must_use]
pub fn at(_read: Ts, clock: &Clock) -> At {
    clock.now()
}

/// Now: the process clock plus the offset; there is no other clock here.
///
/// # Errors
/// Never; the signature is PostgreSQL's.
pub fn now(_conn: &mut Conn, clock: &Clock) -> StoreResult<At> {
    Ok(clock.now())
}

/// The epoch as a column: which history this database tells. Nothing but its restores tells it from a copy of it.
pub const EPOCH: &str = "'e' || COALESCE((SELECT value FROM meta WHERE key = 'epoch'), '0')";

/// Takes the sequencer's lock: the single writer is the lock. No epoch is told of what is written: nobody else hears of it.
///
/// # Errors
/// Never; the signature is PostgreSQL's.
pub fn lock_sequencer(_conn: &mut Conn) -> StoreResult<String> {
    Ok(String::new())
}

/// A full disk rolls back the whole transaction: what the database itself refuses is nobody's alone.
pub const REFUSALS_ARE_LOCAL: bool = false;

/// Nobody holds rows beside the single writer.
///
/// # Errors
/// Never; the signature is PostgreSQL's.
pub fn wait_for_nobody(_conn: &mut Conn) -> StoreResult<()> {
    Ok(())
}

/// Takes the lock of whoever makes pushes: the single writer is the lock.
///
/// # Errors
/// Never; the signature is PostgreSQL's.
pub fn try_lock_pushes(_conn: &mut Conn) -> StoreResult<bool> {
    Ok(true)
}

/// Takes the lock of whoever sweeps: the single writer is the lock.
///
/// # Errors
/// Never; the signature is PostgreSQL's.
pub fn try_lock_broom(_conn: &mut Conn) -> StoreResult<bool> {
    Ok(true)
}

#[derive(diesel::QueryableByName)]
struct Key {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    key: i64,
}

/// Keys for new rows of a table, ascending: those past the last (the single writer makes them unique).
pub fn next_keys(conn: &mut Conn, table: &'static str, count: usize) -> StoreResult<Vec<i64>> {
    use diesel::RunQueryDsl;
    let last: Key =
        diesel::sql_query(format!("SELECT COALESCE(MAX(id), 0) AS key FROM {table}")).get_result(conn)?;
    Ok((last.key + 1..).take(count).collect())
}

/// A key for one new row of a table whose rows are never deleted: one past the last (the single writer makes it unique).
pub fn next_key(conn: &mut Conn, table: &'static str) -> StoreResult<i64> {
    use diesel::RunQueryDsl;
    let last: Key =
        diesel::sql_query(format!("SELECT COALESCE(MAX(id), 0) AS key FROM {table}")).get_result(conn)?;
    Ok(last.key + 1)
}
