//! Lists read a page from the end of an index range, on both databases, however many orders there are: each
//! statement behind a list is explained and must name its index, and neither read a whole table nor sort.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use domain::order::Status;
use harness::database::Backend;
use harness::seed::{COUNTY, PAGE, Seeder, TOWN};
use persistence::store::Target;
use persistence::types::Ts;
use persistence::values::{ListFilter, Source};
use persistence::{Clock, sqlite};

const ORDERS: u32 = 5_000;
/// Tables that grow with the orders.
const GROWING: [&str; 3] = ["orders", "order_area", "order_text"];

/// A list, and the index that each of its ranges is read from.
struct Case {
    name: &'static str,
    filter: ListFilter,
    index: &'static str,
}

fn cases() -> Vec<Case> {
    let of = |area: i64| ListFilter {
        sources: vec![Source::Area(area)],
        limit: i64::from(PAGE),
        ..ListFilter::default()
    };
    let before = Ts(Clock::default().now() - TimeDelta::hours(20));
    let with = |statuses: &[Status]| ListFilter { statuses: statuses.to_vec(), ..of(TOWN) };
    let case = |name, filter, index| Case { name, filter, index };
    vec![
        case("first page", of(COUNTY), "order_area_all"),
        case("far page", ListFilter { after: Some((before, 1)), ..of(COUNTY) }, "order_area_all"),
        case("oldest first", ListFilter { ascending: true, ..of(COUNTY) }, "order_area_all"),
        case("open", ListFilter { open_only: true, ..of(COUNTY) }, "order_area_open"),
        case("inbox", with(&[Status::Submitted]), "order_area_bucket"),
        case("rare status", with(&[Status::Disputed]), "order_area_bucket"),
        case("two statuses", with(&[Status::Submitted, Status::Disputed]), "order_area_bucket"),
        case(
            "far rare",
            ListFilter { after: Some((before, 1)), ..with(&[Status::Disputed]) },
            "order_area_bucket",
        ),
    ]
}

/// A migrated database with a county's orders, and statistics of them.
fn filled(backend: Backend) -> harness::database::Database {
    let database = backend.database().unwrap();
    let mut seeder = Seeder::connect(&database.target().unwrap()).unwrap();
    seeder.county().unwrap();
    let order = seeder.template().unwrap();
    seeder.year(order, ORDERS).unwrap();
    seeder.settle().unwrap();
    database
}

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            self.0.lock().unwrap().push(query.to_string());
        }
    }
}

/// Runs the list and explains each statement it took: keys first, rows and names after them.
macro_rules! explained {
    ($conn:expr, $q:path, $filter:expr, $explain:expr) => {{
        use $q as q;
        let conn = $conn;
        let recorder = Recorder::default();
        conn.set_instrumentation(recorder.clone());
        let keys = q::lists::page(conn, $filter).unwrap();
        assert!(!keys.is_empty(), "an empty page proves nothing");
        q::listed::rows(conn, &keys).unwrap();
        let statements = recorder.0.lock().unwrap().split_off(0);
        let explain = $explain;
        statements
            .into_iter()
            .map(|statement| (explain(&mut *conn, &statement), statement))
            .collect::<Vec<_>>()
    }};
}

fn sqlite_plan(conn: &mut sqlite::Conn, statement: &str) -> Vec<String> {
    let rows: Vec<(i32, i32, i32, String)> =
        sql::<(Integer, Integer, Integer, Text)>(&format!("EXPLAIN QUERY PLAN {statement}"))
            .load(conn)
            .unwrap();
    rows.into_iter().map(|row| row.3).collect()
}

#[test]
fn sqlite_lists_read_index_ranges() {
    let database = filled(Backend::Sqlite);
    let Ok(Target::Sqlite { path }) = database.target() else { panic!("no file") };
    let mut conn = sqlite::connect_reader(&path).unwrap();
    for Case { name, filter, index } in cases() {
        for (plan, statement) in explained!(&mut conn, sqlite::q, &filter, sqlite_plan) {
            let wanted = !statement.contains("`order_area`") || plan.iter().any(|line| line.contains(index));
            let whole = plan.iter().any(|line| {
                line.contains("TEMP B-TREE")
                    || GROWING.iter().any(|table| line.starts_with(&format!("SCAN {table}")))
            });
            assert!(wanted && !whole, "{name} should read {index}:\n{statement}\n{plan:#?}");
        }
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::*;
    use persistence::pg;

    #[test]
    fn postgres_lists_read_index_ranges() {
        let database = filled(Backend::Postgres);
        let Ok(Target::Postgres { url }) = database.target() else { panic!("no URL") };
        let mut conn = pg::connect(&url).unwrap();
        for Case { name, filter, index } in cases() {
            for (plan, statement) in explained!(&mut conn, pg::q, &filter, plan) {
                let keys = statement.contains("FROM (\"order_area\"");
                let wanted = !keys || plan.iter().any(|line| line.contains(index));
                let sorted = keys && plan.iter().any(|line| line.contains("Sort"));
                let reads =
                    |table: &str| plan.iter().any(|line| line.contains(&format!("Seq Scan on {table} ")));
                let whole = GROWING.into_iter().find(|table| reads(table));
                assert!(
                    wanted && !sorted && whole.is_none(),
                    "{name} should read {index}:\n{statement}\n{plan:#?}"
                );
            }
        }
    }

    /// The plan of a recorded statement: its parameters are written into it.
    fn plan(conn: &mut pg::Conn, recorded: &str) -> Vec<String> {
        let (statement, binds) = recorded.rsplit_once(" -- binds: ").unwrap();
        let mut text = statement.to_owned();
        for (place, value) in values(binds).into_iter().enumerate().rev() {
            text = text.replace(&format!("${}", place + 1), &value);
        }
        sql::<Text>(&format!("EXPLAIN {text}")).load(conn).unwrap()
    }

    /// `[11, "submitted", [1, 2], Ts(2026-11-22T10:00:00Z)]` as SQL literals.
    fn values(binds: &str) -> Vec<String> {
        let inner = binds.trim().strip_prefix('[').unwrap().strip_suffix(']').unwrap();
        let (mut values, mut depth) = (vec![String::new()], 0);
        for c in inner.chars() {
            match c {
                '[' | '(' => depth += 1,
                ']' | ')' => depth -= 1,
                _ => {}
            }
            if c == ',' && depth == 0 {
                values.push(String::new());
            } else {
                values.last_mut().unwrap().push(c);
            }
        }
        values.iter().map(|value| literal(value.trim())).collect()
    }

    fn literal(value: &str) -> String {
        let bare = value.strip_prefix("Ts(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(value);
        match bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(list) => format!("'{{{list}}}'"),
            None => format!("'{}'", bare.trim_matches('"')),
        }
    }
}
