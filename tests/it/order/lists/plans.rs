//! Lists read a page from the end of an index range, on both databases, however many orders there are: each
//! statement behind a list is explained and must name its index, and neither read a whole table nor sort.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use domain::order::Status;
use domain::{AccountId, AreaId, OrderId, ScopeId, ServiceItemId};
use harness::database::Backend;
use harness::seed::{COUNTY, ITEM, PAGE, Seeder, TOWN};
use persistence::engine::database::target::Target;
use persistence::engine::sql::types::Ts;
use persistence::order::listing::{Asked, By, ListFilter, Reader, Search, Source};
use persistence::{Clock, sqlite};

const ORDERS: u32 = 5_000;
/// Tables that grow with the orders.
const GROWING: [&str; 4] = ["orders", "order_area", "order_text", "order_term"];

/// A list, and the index that each of its ranges is read from.
struct Case {
    name: &'static str,
    filter: ListFilter,
    index: &'static str,
}

fn cases() -> Vec<Case> {
    let of = |area: i64| ListFilter {
        sources: vec![Source::Area(AreaId(area))],
        limit: i64::from(PAGE),
        ..ListFilter::default()
    };
    let before = Ts(Clock::default().now() - TimeDelta::hours(20));
    let with = |statuses: &[Status]| ListFilter { statuses: statuses.to_vec(), ..of(TOWN) };
    let case = |name, filter, index| Case { name, filter, index };
    vec![
        case("first page", of(COUNTY), "order_area_all"),
        case("far page", ListFilter { after: Some((before, OrderId(1))), ..of(COUNTY) }, "order_area_all"),
        case("oldest first", ListFilter { ascending: true, ..of(COUNTY) }, "order_area_all"),
        case("open", ListFilter { open_only: true, ..of(COUNTY) }, "order_area_open"),
        case("inbox", with(&[Status::Submitted]), "order_area_bucket"),
        case("rare status", with(&[Status::Disputed]), "order_area_bucket"),
        case("two statuses", with(&[Status::Submitted, Status::Disputed]), "order_area_bucket"),
        case(
            "far rare",
            ListFilter { after: Some((before, OrderId(1))), ..with(&[Status::Disputed]) },
            "order_area_bucket",
        ),
        case("common title", ListFilter { search: title("路灯"), ..of(COUNTY) }, "order_area_all"),
        case("item", ListFilter { service_item: Some(ServiceItemId(ITEM)), ..of(COUNTY) }, "order_area_all"),
        case("due next", due(of(COUNTY)), "order_area_next"),
        case("due last", ListFilter { ascending: false, ..due(of(COUNTY)) }, "order_area_next"),
        case("due in a state", due(with(&[Status::Disputed])), "order_area_next"),
        case(
            "far due",
            ListFilter { after: Some((before, OrderId(1))), ..due(of(COUNTY)) },
            "order_area_next",
        ),
        case(
            "due, of an item",
            due(ListFilter { service_item: Some(ServiceItemId(ITEM)), ..of(COUNTY) }),
            "order_area_next",
        ),
        case("asked for", asked(of(COUNTY)), "order_area_asked"),
        case(
            "asked for, oldest first",
            ListFilter { ascending: true, ..asked(of(TOWN)) },
            "order_area_asked",
        ),
        case("overdue", ListFilter { overdue_at: Some(far()), open_only: true, ..of(TOWN) }, "order_area_"),
    ]
}

fn due(filter: ListFilter) -> ListFilter {
    ListFilter { by: By::Due, ascending: true, ..filter }
}

fn asked(filter: ListFilter) -> ListFilter {
    ListFilter { asked: Some(Asked::Any), reader: Some(AccountId(1)), ..filter }
}

fn title(text: &str) -> Option<Search> {
    Some(Search::Title(text.into()))
}

/// When everything that has a limit is overdue.
fn far() -> domain::At {
    Clock::default().now() + TimeDelta::days(400)
}

/// Each order was offered to its area; of one in 500 the offer stands.
const RINGS: &str = "INSERT INTO scope (kind, ref_id, seq, pushed_seq) SELECT 'area', id, 0, 0 FROM area \
    WHERE id NOT IN (SELECT ref_id FROM scope WHERE kind = 'area'); \
    INSERT INTO order_ring (order_id, attempt, scope_id, ring, live, told) \
    SELECT o.id, o.attempt, s.id, 0, o.id % 500 = 0, TRUE FROM orders o \
    JOIN scope s ON s.kind = 'area' AND s.ref_id = o.area_id WHERE TRUE ON CONFLICT DO NOTHING;";

/// Of one in 300 open orders something was asked for.
const ASKED: &str = "UPDATE order_area SET asked = 'extend' WHERE order_id % 300 = 4 AND open;";

