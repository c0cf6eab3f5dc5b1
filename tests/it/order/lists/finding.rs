//! Every filter finds exactly what is there, page by page, however it is found: the pages of each are compared with a plain
//! query, on both databases; and one page never looks at more than a bounded number of orders.

use domain::organisation::Assignee;
use domain::{AccountId, AreaId, ServiceItemId};
use std::collections::BTreeSet;

use domain::order::number::Typed;
use domain::order::{AskKind, Status};
use harness::database::{Backend, Database};
use harness::fixture::{numbers, run};
use harness::seed::{COUNTY, ITEM, RESIDENT, TOWN, worker};
use persistence::engine::database::target::Target;
use persistence::order::listing::{Asked, By, Found, Key, ListFilter, Search, Source};
use persistence::{Clock, sqlite};

use crate::order::lists::plans::filled;

/// A filter, and what it must find: a condition on `orders o` with its words `t`.
struct Case {
    name: &'static str,
    filter: ListFilter,
    finds: &'static str,
}

/// Some leak, some are urgent, some are overdue; none of those that leak was filed by whoever placed it.
const RARE: &str = "UPDATE order_text SET search = '三号楼漏水', filed = FALSE WHERE order_id % 900 = 7; \
    DELETE FROM order_term WHERE order_id % 900 = 7; \
    UPDATE orders SET number = 'DL-261101-00' || (100 + id / 800) WHERE id % 800 = 7 AND id > 2; \
    INSERT INTO number_sequence (prefix, day, last) VALUES ('DL', '261101', 150), ('XA', '261101', 5); \
    UPDATE orders SET priority = 'urgent' WHERE id % 1500 = 3; \
    UPDATE orders SET resolve_due_at = created_at WHERE id % 150 = 5; \
    UPDATE order_area SET due_at = created_at WHERE order_id % 150 = 5 AND open; \
    UPDATE order_area SET next_due_at = created_at WHERE order_id % 2 = 0 AND open; \
    UPDATE order_area SET next_due_at = NULL WHERE order_id % 7 = 0; \
    UPDATE orders SET reporter_id = 1 WHERE id % 900 = 4; \
    UPDATE order_area SET asked = 'extend' WHERE order_id % 300 = 4 AND open; \
    UPDATE order_area SET asked = 'hand_back' WHERE order_id % 300 = 5 AND open; \
    UPDATE orders SET status = 'assigned' WHERE id % 600 = 5 AND status <> 'closed'; \
    UPDATE order_area SET bucket = 'dispatched' WHERE order_id % 600 = 5 AND open; \
    INSERT INTO order_party (kind, ref_id, part, order_id, created_at) SELECT 'person', 3, 'resident', id, created_at \
    FROM orders WHERE id % 800 = 7 AND id > 2 ON CONFLICT DO NOTHING;";

