//! What a PostgreSQL must be: its texts in UTF-8, a schema of the search path there, and each connection a session of its
//! own.
//!
//! Sessions are relied on throughout: time-outs and isolation are set once a connection, statements are prepared once and
//! used again, advisory locks keep migrations apart. A pooler that gives each transaction another session breaks this
//! quietly: whatever was set belongs to whoever comes next.

use super::{Conn, connect_unhurried};
use crate::engine::database::reads_only::ReadsOnly;
use crate::engine::error::{StoreError, StoreResult};
use diesel::connection::{Connection, SimpleConnection};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Integer, Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

/// How often two connections are asked in turns whose session they have.
const ROUNDS: usize = 6;

const POOLED: &str = "between this program and PostgreSQL stands a pooler that gives every transaction another session \
    (pgbouncer: pool_mode = transaction or statement), and this program relies on its sessions. Set pool_mode = session for \
    this database, or name PostgreSQL itself in database_url";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    encoding: String,
    #[diesel(sql_type = Nullable<Text>)]
    schema: Option<String>,
    #[diesel(sql_type = Text)]
    path: String,
}

#[derive(QueryableByName)]
struct Writes {
    #[diesel(sql_type = Bool)]
    follows: bool,
    #[diesel(sql_type = Bool)]
    told: bool,
}

#[derive(QueryableByName)]
struct Backend {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

/// Refuses a server, or the way to it, that cannot be relied on.
///
/// # Errors
/// `Conflict` with the reason and the remedy; `Unavailable` when it does not answer.
pub fn check(url: &str) -> StoreResult<()> {
    const ASKED: &str = "SELECT current_setting('server_encoding') AS encoding, current_schema()::text AS schema, \
        current_setting('search_path') AS path";
    // a pause between two questions is no reason to end a session here
    let mut one = connect_unhurried(url).map_err(unless_pooled)?;
    one.batch_execute("SELECT 1")?;
    // where every statement has another session there are none: pgbouncer hangs up
    let begun: QueryResult<()> = one.transaction(|_| Ok(()));
    begun.map_err(|e| pooled(&e.to_string()))?;
    let found: Found =
        one.transaction(|c| StoreResult::Ok(sql_query(ASKED).get_result(c)?)).map_err(unless_pooled)?;
    if found.encoding != "UTF8" {
        return Err(StoreError::Conflict(format!(
            "the database's encoding is {}, and it must be UTF8: make a new one (createdb --encoding=UTF8 \
             --template=template0 --locale=C.UTF-8) and move the data there with `diandan backup` and `diandan restore`",
            found.encoding
        )));
    }
    if found.schema.is_none() {
        return Err(StoreError::Conflict(format!(
            "of the search path {:?} no schema is there that this role may use: GRANT USAGE ON SCHEMA … TO the role, or \
             ALTER ROLE … SET search_path",
            found.path
        )));
    }
    let mut other = match connect_unhurried(url).map_err(unless_pooled) {
        Ok(other) => other,
        Err(pooled @ StoreError::Conflict(_)) => return Err(pooled),
        // a server that has room for one connection only says so where it matters
        Err(_) => {
            tracing::warn!("no second connection: whether a pooler stands before PostgreSQL is not known");
            return Ok(());
        }
    };
    match share(&mut one, &mut other).map_err(unless_pooled)? {
        true => Err(pooled("two connections were given the same one")),
        false => Ok(()),
    }
}

/// Whether, and why, it takes reads only.
///
/// # Errors
/// `Unavailable` when it does not answer.
pub fn reads_only(url: &str) -> StoreResult<Option<ReadsOnly>> {
    const ASKED: &str =
        "SELECT pg_is_in_recovery() AS follows, current_setting('transaction_read_only') = 'on' AS told";
    let found: Writes = sql_query(ASKED).get_result(&mut connect_unhurried(url)?)?;
    Ok(match (found.follows, found.told) {
        (true, _) => Some(ReadsOnly::Standby),
        (false, true) => Some(ReadsOnly::Told),
        (false, false) => None,
    })
}

/// Whether two connections share sessions. Idle, a pooler gives both the same one, or each the one after the other's last;
/// busy, it gives them any: so they ask in changing turns, and then while the other one holds a transaction open. Of a
/// session of one's own none of this ever shows.
fn share(one: &mut Conn, other: &mut Conn) -> StoreResult<bool> {
    let (first, second) = (session(one)?, session(other)?);
    if first == second {
        return Ok(true);
    }
    for round in 0..ROUNDS {
        // 1 2 1 2, then 1 1 2 2, then 1 1 1 2 2 2
        for _ in 0..=round % 3 {
            if session(one)? != first {
                return Ok(true);
            }
        }
        for _ in 0..=round % 3 {
            if session(other)? != second {
                return Ok(true);
            }
        }
    }
    let moved = one.transaction(|held| StoreResult::Ok(pid(held)? != first || session(other)? != second))?;
    Ok(moved || other.transaction(|held| StoreResult::Ok(pid(held)? != second || session(one)? != first))?)
}

fn pooled(why: &str) -> StoreError {
    StoreError::Conflict(format!("{POOLED} ({why})"))
}

/// What only a pooler says: that what was prepared a moment ago is not there.
fn unless_pooled(e: StoreError) -> StoreError {
    match e {
        StoreError::Unavailable(why) if why.to_string().contains("prepared statement") => {
            pooled(&why.to_string())
        }
        other => other,
    }
}

/// The session of a transaction of its own.
fn session(c: &mut Conn) -> StoreResult<i32> {
    c.transaction(pid)
}

fn pid(c: &mut Conn) -> StoreResult<i32> {
    let backend: Backend = sql_query("SELECT pg_backend_pid() AS pid").get_result(c)?;
    Ok(backend.pid)
}