/// A migrated database with a county's orders, and statistics of them.
pub fn filled(backend: Backend) -> harness::database::Database {
    let database = backend.database().unwrap();
    let mut seeder = Seeder::connect(&database.target().unwrap()).unwrap();
    seeder.county().unwrap();
    let order = seeder.template().unwrap();
    seeder.year(order, ORDERS).unwrap();
    seeder.run(RINGS).unwrap();
    seeder.run(ASKED).unwrap();
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
        recorded!($conn, $explain, |conn| {
            let keys = q::order::lists::page(conn, $filter).unwrap().list;
            assert!(!keys.is_empty(), "an empty page proves nothing");
            q::order::shown::listed::lines(
                conn,
                &Clock::default(),
                &Reader { account: AccountId(0), overseen: Vec::new() },
                &keys,
            )
            .unwrap();
        })
    }};
}

/// Explains each statement that was asked.
macro_rules! recorded {
    ($conn:expr, $explain:expr, |$to:ident| $ask:block) => {{
        let $to = $conn;
        let recorder = Recorder::default();
        $to.set_instrumentation(recorder.clone());
        $ask;
        let conn = $to;
        let statements = recorder.0.lock().unwrap().split_off(0);
        let explain = $explain;
        statements
            .into_iter()
            .map(|statement| (explain(&mut *conn, &statement), statement))
            .collect::<Vec<_>>()
    }};
}

fn sqlite_plan(conn: &mut persistence::engine::database::sqlite::Conn, statement: &str) -> Vec<String> {
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
    let mut conn = persistence::engine::database::sqlite::connect_reader(&path).unwrap();
    for Case { name, filter, index } in cases() {
        for (plan, statement) in explained!(&mut conn, sqlite::q, &filter, sqlite_plan) {
            let keys = statement.contains("FROM `order_area`") && statement.contains("ORDER BY");
            let wanted = !keys || plan.iter().any(|line| line.contains(index));
            let whole = plan.iter().any(|line| {
                line.contains("TEMP B-TREE")
                    || GROWING.iter().any(|table| line.starts_with(&format!("SCAN {table}")))
            });
            assert!(wanted && !whole, "{name} should read {index}:\n{statement}\n{plan:#?}");
        }
    }
}

/// Orders that wait to be claimed, and some that are half taken: of these a row says more than the order alone holds.
const POOLED: &str = "UPDATE orders SET status = 'pooled', slots = 2 WHERE id % 3 = 0; \
    UPDATE orders SET filled = 1 WHERE id % 6 = 0; \
    INSERT INTO claim (order_id, attempt, slot, account_id, at) \
    SELECT id, attempt, 1, lead_id, updated_at FROM orders WHERE id % 6 = 0 AND lead_id IS NOT NULL;";

/// A page is one range, one statement for its rows, one for who holds them, one for the areas around them, two for who is
/// offered them, one for what all these people are.
const PAGE_STATEMENTS: usize = 7;

#[test]
fn sqlite_a_longer_page_takes_no_more_statements() {
    let database = filled(Backend::Sqlite);
    harness::fixture::run(&database, POOLED).unwrap();
    let Ok(Target::Sqlite { path }) = database.target() else { panic!("no file") };
    let mut conn = persistence::engine::database::sqlite::connect_reader(&path).unwrap();
    for limit in [20, 100] {
        let filter =
            ListFilter { sources: vec![Source::Area(AreaId(COUNTY))], limit, ..ListFilter::default() };
        let plans = explained!(&mut conn, sqlite::q, &filter, sqlite_plan);
        assert_eq!(plans.len(), PAGE_STATEMENTS, "{plans:#?}");
    }
}

/// The index of the offers that stand, which are few among all that ever were.
const STANDING: &str = "order_ring_live";

