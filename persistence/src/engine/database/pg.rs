//! PostgreSQL: connections and what differs from SQLite, under the same names as in `sqlite.rs`.

pub mod fit;

use crate::engine::clock::Clock;
use crate::engine::error::StoreResult;
use crate::engine::sql::Instant;
use crate::engine::sql::cached::Cached;
use crate::engine::sql::types::Ts;
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::{Nullable, Text};
use diesel::{Connection, RunQueryDsl, sql_query};
use domain::At;

/// The connection the queries below are compiled against.
pub type Conn = diesel::PgConnection;

/// What every session relies on, whatever the server, the database and the role have as their defaults.
///
/// A frozen or forgotten session frees its locks by itself (QUEUE.md, sequencer). Isolation is read committed: the
/// statements that decide look again at what they waited for, and serializable would refuse them instead. What is
/// acknowledged is on the disk, and on the standby where one is named (README, Synchronous standby): less than `on` is
/// raised to it, more is left. Names mean the schema in which the migrations ran: one that comes later and stands first in
/// the search path does not take their place.
const SESSION: &str = "SET statement_timeout='10s'; SET lock_timeout='5s'; \
    SET idle_in_transaction_session_timeout='500ms'; SET TIME ZONE 'UTC'; SET tcp_keepalives_idle=10; \
    SET tcp_keepalives_interval=5; SET tcp_keepalives_count=3; SET client_min_messages=warning; \
    SET default_transaction_isolation='read committed'; SET default_transaction_deferrable=off; \
    SET standard_conforming_strings=on; SET bytea_output='hex'; SET client_encoding='UTF8'; \
    SELECT set_config('synchronous_commit', 'on', false) \
    WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply'); \
    SELECT set_config('search_path', quote_ident(COALESCE((SELECT n.nspname FROM pg_class c \
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass('__diesel_schema_migrations')), \
    current_schema())), false) WHERE current_schema() IS NOT NULL; \
    SELECT set_config('diandan.system', to_hex(system_identifier % 16777216), false) FROM pg_control_system();";

/// What libpq is told unless the URL says otherwise: a thread never waits longer for a server that is gone.
const PATIENCE: [(&str, &str); 6] = [
    ("connect_timeout", "5"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "20000"),
    ("application_name", "diandan"),
];

/// Added to a SELECT: hold the rows until the end; whoever is taking them is waited for.
pub const FOR_UPDATE: &str = "FOR UPDATE";
/// Added to a SELECT: leave out rows that somebody else is taking at this moment.
pub const SKIP_LOCKED: &str = "FOR UPDATE SKIP LOCKED";

/// The sequencer's advisory lock key.
pub const SEQUENCER: i64 = 0x6464_7365_7100;

/// The advisory lock key of whoever makes pushes.
const PUSHES: i64 = 0x6464_7075_7368;

/// The advisory lock key of whoever sweeps.
const BROOM: i64 = 0x6464_6272_6f6f;

/// Opens a connection.
///
/// # Errors
/// `Unavailable` when the server cannot be reached.
pub fn connect(url: &str) -> StoreResult<Conn> {
    let mut conn = Conn::establish(&patient(url))?;
    conn.batch_execute(SESSION)?;
    Ok(conn)
}

/// Opens a connection for the ways that every notification takes: nothing is looked up there but by keys, so a plan made
/// once is as good as one made for each list of keys, which PostgreSQL would make again and again; and a table that was
/// small when it was made is not read whole once it has grown.
///
/// # Errors
/// `Unavailable` when the server cannot be reached.
pub fn connect_by_keys(url: &str) -> StoreResult<Conn> {
    let mut conn = connect(url)?;
    conn.batch_execute("SET plan_cache_mode=force_generic_plan; SET enable_seqscan=off")?;
    Ok(conn)
}

/// Opens a connection for a copy or a proof, which takes as long as it takes.
///
/// # Errors
/// `Unavailable` when the server cannot be reached.
pub fn connect_unhurried(url: &str) -> StoreResult<Conn> {
    let mut conn = connect(url)?;
    conn.batch_execute("SET statement_timeout=0; SET idle_in_transaction_session_timeout=0;")?;
    Ok(conn)
}

/// Runs a reading in one snapshot, for as long as it takes; writers go on beside it.
///
/// # Errors
/// `Unavailable` when the server cannot be reached; the reading's own.
pub fn snapshot<R>(url: &str, read: impl FnOnce(&mut Conn) -> StoreResult<R>) -> StoreResult<R> {
    connect_unhurried(url)?.build_transaction().repeatable_read().read_only().run(read)
}

