//! What a constraint of the schema becomes above storage: each unique one is known by itself on both databases, and told
//! apart from those that only a defect meets.

use std::collections::{BTreeMap, BTreeSet};

use harness::database::{Backend, Database};
use harness::fixture;
use persistence::{Constraint, StoreError};
use serde::Deserialize;

/// Every unique index: what it is of, and its columns (of one that is over expressions, those that are columns).
#[derive(Debug, Deserialize)]
struct Unique {
    name: String,
    of: String,
    columns: Vec<String>,
}

/// A column that a row needs, or could hold.
#[derive(Debug, Deserialize)]
struct Column {
    of: String,
    name: String,
    kind: String,
    required: bool,
}

const SQLITE_UNIQUE: &str = "
    SELECT json_object('name', i.name, 'of', m.name, 'columns', (SELECT json_group_array(x.name)
      FROM pragma_index_info(i.name) x WHERE x.name IS NOT NULL)) AS t
    FROM sqlite_schema m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'
      AND i.\"unique\"
    UNION ALL
    SELECT json_object('name', m.name || ' rowid', 'of', m.name, 'columns', json_array(c.name))
    FROM sqlite_schema m JOIN pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%' AND c.pk
      AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) i WHERE i.origin = 'pk')";

const SQLITE_COLUMNS: &str = "
    SELECT json_object('of', m.name, 'name', c.name, 'kind', c.type, 'required',
      json(iif(c.\"notnull\" OR c.pk, 'true', 'false'))) AS t
    FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'";

const POSTGRES_UNIQUE: &str = "
    SELECT json_build_object('name', i.relname, 'of', t.relname, 'columns', (SELECT coalesce(json_agg(a.attname), '[]')
      FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = ANY (x.indkey)))::text AS t
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    WHERE x.indisunique AND t.relnamespace = current_schema()::regnamespace AND t.relname NOT LIKE '\\_\\_%'";

const POSTGRES_COLUMNS: &str = "
    SELECT json_build_object('of', t.relname, 'name', a.attname, 'kind', format_type(a.atttypid, NULL),
      'required', a.attnotnull)::text AS t
    FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid
    WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped";

/// A migrated database and what its schema says of itself.
struct Schema {
    backend: Backend,
    database: Database,
    columns: BTreeMap<String, Vec<Column>>,
}

impl Schema {
    fn of(backend: Backend) -> Self {
        let database = backend.database().unwrap();
        let asked = if backend == Backend::Sqlite { SQLITE_COLUMNS } else { POSTGRES_COLUMNS };
        let mut columns: BTreeMap<String, Vec<Column>> = BTreeMap::new();
        for line in fixture::texts(&database, asked).unwrap() {
            let column: Column = serde_json::from_str(&line).unwrap();
            columns.entry(column.of.clone()).or_default().push(column);
        }
        Self { backend, database, columns }
    }

    fn unique(&self) -> Vec<Unique> {
        let asked = if self.backend == Backend::Sqlite { SQLITE_UNIQUE } else { POSTGRES_UNIQUE };
        let lines = fixture::texts(&self.database, asked).unwrap();
        lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// A row of 1s or of 2s and the like, with what differs: what is needed, what `differs` names, and nothing else.
    fn row(&self, of: &str, n: u8, differs: &BTreeMap<&str, String>) -> String {
        let columns = self.columns[of].iter().filter(|c| c.required || differs.contains_key(c.name.as_str()));
        let (names, values): (Vec<&str>, Vec<String>) = columns
            .map(|c| {
                let value = differs.get(c.name.as_str()).cloned().unwrap_or_else(|| value(&c.kind, n));
                (c.name.as_str(), value)
            })
            .unzip();
        format!("INSERT INTO {of} ({}) VALUES ({})", names.join(", "), values.join(", "))
    }

    /// Two rows that have the columns of this index in common, and nothing that another one is about.
    fn twice(&self, index: &Unique) -> StoreError {
        let common = self.columns[&index.of].iter().filter(|c| index.columns.contains(&c.name));
        let common = common.map(|c| (c.name.as_str(), value(&c.kind, 3))).collect();
        let rows = [1, 2].map(|n| self.row(&index.of, n, &common)).join("; ");
        self.refused(&format!("{}; {rows}", self.referring_to_nothing()))
    }

    fn referring_to_nothing(&self) -> &'static str {
        match self.backend {
            Backend::Sqlite => "PRAGMA foreign_keys = OFF; BEGIN",
            #[cfg(feature = "postgres")]
            Backend::Postgres => "SET session_replication_role = replica",
        }
    }

    /// What storage makes of it that these statements fail; nothing of them is kept.
    fn refused(&self, statements: &str) -> StoreError {
        let refused = fixture::run(&self.database, statements).expect_err(statements);
        refused.downcast::<diesel::result::Error>().unwrap().into()
    }
}

/// A value of this type, one for each number.
fn value(kind: &str, n: u8) -> String {
    match kind {
        "boolean" => (n > 1).to_string(),
        "timestamp with time zone" => format!("'2026-11-2{n}T08:00:00Z'"),
        "jsonb" => format!("'{{\"n\": {n}}}'"),
        "bytea" => format!("'\\x0{n}'"),
        "text" | "TEXT" | "BLOB" => format!("'{n}'"),
        _ => n.to_string(),
    }
}

#[test]
fn what_is_taken_is_told_by_its_constraint() {
    for &backend in Backend::ALL {
        let schema = Schema::of(backend);
        let mut told = BTreeSet::new();
        for index in schema.unique() {
            match schema.twice(&index) {
                StoreError::Taken(constraint) => {
                    assert!(
                        told.insert(constraint),
                        "{backend:?}: {index:?} is told as another: {constraint}"
                    );
                }
                other => panic!("{backend:?}: {index:?} stands not in constraint.rs: {other:?}"),
            }
        }
        let all: BTreeSet<Constraint> = Constraint::ALL.iter().copied().collect();
        assert_eq!(told, all, "{backend:?}: constraint.rs names one that the schema has not");
    }
}

#[test]
fn one_that_is_not_known_is_found_and_is_no_name() {
    for &backend in Backend::ALL {
        let schema = Schema::of(backend);
        fixture::run(&schema.database, "CREATE UNIQUE INDEX planted ON team (active)").unwrap();
        let planted = schema.unique().into_iter().find(|index| index.name == "planted").unwrap();
        let told = schema.twice(&planted);
        assert!(matches!(told, StoreError::Internal(_)), "{backend:?}: {told:?}");
    }
}

#[test]
fn what_only_a_defect_meets_is_internal() {
    for &backend in Backend::ALL {
        let schema = Schema::of(backend);
        let overfull = schema.row("orders", 1, &[("filled", "9".into())].into());
        let nameless = schema.row("area", 1, &[("code", "NULL".into())].into());
        let free = schema.referring_to_nothing();
        for (what, statements) in [
            ("CHECK", format!("{free}; {overfull}")),
            ("NOT NULL", format!("{free}; {nameless}")),
            ("a foreign key", schema.row("order_read", 1, &BTreeMap::new())),
        ] {
            let told = schema.refused(&statements);
            assert!(matches!(told, StoreError::Internal(_)), "{backend:?}: {what}: {told:?}");
            assert!(told.is_local(), "{what} undoes its own job alone");
        }
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::*;
    use diesel::Connection;
    use diesel::connection::SimpleConnection;
    use persistence::engine::database::pg::Conn;

    /// Two connections, as patient as the server is, to a table of two rows.
    fn two(schema: &Schema) -> [Conn; 2] {
        let rows = "CREATE TABLE pair (id INT PRIMARY KEY, n INT); INSERT INTO pair VALUES (1, 0), (2, 0)";
        fixture::run(&schema.database, rows).unwrap();
        [(); 2].map(|()| Conn::establish(&schema.database.url()).unwrap())
    }

    #[test]
    fn a_transaction_that_came_too_late_is_a_conflict() {
        let schema = Schema::of(Backend::Postgres);
        let [mut one, mut other] = two(&schema);
        one.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT n FROM pair").unwrap();
        other.batch_execute("UPDATE pair SET n = 1 WHERE id = 1").unwrap();
        let late = StoreError::from(one.batch_execute("UPDATE pair SET n = 2 WHERE id = 1").unwrap_err());
        assert!(matches!(late, StoreError::Conflict(_)), "{late:?}");
    }

    #[test]
    fn a_deadlock_is_to_be_tried_again() {
        let schema = Schema::of(Backend::Postgres);
        let [mut one, mut other] = two(&schema);
        one.batch_execute("BEGIN; UPDATE pair SET n = 1 WHERE id = 1").unwrap();
        other.batch_execute("BEGIN; UPDATE pair SET n = 1 WHERE id = 2").unwrap();
        let waiting =
            std::thread::spawn(move || one.batch_execute("UPDATE pair SET n = 1 WHERE id = 2; COMMIT"));
        let here = other.batch_execute("UPDATE pair SET n = 1 WHERE id = 1; COMMIT");
        // whoever is chosen has lost; the other one goes on
        drop(other);
        let refused: Vec<StoreError> = [here, waiting.join().unwrap()]
            .into_iter()
            .filter_map(|done| done.err().map(Into::into))
            .collect();
        assert!(matches!(refused[..], [StoreError::Unavailable(_)]), "{refused:?}");
    }
}