fn cases() -> Vec<Case> {
    let of = |area: i64| ListFilter {
        sources: vec![Source::Area(AreaId(area))],
        limit: 20,
        ..ListFilter::default()
    };
    let titled = |text: &str| ListFilter { search: Some(Search::Title(text.into())), ..of(COUNTY) };
    let number = |typed: &str| ListFilter {
        search: Typed::read(typed).map(|typed| Search::Number { typed, text: "漏水".into() }),
        ..of(COUNTY)
    };
    let own = resident(RESIDENT);
    let case = |name, filter, finds| Case { name, filter, finds };
    let overdue = |area| ListFilter { overdue_at: Some(Clock::default().now()), open_only: true, ..of(area) };
    vec![
        case("everything", of(COUNTY), "TRUE"),
        case("a rare title", titled("漏水"), "t.search LIKE '%漏水%'"),
        case("a title nobody has", titled("水漏"), "FALSE"),
        case("one character", titled("漏"), "t.search LIKE '%漏%'"),
        case("a common title", titled("路灯不亮"), "t.search LIKE '%路灯不亮%'"),
        case("a sign of patterns", titled("%"), "FALSE"),
        case(
            "a common title in a rare state",
            ListFilter { statuses: vec![Status::Disputed], ..titled("路灯") },
            "t.search LIKE '%路灯%' AND o.status = 'disputed'",
        ),
        case("a priority", ListFilter { priority: Some("urgent"), ..of(COUNTY) }, "o.priority = 'urgent'"),
        case("an item", ListFilter { service_item: Some(ServiceItemId(ITEM)), ..of(TOWN) }, "a.area_id = 11"),
        case("a channel", ListFilter { channel: Some("visit"), ..of(COUNTY) }, "FALSE"),
        case("a number", number("DL-261101-00103"), "o.number = 'DL-261101-00103'"),
        case("a part of a number", number("261101-0010"), "o.number LIKE 'DL-261101-0010%'"),
        case("the numbers of a day", number("DL261101"), "o.number LIKE 'DL-261101-%'"),
        case("a number that nobody has", number("DL-261101-00149"), "t.search LIKE '%漏水%'"),
        case("a number of a day without any", number("DL-261102-00001"), "t.search LIKE '%漏水%'"),
        case(
            "a number in another town",
            ListFilter { sources: vec![Source::Area(AreaId(TOWN))], ..number("DL261101") },
            "a.area_id = 11 AND o.number LIKE 'DL-261101-%'",
        ),
        case("a person", ListFilter { assignee: Some(AccountId(worker(0))), ..of(COUNTY) }, "FALSE"),
        case(
            "overdue",
            overdue(COUNTY),
            "o.status <> 'closed' AND o.resolve_due_at < o.created_at + @second",
        ),
        case(
            "what is overdue and urgent",
            ListFilter { priority: Some("urgent"), ..overdue(TOWN) },
            "a.area_id = 11 AND o.status <> 'closed' AND o.resolve_due_at < o.created_at + @second \
             AND o.priority = 'urgent'",
        ),
        case(
            "own ones that leak, or those of a town",
            ListFilter { sources: vec![Source::Area(AreaId(TOWN)), own], ..titled("漏水") },
            "t.search LIKE '%漏水%' AND (a.area_id = 11 OR o.id % 800 = 7)",
        ),
    ]
}

/// Those in order of what is due, and those with a request that waits.
fn work() -> Vec<Case> {
    let of = |area: i64| ListFilter {
        sources: vec![Source::Area(AreaId(area))],
        limit: 20,
        ..ListFilter::default()
    };
    let leaks = ListFilter { search: Some(Search::Title("漏水".into())), ..of(COUNTY) };
    let case = |name, filter, finds| Case { name, filter, finds };
    vec![
        case("what is due", due(of(COUNTY)), DUE),
        case(
            "what is due in two states",
            due(ListFilter { statuses: vec![Status::Disputed, Status::Assigned], ..of(COUNTY) }),
            "o.status IN ('disputed', 'assigned') AND o.status <> 'closed' AND o.id % 7 <> 0",
        ),
        case(
            "what is due and urgent",
            due(ListFilter { priority: Some("urgent"), ..of(COUNTY) }),
            "o.priority = 'urgent' AND o.status <> 'closed' AND o.id % 7 <> 0",
        ),
        case(
            "what is due and leaks",
            due(leaks),
            "t.search LIKE '%漏水%' AND o.status <> 'closed' AND o.id % 7 <> 0",
        ),
        case(
            "own ones that are due, and those of a town",
            due(ListFilter { sources: vec![Source::Area(AreaId(TOWN)), resident(3)], ..of(COUNTY) }),
            "(a.area_id = 11 OR o.id % 800 = 7) AND o.status <> 'closed' AND o.id % 7 <> 0",
        ),
        case("what was asked for", asked(Asked::Any), WAITS),
        case(
            "what was asked to be extended",
            asked(Asked::Of(AskKind::Extend)),
            "o.id % 300 = 4 AND o.id % 900 <> 4 AND o.status <> 'closed'",
        ),
        case(
            "what was asked to be handed back",
            asked(Asked::Of(AskKind::HandBack)),
            "o.id % 600 = 5 AND o.status <> 'closed'",
        ),
        case(
            "what was asked for and is due",
            due(asked(Asked::Any)),
            "o.id % 7 <> 0 AND o.status <> 'closed' AND (o.id % 600 = 5 OR (o.id % 300 = 4 AND o.id % 900 <> 4))",
        ),
    ]
}

/// What has a limit that runs.
const DUE: &str = "o.status <> 'closed' AND o.id % 7 <> 0";
/// What was asked for and waits: of what is to be handed back what nobody acknowledged; of the reader's own ones none.
const WAITS: &str = "o.status <> 'closed' AND (o.id % 600 = 5 OR (o.id % 300 = 4 AND o.id % 900 <> 4))";

fn resident(id: i64) -> Source {
    Source::Party { who: Assignee::Person(AccountId(id)), part: "resident" }
}

