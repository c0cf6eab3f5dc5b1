//! `diandan prove`: sound after a story; each kind of damage is named where it is, and only that.

use harness::app::App;
use harness::both;
use harness::database::copies::Copies;
use harness::database::target;
use harness::fixture::{self, GRID, ROOF, TWO_SLOTS};
use harness::play::{Cast, person};
use harness::scratch;
use harness::servers::diandan::command;
use persistence::Clock;
use persistence::engine::swept::Swept;
use persistence::operations::sweep::Kept;
use persistence::prove::invariant::Invariant;
use persistence::prove::ledger::Report;
use persistence::prove::prove;
use serde_json::{Value, json};
use std::collections::BTreeSet;

use Invariant::{
    ClaimEnd, ClaimEvents, ClaimedOnce, Escalates, EventSequence, EventTold, Filled, LogTrue, LogWhole,
    NoStrays, NoneStuck, NumberGiven, OfferLive, OfferTold, OrderFold, OrderListed, OrderParties, OrderText,
    PersonOnce, PooledOpen, Pushes, Readable, Receipts, SlotOnce, Timers,
};

/// Damage by SQL that both databases take, all that breaks of it, and what is said of the first.
type Damage = (&'static str, &'static [Invariant], &'static str);

/// `@p` is pooled with nobody on it, `@t` pooled with one of two slots taken, `@c` claimed, `@e` claimed again after a
/// release; `@grid` is the scope of the grid.
const DAMAGES: &[Damage] = &[
    ("UPDATE orders SET status = 'lost' WHERE id = @p", &[Readable, OfferTold], "order @p: "),
    ("UPDATE orders SET limits = '7' WHERE id = @p", &[Readable], "order @p: "),
    ("UPDATE order_event SET kind = 'vanished' WHERE order_id = @p AND seq = 2", &[Readable], "order @p: "),
    (
        "DELETE FROM order_event WHERE order_id = @p AND seq = 2",
        &[EventSequence, OrderFold],
        "order @p: version 3, 2 events, the last is number 3",
    ),
    (
        "UPDATE orders SET attempt = attempt + 1 WHERE id = @e",
        &[OrderFold],
        "order @e: attempt is 3, by its events 2; rings differ",
    ),
    ("UPDATE orders SET priority = 'urgent' WHERE id = @p", &[OrderFold], "order @p: another field differs"),
    ("UPDATE number_sequence SET last = last + 1", &[NumberGiven], "-00007 was given and has no order"),
    ("UPDATE number_sequence SET last = last - 1", &[NumberGiven], "-00006 was not given"),
    ("DELETE FROM number_sequence", &[NumberGiven], "6 of DL-"),
    ("UPDATE orders SET number = 'X' WHERE id = @p", &[NumberGiven], "order @p has the number \"X\""),
    ("DELETE FROM order_text WHERE order_id = @p", &[OrderText], "order @p"),
    (
        "DELETE FROM order_area WHERE order_id = @p AND area_id = 3",
        &[OrderListed],
        "order @p is not listed in area 3",
    ),
    (
        "UPDATE order_area SET open = FALSE WHERE order_id = @p AND area_id = 4",
        &[OrderListed],
        "in area 4 as",
    ),
    (
        "UPDATE order_area SET bucket = 'closed' WHERE order_id = @c AND area_id = 4",
        &[OrderListed],
        "as closed",
    ),
    (
        "UPDATE order_area SET next_due_at = created_at WHERE order_id = @p AND area_id = 4",
        &[OrderListed],
        "in area 4 as",
    ),
    (
        "UPDATE order_area SET asked = 'extend' WHERE order_id = @p AND area_id = 4",
        &[OrderListed],
        "asked: Some(\"extend\")",
    ),
    (
        "INSERT INTO order_area (order_id, area_id, bucket, open, created_at) \
         SELECT order_id, 9, bucket, open, created_at FROM order_area WHERE order_id = @p AND area_id = 3",
        &[OrderListed],
        "order @p is listed in area 9, where it is not",
    ),
    (
        "INSERT INTO order_party (kind, ref_id, part, order_id, created_at) \
         SELECT 'unit', 1, 'handler', order_id, created_at FROM order_area WHERE order_id = @p AND area_id = 3",
        &[OrderParties],
        "order @p: unit 1 is listed as handling it",
    ),
    (
        "INSERT INTO order_past (order_id, kind, ref_id, until_seq, until_at, created_at) \
         SELECT order_id, 'unit', 1, 99, created_at, created_at FROM order_area WHERE order_id = @p AND area_id = 3",
        &[OrderParties],
        "order @p: unit 1 took part up to event 99 of 3",
    ),
    (
        "INSERT INTO claim (order_id,attempt,slot,account_id,at) SELECT 999999,1,1,3,at FROM claim WHERE order_id = @c",
        &[NoStrays],
        "claims of order 999999",
    ),
    (
        "INSERT INTO order_event (order_id,seq,kind,at,data) SELECT 999999,1,kind,at,data FROM order_event \
         WHERE order_id = @c AND seq = 1",
        &[NoStrays],
        "events of order 999999",
    ),
    (
        "UPDATE notification SET order_id = 999999 WHERE scope_id = @grid AND order_id = @p",
        &[NoStrays, LogTrue],
        "of scope @grid, on order 999999",
    ),
    (
        "UPDATE notification SET version = 99 WHERE scope_id = @grid AND order_id = @p",
        &[NoStrays],
        "of scope @grid, on order @p",
    ),
    (
        "INSERT INTO outbox (order_id,version,attempt,kind,at) SELECT id,99,1,'claimed',updated_at FROM orders WHERE id = @p",
        &[NoStrays],
        "of event 99 of order @p",
    ),
    (
        "DROP INDEX claim_slot; INSERT INTO claim (order_id,attempt,slot,account_id,at) \
         SELECT order_id,attempt,slot,5,at FROM claim WHERE order_id = @t",
        &[SlotOnce, ClaimEvents, Filled, OrderFold],
        "order @t: slot 1 is held 2 times",
    ),
    (
        "DROP INDEX claim_person; INSERT INTO claim (order_id,attempt,slot,account_id,at) \
         SELECT order_id,attempt,2,account_id,at FROM claim WHERE order_id = @t",
        &[PersonOnce, ClaimEvents, Filled, OrderFold],
        "order @t: account 3 holds 2 slots",
    ),
    (
        "INSERT INTO order_event (order_id,seq,kind,actor_id,at,data) SELECT order_id,seq + 1,kind,actor_id,at,data \
         FROM order_event WHERE order_id = @c AND kind = 'claimed'; UPDATE orders SET version = version + 1 WHERE id = @c",
        &[ClaimedOnce, ClaimEvents, OrderFold, EventTold],
        "order @c: slot 1 of attempt 1 was won 2 times",
    ),
    (
        "DELETE FROM claim WHERE order_id = @e AND released_at IS NOT NULL",
        &[ClaimEvents],
        "order @e: attempt 1, slot 1, account 3: 0 claims, 1 events",
    ),
    (
        "UPDATE claim SET account_id = 5 WHERE order_id = @e AND released_at IS NOT NULL",
        &[ClaimEvents],
        "account 3: 0 claims, 1 events",
    ),
    ("UPDATE claim SET released_attempt = 1 WHERE order_id = @c", &[ClaimEnd], "order @c: claim "),
    ("UPDATE orders SET filled = 0 WHERE id = @t", &[Filled], "order @t: filled 0, live claims 1"),
    ("UPDATE orders SET lead_id = 5 WHERE id = @c", &[Filled], "order @c: lead Some(5)"),
    (
        "@unchecked UPDATE orders SET filled = slots WHERE id = @p",
        &[PooledOpen, Filled],
        "order @p: pooled with 1 of 1",
    ),
    ("DELETE FROM timer WHERE order_id = @p", &[Escalates, Timers], "order @p: 0 of the three"),
    (
        "INSERT INTO push_job (account_id,scope_id,seq,kind,order_id,version,order_attempt,created_at,state,due_at,attempts) \
         SELECT 3,id,seq + 1,'offer',@p,1,1,seq_at,'waiting',seq_at,0 FROM scope WHERE id = @grid",
        &[Pushes],
        "of scope @grid",
    ),
    ("DELETE FROM timer WHERE order_id = @c", &[Timers], "order @c: runs [], should run [no_contact "),
    (
        "INSERT INTO timer (order_id,kind,attempt,step,due_at) SELECT id,'silence',1,0,updated_at FROM orders WHERE id = @p",
        &[Timers],
        "silence ",
    ),
    (
        "UPDATE order_ring SET live = FALSE WHERE order_id = @p",
        &[OfferLive, LogTrue],
        "order @p, attempt 1, scope @grid",
    ),
    (
        "UPDATE order_ring SET told = FALSE WHERE order_id = @p",
        &[OfferTold, LogTrue],
        "order @p, attempt 1, scope @grid",
    ),
    (
        "UPDATE order_ring SET told = TRUE WHERE order_id = @c",
        &[OfferTold],
        "order @c, attempt 1, scope @grid",
    ),
    (
        "DELETE FROM notification WHERE order_id = @p AND version = 2",
        &[LogWhole, EventTold],
        " is followed by ",
    ),
    ("UPDATE scope SET seq = seq + 1 WHERE id = @grid", &[LogWhole], "scope @grid: the head is "),
    ("UPDATE scope SET seq = seq - 1 WHERE id = @grid", &[LogWhole, Receipts], "scope @grid: the head is "),
    ("DELETE FROM notification WHERE scope_id = @grid", &[LogWhole], ", and none is kept"),
    (
        "UPDATE notification SET kind = 'closed' WHERE order_id = @p AND kind = 'offer'",
        &[LogTrue],
        "scope @grid: the last word on order @p is closed",
    ),
    (
        "UPDATE notification SET kind = 'offer' WHERE order_id = @c AND kind = 'closed'",
        &[LogTrue],
        "scope @grid: the last word on order @c is offer",
    ),
    (
        "UPDATE notification SET version = 1 WHERE order_id = @p AND version = 2",
        &[EventTold],
        "order @p, event 2",
    ),
    (
        "INSERT INTO outbox_stuck (id,order_id,version,attempt,kind,at,tries,error,stuck_at) \
         SELECT 999999,order_id,seq,1,kind,at,3,'unreadable',at FROM order_event WHERE order_id = @p AND seq = 2",
        &[NoneStuck],
        "order @p, event 2: unreadable",
    ),
    (
        "INSERT INTO outbox_stuck (id,order_id,version,attempt,kind,at,tries,error,stuck_at) \
         SELECT 999999,id,99,1,'claimed',updated_at,3,'unreadable',updated_at FROM orders WHERE id = @p",
        &[NoStrays, NoneStuck],
        "of event 99 of order @p",
    ),
    ("UPDATE receipt SET acked = acked + 1", &[Receipts], " of scope @grid"),
    ("UPDATE receipt SET scope_id = 999999", &[Receipts], " of scope 999999"),
];

/// Six orders in different states, everything sequenced, a receipt; and the words that damages name them by.
async fn story(app: &App) -> Vec<(&'static str, String)> {
    let cast = Cast::of(app);
    cast.resolved(ROOF).await;
    let (claimed, attempt) = cast.pooled(ROOF).await;
    // told before it is claimed: one pass over both would tell neither the offer nor its end
    app.settled().await.unwrap();
    cast.worker.claim(&claimed, attempt).await.ok();
    let (taken, attempt) = cast.pooled(TWO_SLOTS).await;
    cast.worker.claim(&taken, attempt).await.ok();
    let (pooled, _) = cast.pooled(ROOF).await;
    cast.assigned(ROOF, person(app.fixture.worker)).await;
    let again = cast.claimed(ROOF).await;
    cast.worker.command(&again, "release", json!({"reason": "cannot_come"})).await.ok();
    cast.second_worker.claim(&again, 2).await.ok();
    app.settled().await.unwrap();
    let grid = format!("SELECT id AS n FROM scope WHERE kind = 'area' AND ref_id = {GRID}");
    let grid = fixture::numbers(app.database(), &grid).unwrap()[0];
    let receipt = format!(
        "INSERT INTO receipt (account_id,scope_id,acked,at) SELECT {},id,seq,seq_at FROM scope WHERE id = {grid}",
        app.fixture.worker
    );
    fixture::run(app.database(), &receipt).unwrap();
    vec![("@grid", grid.to_string()), ("@p", pooled), ("@t", taken), ("@c", claimed), ("@e", again)]
}

fn named(text: &str, names: &[(&'static str, String)]) -> String {
    names.iter().fold(text.to_owned(), |text, (word, key)| text.replace(word, key))
}

fn proof(url: &str) -> Report {
    prove(&target(url).unwrap(), &Clock::default()).unwrap()
}

both!(each_damage_is_named_and_nothing_else, async |app| {
    let mut names = story(app).await;
    names.push((
        "@unchecked",
        match app.backend {
            harness::database::Backend::Sqlite => "PRAGMA ignore_check_constraints=ON;".into(),
            #[cfg(feature = "postgres")]
            harness::database::Backend::Postgres => {
                "ALTER TABLE orders DROP CONSTRAINT orders_check1;".into()
            }
        },
    ));
    let copies = Copies::of(app.database()).unwrap();
    let whole = proof(&copies.fresh().unwrap());
    assert!(whole.is_sound(), "{whole:#?}");
    assert_eq!((whole.counts.numbers, whole.counts.claims_live, whole.counts.claims_ended), (6, 4, 1));
    for (damage, breaks, said) in DAMAGES {
        let (copy, damage, said) = (copies.fresh().unwrap(), named(damage, &names), named(said, &names));
        fixture::run_at(&copy, &damage).unwrap();
        let found = proof(&copy).broken;
        let wanted: BTreeSet<Invariant> = breaks.iter().copied().collect();
        assert_eq!(found.keys().copied().collect::<BTreeSet<_>>(), wanted, "{damage}: {found:#?}");
        let first = &found[&breaks[0]];
        assert!(first.examples.iter().any(|e| e.contains(&said)), "{damage}: {said:?} is not in {first:?}");
    }
});

#[test]
fn every_invariant_has_a_damage() {
    use domain::words::labelled::Labelled;
    let broken: BTreeSet<Invariant> = DAMAGES.iter().flat_map(|(_, breaks, _)| *breaks).copied().collect();
    assert_eq!(broken, Invariant::ALL.iter().copied().collect());
}

/// Runs the command: exit code and standard output.
fn run(url: &str, more: &[&str]) -> (Option<i32>, String) {
    let data = scratch::folder("prove").unwrap();
    let env = [("DIANDAN_DATABASE_URL", url), ("DIANDAN_DATA_DIR", &data.path().to_string_lossy())];
    let output = command(&env).unwrap().arg("prove").args(more).output().unwrap();
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0, "it writes nothing");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

both!(the_page_tells_people_and_programs, async |app| {
    let names = story(app).await;
    // the server goes on meanwhile
    let (code, page) = run(&app.database().url(), &[]);
    assert_eq!(code, Some(0), "{page}");
    for line in ["6 of 6 numbers given", "4 live, 1 ended", "ok      order_fold", "\nsound\n"] {
        assert!(page.contains(line), "{line:?} is not in {page}");
    }
    let (code, json) = run(&app.database().url(), &["--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, &json["sound"]), (Some(0), &json!(true)));
    assert_eq!(json["orders"]["byStatus"], json!({"assigned": 1, "claimed": 2, "pooled": 2, "resolved": 1}));
    assert_eq!(json["outbox"], json!({"rows": 0, "stuck": 0}));

    let copies = Copies::of(app.database()).unwrap();
    let copy = copies.fresh().unwrap();
    fixture::run_at(&copy, &named("UPDATE orders SET filled = 0 WHERE id = @t", &names)).unwrap();
    let (code, page) = run(&copy, &[]);
    assert_eq!(code, Some(1), "{page}");
    let example = named("          order @t: filled 0, live claims 1", &names);
    assert!(page.contains("BROKEN  filled") && page.contains(&example), "{page}");
    let (code, json) = run(&copy, &["--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, &json["sound"]), (Some(1), &json!(false)));
    let broken: Vec<&Value> =
        json["invariants"].as_array().unwrap().iter().filter(|i| i["broken"] != json!(0)).collect();
    assert_eq!((broken.len(), &broken[0]["name"]), (1, &json!("filled")));
});

/// Only SQLite takes it for a document: the order is named, and the proof goes on.
#[test]
fn an_event_that_is_no_document_is_named() {
    let body = async |app: &App| {
        let names = story(app).await;
        let copies = Copies::of(app.database()).unwrap();
        let copy = copies.fresh().unwrap();
        let damage = named("UPDATE order_event SET data = 'garbage' WHERE order_id = @p AND seq = 2", &names);
        fixture::run_at(&copy, &damage).unwrap();
        let broken = proof(&copy).broken;
        assert_eq!(broken.keys().collect::<Vec<_>>(), [&Readable], "{broken:#?}");
        let said =
            named("events of order @p: Error deserializing field 'data': no JSON, at column 1", &names);
        assert!(broken[&Readable].examples.iter().any(|e| e.contains(&said)), "{broken:#?}");
    };
    harness::app::on(harness::database::Backend::Sqlite, body).unwrap();
}

both!(what_waits_in_the_outbox_is_accounted_for, async |app| {
    let names = story(app).await;
    let copies = Copies::of(app.database()).unwrap();
    let copy = copies.fresh().unwrap();
    // as after a crash between commits and their pass
    let undone = "INSERT INTO outbox (order_id,version,attempt,kind,at) \
        SELECT order_id,seq,1,kind,at FROM order_event WHERE order_id = @p AND seq > 1; \
        UPDATE order_ring SET told = FALSE WHERE order_id = @p";
    fixture::run_at(&copy, &named(undone, &names)).unwrap();
    let report = proof(&copy);
    assert_eq!(report.counts.outbox, 2);
    assert!(report.counts.outbox_since.is_some_and(|since| since <= report.at));
    assert!(report.is_sound(), "{report:#?}");
});

both!(a_sweep_leaves_no_hole, async |app| {
    story(app).await;
    // two events that committed in the other order than they began: the later number is the older one
    let (day, now) = match app.backend {
        harness::database::Backend::Sqlite => {
            ("86400000000", "CAST(unixepoch('subsec') * 1000000 AS INTEGER)")
        }
        #[cfg(feature = "postgres")]
        harness::database::Backend::Postgres => ("interval '1 day'", "now()"),
    };
    let grid = format!("(SELECT id FROM scope WHERE kind = 'area' AND ref_id = {GRID})");
    let kept = format!("SELECT seq AS n FROM notification WHERE scope_id = {grid} ORDER BY seq");
    let before = fixture::numbers(app.database(), &kept).unwrap();
    let old = format!(
        "UPDATE notification SET at = {now} - 8 * {day} WHERE scope_id = {grid} AND seq = {}",
        before[1]
    );
    fixture::run(app.database(), &old).unwrap();
    let limit = app.state.clock.now() - chrono::TimeDelta::days(7);
    let swept = app.state.store.sweep(Kept::Notifications, limit).await.unwrap();
    assert_eq!(swept, Swept { rows: 2, more: false }, "and the one before it");
    assert_eq!(fixture::numbers(app.database(), &kept).unwrap(), before[2..]);
});

#[test]
fn what_is_not_there_or_not_migrated_is_no_database() {
    let folder = scratch::folder("nothing").unwrap();
    let url = format!("sqlite:{}", folder.path().join("diandan.db").display());
    assert_eq!(run(&url, &[]).0, Some(1));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
}
