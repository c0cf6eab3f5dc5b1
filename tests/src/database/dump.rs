//! Every row of a database, whichever it is, as JSON: for tests that look for what must not be there.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use persistence::engine::database::target::Target;
use serde_json::Value;

use crate::database::target;
use crate::fixture::texts_at;

/// A row of a table: its columns by name; bytes are hexadecimal.
#[derive(Debug, Clone)]
pub struct Row {
    /// The table.
    pub table: String,
    /// The columns.
    pub columns: Value,
}

/// All rows of the database at `url`, table by table.
pub fn rows_at(url: &str) -> Result<Vec<Row>> {
    let sqlite = matches!(target(url)?, Target::Sqlite { .. });
    let tables = match sqlite {
        true => "SELECT name AS t FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        false => {
            "SELECT relname::text AS t FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        }
    };
    let mut rows = Vec::new();
    for table in texts_at(url, tables)? {
        let select = if sqlite { json_of(url, &table)? } else { "row_to_json(x)::text".into() };
        for line in texts_at(url, &format!("SELECT {select} AS t FROM \"{table}\" x"))? {
            rows.push(Row { columns: serde_json::from_str(&line)?, table: table.clone() });
        }
    }
    Ok(rows)
}

fn json_of(url: &str, table: &str) -> Result<String> {
    let columns = texts_at(url, &format!("SELECT name AS t FROM pragma_table_info('{table}')"))?;
    let pair = |name: &String| {
        format!(
            "'{name}', CASE typeof(\"{name}\") WHEN 'blob' THEN lower(hex(\"{name}\")) ELSE \"{name}\" END"
        )
    };
    Ok(format!("json_object({})", columns.iter().map(pair).collect::<Vec<_>>().join(", ")))
}

/// All rows of a backup's folder `database`.
pub fn rows_of_backup(folder: &Path) -> Result<Vec<Row>> {
    let whole = folder.join("diandan.db");
    if whole.exists() {
        return rows_at(&format!("sqlite:{}", whole.display()));
    }
    let mut rows = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let table = path.file_stem().context("a file has a name")?.to_string_lossy().into_owned();
        for line in fs::read_to_string(&path)?.lines() {
            rows.push(Row { columns: serde_json::from_str(line)?, table: table.clone() });
        }
    }
    Ok(rows)
}
