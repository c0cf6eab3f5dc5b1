//! PostgreSQL: every table as JSON lines out of one snapshot, and back in one transaction.
//!
//! Columns of type jsonb travel as text, so that a JSON null stays apart from no value. Foreign keys are dropped
//! while rows come in and made again before the commit, which checks them: tables need no order, and a table may
//! refer to itself.

use super::{Dump, failed};
use crate::engine::database::pg::{self, Conn};
use crate::engine::error::{StoreError, StoreResult};
use crate::pg::q;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{Connection, OptionalExtension, QueryableByName, RunQueryDsl, sql_query};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

/// Rows read or written at once.
const CHUNK: usize = 1_000;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    relation: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Sequence {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    last: i64,
}

#[derive(QueryableByName)]
struct ForeignKey {
    #[diesel(sql_type = Text)]
    relation: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

#[derive(QueryableByName)]
struct Truth {
    #[diesel(sql_type = Bool)]
    truth: bool,
}

type Tables = BTreeMap<String, Vec<Column>>;

/// The product's tables with their columns; the list of migrations is not one of them.
fn tables(c: &mut Conn) -> StoreResult<Tables> {
    let columns: Vec<Column> = sql_query(
        "SELECT c.relname::text AS relation, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS kind \
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
         WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 \
         AND NOT a.attisdropped AND c.relname <> '__diesel_schema_migrations' ORDER BY c.relname, a.attnum",
    )
    .load(c)?;
    let mut tables = Tables::new();
    for column in columns {
        tables.entry(column.relation.clone()).or_default().push(column);
    }
    Ok(tables)
}

/// Reads every table in one snapshot.
pub fn dump(url: &str, folder: &Path) -> StoreResult<Dump> {
    pg::snapshot(url, |c| {
        let mut dump = Dump { schema: q::engine::migrations::versions(c)?, ..Dump::default() };
        for (table, columns) in tables(c)? {
            let name = format!("{table}.jsonl");
            let rows = dump_table(c, &table, &columns, &folder.join(&name))?;
            dump.files.insert(name, rows);
        }
        // read last: a sequence is of no snapshot, and never behind the rows
        let sequences: Vec<Sequence> = sql_query(
            "SELECT sequencename::text AS name, last_value AS last FROM pg_sequences \
             WHERE schemaname = current_schema() AND last_value IS NOT NULL",
        )
        .load(c)?;
        dump.sequences = sequences.into_iter().map(|s| (s.name, s.last)).collect();
        Ok(dump)
    })
}

fn dump_table(c: &mut Conn, table: &str, columns: &[Column], path: &Path) -> StoreResult<u64> {
    let list: Vec<String> = columns
        .iter()
        .map(|col| {
            if col.kind == "jsonb" {
                format!("\"{0}\"::text AS \"{0}\"", col.name)
            } else {
                quoted(&col.name)
            }
        })
        .collect();
    let (list, table) = (list.join(", "), quoted(table));
    let mut file = BufWriter::new(File::create(path).map_err(failed(path))?);
    c.batch_execute(&format!(
        "DECLARE backup NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS line FROM (SELECT {list} FROM {table}) t"
    ))?;
    let mut rows = 0;
    loop {
        let lines: Vec<Line> = sql_query(format!("FETCH {CHUNK} FROM backup")).load(c)?;
        for Line { line } in &lines {
            writeln!(file, "{line}").map_err(failed(path))?;
            rows += 1;
        }
        if lines.len() < CHUNK {
            break;
        }
    }
    c.batch_execute("CLOSE backup")?;
    file.into_inner().map_err(|e| e.into_error()).and_then(|file| file.sync_all()).map_err(failed(path))?;
    Ok(rows)
}

/// Whether the schema holds no table at all.
pub fn is_empty(url: &str) -> StoreResult<bool> {
    let found: Truth = sql_query(
        "SELECT NOT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace \
         AND relkind IN ('r', 'p', 'v', 'm', 'S')) AS truth",
    )
    .get_result(&mut pg::connect_unhurried(url)?)?;
    Ok(found.truth)
}

/// Makes the schema of the dump and loads every row, in one transaction.
pub fn load(url: &str, folder: &Path, dump: &Dump) -> StoreResult<()> {
    let mut conn = pg::connect_unhurried(url)?;
    conn.transaction(|c| {
        crate::engine::database::migrate::run_versions(c, &dump.schema)?;
        let keys = drop_foreign_keys(c)?;
        let tables = tables(c)?;
        for (name, rows) in &dump.files {
            let table = name.strip_suffix(".jsonl").unwrap_or(name);
            let columns = tables.get(table).ok_or_else(|| {
                StoreError::Conflict(format!("the backup has a table {table:?} that its schema has not"))
            })?;
            // what the migrations themselves put there is in the backup too
            c.batch_execute(&format!("DELETE FROM {}", quoted(table)))?;
            let loaded = load_table(c, table, columns, &folder.join(name))?;
            if loaded != *rows {
                return Err(StoreError::Internal(format!("{name}: {loaded} rows instead of {rows}")));
            }
        }
        for (name, last) in &dump.sequences {
            let known: Option<Truth> =
                sql_query("SELECT setval(to_regclass(quote_ident($1)), $2) IS NOT NULL AS truth")
                    .bind::<Text, _>(name)
                    .bind::<BigInt, _>(*last)
                    .get_result(c)
                    .optional()?;
            if !known.is_some_and(|k| k.truth) {
                return Err(StoreError::Conflict(format!(
                    "the backup has a sequence {name:?} that its schema has not"
                )));
            }
        }
        for key in keys {
            c.batch_execute(&format!(
                "ALTER TABLE {} ADD CONSTRAINT {} {}",
                quoted(&key.relation),
                quoted(&key.name),
                key.definition
            ))?;
        }
        q::engine::meta::bump_epoch(c)
    })?;
    conn.batch_execute("ANALYZE")?;
    Ok(())
}

fn drop_foreign_keys(c: &mut Conn) -> StoreResult<Vec<ForeignKey>> {
    let keys: Vec<ForeignKey> = sql_query(
        "SELECT c.relname::text AS relation, k.conname::text AS name, pg_get_constraintdef(k.oid) AS definition \
         FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
         WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace ORDER BY k.conname",
    )
    .load(c)?;
    for key in &keys {
        c.batch_execute(&format!(
            "ALTER TABLE {} DROP CONSTRAINT {}",
            quoted(&key.relation),
            quoted(&key.name)
        ))?;
    }
    Ok(keys)
}

fn load_table(c: &mut Conn, table: &str, columns: &[Column], path: &Path) -> StoreResult<u64> {
    let names: Vec<String> = columns.iter().map(|col| quoted(&col.name)).collect();
    let read = |col: &Column, name: &String| {
        if col.kind == "jsonb" { format!("{name}::jsonb") } else { name.clone() }
    };
    let typed = |col: &Column, name: &String| {
        format!("{name} {}", if col.kind == "jsonb" { "text" } else { &col.kind })
    };
    let reads: Vec<String> = columns.iter().zip(&names).map(|(col, name)| read(col, name)).collect();
    let types: Vec<String> = columns.iter().zip(&names).map(|(col, name)| typed(col, name)).collect();
    let insert = format!(
        "INSERT INTO {} ({}) SELECT {} FROM json_to_recordset($1::json) AS r({})",
        quoted(table),
        names.join(", "),
        reads.join(", "),
        types.join(", ")
    );
    let mut rows = 0;
    let mut chunk: Vec<String> = Vec::with_capacity(CHUNK);
    let mut send = |c: &mut Conn, chunk: &mut Vec<String>| -> StoreResult<()> {
        let inserted = sql_query(&insert).bind::<Text, _>(format!("[{}]", chunk.join(","))).execute(c)?;
        rows += u64::try_from(inserted).unwrap_or(0);
        chunk.clear();
        Ok(())
    };
    for line in BufReader::new(File::open(path).map_err(failed(path))?).lines() {
        chunk.push(line.map_err(failed(path))?);
        if chunk.len() == CHUNK {
            send(c, &mut chunk)?;
        }
    }
    if !chunk.is_empty() {
        send(c, &mut chunk)?;
    }
    Ok(rows)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