fn patient(url: &str) -> String {
    let mut patient = url.to_owned();
    for (name, value) in PATIENCE.iter().filter(|(name, _)| !url.contains(&format!("{name}="))) {
        let joint = if patient.contains('?') { '&' } else { '?' };
        patient.push_str(&format!("{joint}{name}={value}"));
    }
    patient
}

/// Whether a table is there, in reach of the search path.
pub fn has_table(conn: &mut Conn, name: &'static str) -> StoreResult<bool> {
    let row: Held =
        sql_query(format!("SELECT to_regclass('{name}') IS NOT NULL AS held")).get_result(conn)?;
    Ok(row.held)
}

/// Now as a column: for a statement that is on its way anyway. [`at`] makes the instant of it.
pub const NOW: &str = "clock_timestamp()";

/// The instant of what was read as [`NOW`].
#[must_use]
pub fn at(read: Ts, clock: &Clock) -> At {
    clock.shift(read.0)
}

/// Now: the database's clock plus the offset, so that replicas agree whatever theirs say.
pub fn now(conn: &mut Conn, clock: &Clock) -> StoreResult<At> {
    let now: Ts = Cached(diesel::select(sql::<Instant>(NOW))).get_result(conn)?;
    Ok(at(now, clock))
}

/// The epoch as a column: which history this database tells. Restores of it, the cluster, and the cluster's timeline, which
/// a promotion raises: the very moment it takes writes the log that it writes is the new one's, while a checkpoint, which
/// names it as well, comes later. Null while the server only follows another one.
pub const EPOCH: &str = "CASE WHEN pg_is_in_recovery() THEN NULL ELSE 'e' || \
    COALESCE((SELECT value FROM meta WHERE key = 'epoch'), '0') || '-' || current_setting('diandan.system', true) || '.' || \
    ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint END";

/// Takes the sequencer's lock until the end of the transaction. A statement of its own: what is read must be
/// read by a later one (read in the same statement, it saw nothing). Whoever has it waits for a row that somebody holds
/// no longer than half a second: everybody who is told waits with it. Returns the epoch of what is written now.
pub fn lock_sequencer(conn: &mut Conn) -> StoreResult<String> {
    // it returns nothing, which is read as a word; what stands behind it is done once it is taken
    let taken = sql::<Nullable<Text>>(&format!(
        "CASE WHEN pg_advisory_xact_lock({SEQUENCER}) IS NOT NULL \
         AND set_config('lock_timeout', '500ms', true) IS NOT NULL THEN {EPOCH} END"
    ));
    let epoch: Option<String> = Cached(diesel::select(taken)).get_result(conn)?;
    Ok(epoch.unwrap_or_default())
}

/// Whether a statement that the database refused leaves the transaction good once its savepoint is rolled back.
pub const REFUSALS_ARE_LOCAL: bool = true;

/// From now on in this transaction, a row that somebody holds is not waited for.
pub fn wait_for_nobody(conn: &mut Conn) -> StoreResult<()> {
    Ok(conn.batch_execute("SET LOCAL lock_timeout='100ms'")?)
}

#[derive(diesel::QueryableByName)]
struct Held {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    held: bool,
}

/// Takes the lock of whoever makes pushes until the end of the transaction, if nobody has it.
pub fn try_lock_pushes(conn: &mut Conn) -> StoreResult<bool> {
    try_lock(conn, PUSHES)
}

/// Takes the lock of whoever sweeps until the end of the transaction, if nobody has it.
pub fn try_lock_broom(conn: &mut Conn) -> StoreResult<bool> {
    try_lock(conn, BROOM)
}

fn try_lock(conn: &mut Conn, key: i64) -> StoreResult<bool> {
    let row: Held = sql_query(format!("SELECT pg_try_advisory_xact_lock({key}) AS held")).get_result(conn)?;
    Ok(row.held)
}

#[derive(diesel::QueryableByName)]
struct Key {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    key: i64,
}

/// Keys for new rows of a table, ascending.
pub fn next_keys(conn: &mut Conn, table: &'static str, count: usize) -> StoreResult<Vec<i64>> {
    let sql = format!("SELECT nextval('{table}_id_seq') AS key FROM generate_series(1, {count})");
    let rows: Vec<Key> = sql_query(sql).load(conn)?;
    Ok(rows.into_iter().map(|row| row.key).collect())
}

/// A key for one new row of a table.
pub fn next_key(conn: &mut Conn, table: &'static str) -> StoreResult<i64> {
    let row: Key = sql_query(format!("SELECT nextval('{table}_id_seq') AS key")).get_result(conn)?;
    Ok(row.key)
}