fn due(filter: ListFilter) -> ListFilter {
    ListFilter { by: By::Due, ..filter }
}

fn asked(what: Asked) -> ListFilter {
    ListFilter {
        sources: vec![Source::Area(AreaId(COUNTY))],
        asked: Some(what),
        reader: Some(AccountId(1)),
        limit: 20,
        ..ListFilter::default()
    }
}

/// All pages, each checked: in order, no longer than asked, and never without end.
fn walk(filter: &ListFilter, mut page: impl FnMut(&ListFilter) -> Found<Key>) -> Vec<Key> {
    let mut all: Vec<Key> = Vec::new();
    let mut filter = filter.clone();
    for _ in 0..5_000 {
        let found = page(&filter);
        assert!(i64::try_from(found.list.len()).unwrap() <= filter.limit);
        all.extend(&found.list);
        let Some(next) = found.next else { return all };
        assert!(filter.after.is_none_or(|after| if filter.ascending { next > after } else { next < after }));
        filter.after = Some(next);
    }
    panic!("the list does not end");
}

fn prepare(backend: Backend) -> Database {
    let database = filled(backend);
    run(&database, RARE).unwrap();
    database
}

fn check(database: &Database, second: &str, mut page: impl FnMut(&ListFilter) -> Found<Key>) {
    for Case { name, filter, finds } in cases().into_iter().chain(work()) {
        let wanted: BTreeSet<i64> = numbers(
            database,
            &format!(
                "SELECT DISTINCT o.id AS n FROM orders o JOIN order_text t ON t.order_id = o.id \
                 LEFT JOIN order_area a ON a.order_id = o.id AND a.area_id = 11 WHERE {}",
                finds.replace("@second", second)
            ),
        )
        .unwrap()
        .into_iter()
        .collect();
        for (ascending, limit) in [(false, 20), (true, 20), (false, 97)] {
            let all = walk(&ListFilter { ascending, limit, ..filter.clone() }, &mut page);
            let mut sorted = all.clone();
            sorted.sort_unstable();
            if !ascending {
                sorted.reverse();
            }
            assert_eq!(all, sorted, "{name}: in order");
            let found: BTreeSet<i64> = all.iter().map(|key| key.1.0).collect();
            assert_eq!(found.len(), all.len(), "{name}: nothing twice");
            assert_eq!(found, wanted, "{name}: ascending {ascending}, {limit} a page");
        }
    }
}

/// Whoever finds nothing is told where to go on after as many orders as a page may look at.
fn is_bounded(mut page: impl FnMut(&ListFilter) -> Found<Key>) {
    let none = ListFilter {
        sources: vec![Source::Area(AreaId(COUNTY))],
        priority: Some("high"),
        limit: 20,
        ..ListFilter::default()
    };
    let first = page(&none);
    assert!(first.list.is_empty(), "{first:?}");
    let place = first.next.expect("there are more orders than one page looks at");
    let second = page(&ListFilter { after: Some(place), ..none });
    assert!(second.list.is_empty() && second.next.is_none(), "{second:?}");
}

#[test]
fn sqlite_finds_what_is_there() {
    let database = prepare(Backend::Sqlite);
    let Ok(Target::Sqlite { path }) = database.target() else { panic!("no file") };
    let mut conn = persistence::engine::database::sqlite::connect_writer(&path).unwrap();
    assert!(sqlite::q::order::lists::terms::file_more(&mut conn, 100).unwrap() > 3);
    assert_eq!(sqlite::q::order::lists::terms::file_more(&mut conn, 100).unwrap(), 0);
    check(&database, "1", |filter| sqlite::q::order::lists::page(&mut conn, filter).unwrap());
    is_bounded(|filter| sqlite::q::order::lists::page(&mut conn, filter).unwrap());
}

#[cfg(feature = "postgres")]
#[test]
fn postgres_finds_what_is_there() {
    use persistence::pg;
    let database = prepare(Backend::Postgres);
    let mut conn = persistence::engine::database::pg::connect(&database.url()).unwrap();
    assert!(pg::q::order::lists::terms::file_more(&mut conn, 100).unwrap() > 3);
    assert_eq!(pg::q::order::lists::terms::file_more(&mut conn, 100).unwrap(), 0);
    check(&database, "interval '1 second'", |filter| pg::q::order::lists::page(&mut conn, filter).unwrap());
    is_bounded(|filter| pg::q::order::lists::page(&mut conn, filter).unwrap());
}