#[test]
fn sqlite_reads_offers_from_those_that_stand() {
    let database = filled(Backend::Sqlite);
    let Ok(Target::Sqlite { path }) = database.target() else { panic!("no file") };
    let mut conn = persistence::engine::database::sqlite::connect_reader(&path).unwrap();
    let plans = recorded!(&mut conn, sqlite_plan, |c| {
        sqlite::q::order::offers::standing::offers(
            c,
            &Clock::default(),
            AccountId(1),
            Some((Ts(far()), OrderId(1))),
            20,
        )
        .unwrap();
        sqlite::q::order::offers::standing::in_scope(c, &Clock::default(), ScopeId(1), 50).unwrap();
    });
    for (plan, statement) in plans.iter().filter(|(_, statement)| statement.contains("`order_ring`")) {
        assert!(plan.iter().any(|line| line.contains(STANDING)), "{statement}\n{plan:#?}");
    }
    assert_eq!(plans.iter().filter(|(_, statement)| statement.contains("`order_ring`")).count(), 2);
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::*;
    use diesel::connection::SimpleConnection;
    use persistence::pg;

    #[test]
    fn postgres_lists_read_index_ranges() {
        let database = filled(Backend::Postgres);
        let mut conn = persistence::engine::database::pg::connect(&database.url()).unwrap();
        // as if the tables were large: a few rows of an index are read by a bitmap and sorted
        conn.batch_execute("SET enable_bitmapscan = off; SET enable_seqscan = off").unwrap();
        for Case { name, filter, index } in cases() {
            for (plan, statement) in explained!(&mut conn, pg::q, &filter, plan) {
                let keys = statement.contains("FROM \"order_area\"") && statement.contains("ORDER BY");
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

    #[test]
    fn postgres_a_longer_page_takes_no_more_statements() {
        let database = filled(Backend::Postgres);
        harness::fixture::run(&database, POOLED).unwrap();
        let mut conn = persistence::engine::database::pg::connect(&database.url()).unwrap();
        for limit in [20, 100] {
            let filter =
                ListFilter { sources: vec![Source::Area(AreaId(COUNTY))], limit, ..ListFilter::default() };
            let plans = explained!(&mut conn, pg::q, &filter, plan);
            assert_eq!(plans.len(), PAGE_STATEMENTS, "{plans:#?}");
        }
    }

    /// Also by a plan that is made once for all parameters, which may use what a statement says and not what is bound to it.
    #[test]
    fn postgres_reads_offers_from_those_that_stand() {
        let database = filled(Backend::Postgres);
        let mut conn = persistence::engine::database::pg::connect_by_keys(&database.url()).unwrap();
        let plans = recorded!(&mut conn, generic_plan, |c| {
            pg::q::order::offers::standing::offers(
                c,
                &Clock::default(),
                AccountId(1),
                Some((Ts(far()), OrderId(1))),
                20,
            )
            .unwrap();
            pg::q::order::offers::standing::in_scope(c, &Clock::default(), ScopeId(1), 50).unwrap();
        });
        let of_rings = plans.iter().filter(|(_, statement)| statement.contains("\"order_ring\""));
        let read = |plan: &[String]| plan.iter().any(|line| line.contains(STANDING));
        assert!(of_rings.clone().all(|(plan, _)| read(plan)), "{plans:#?}");
        assert_eq!(of_rings.count(), 2);
    }

    /// Offers that stand and were told to nobody yet.
    const UNTOLD: &str = "UPDATE orders SET status = 'pooled' WHERE id % 500 = 0; \
        UPDATE order_ring SET told = FALSE WHERE live; \
        INSERT INTO outbox (order_id, version, attempt, kind, at) \
        SELECT id, version, attempt, 'dispatched', updated_at FROM orders WHERE id % 500 = 0";

    /// Whatever changes rows in a pass is parsed once a connection, though Diesel would have it parsed each time.
    #[test]
    fn postgres_prepares_what_a_pass_changes() {
        let database = filled(Backend::Postgres);
        let mut conn = persistence::engine::database::pg::connect_by_keys(&database.url()).unwrap();
        conn.batch_execute(UNTOLD).unwrap();
        let ran = recorded!(&mut conn, prepared, |c| {
            c.transaction(|c| pg::q::news::sequencer::pass(c, &Clock::default())).unwrap();
        });
        for change in ["DELETE FROM \"outbox\"", "UPDATE \"order_ring\"", "UPDATE \"scope\""] {
            let mut of = ran.iter().filter(|(_, statement)| statement.starts_with(change)).peekable();
            assert!(of.peek().is_some(), "{change}: {ran:#?}");
            assert!(of.all(|(prepared, _)| *prepared), "{change}: {ran:#?}");
        }
    }

    /// Whether a recorded statement is kept by the connection.
    fn prepared(conn: &mut persistence::engine::database::pg::Conn, recorded: &str) -> bool {
        let (statement, _) = recorded.rsplit_once(" -- binds: ").unwrap_or((recorded, ""));
        let kept = "SELECT statement FROM pg_prepared_statements";
        let kept: Vec<String> = sql::<Text>(kept).load(conn).unwrap();
        kept.iter().any(|text| text == statement)
    }

    /// The plan of a recorded statement for whatever its parameters may be.
    fn generic_plan(conn: &mut persistence::engine::database::pg::Conn, recorded: &str) -> Vec<String> {
        let (statement, binds) = recorded.rsplit_once(" -- binds: ").unwrap();
        conn.batch_execute(&format!("DEALLOCATE ALL; PREPARE asked AS {statement}")).unwrap();
        sql::<Text>(&format!("EXPLAIN EXECUTE asked ({})", values(binds).join(", "))).load(conn).unwrap()
    }

    /// The plan of a recorded statement: its parameters are written into it.
    fn plan(conn: &mut persistence::engine::database::pg::Conn, recorded: &str) -> Vec<String> {
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
            None => format!("'{}'", bare.trim_matches('"').replace(r"\\", r"\")),
        }
    }
}
