//! `diandan prove`: sound after a story; each kind of damage is named where it is, and only that.

mod damages;

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
use persistence::order::invariants::READABLE;
use persistence::prove::ledger::Report;
use persistence::prove::prove;
use serde_json::{Value, json};

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
        assert_eq!(broken.keys().collect::<Vec<_>>(), [&READABLE], "{broken:#?}");
        let said =
            named("events of order @p: Error deserializing field 'data': no JSON, at column 1", &names);
        assert!(broken[&READABLE].examples.iter().any(|e| e.contains(&said)), "{broken:#?}");
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
