//! Housekeeping: far more rows than one statement should remove, a few at a time; and one kind that cannot be swept.

use api::server::jobs::broom::sweep;
use api::server::jobs::left::Left;
use chrono::TimeDelta;
use harness::app::App;
use harness::both;
use harness::database::Backend;
use harness::fixture::{self, UNCHECKED, numbers};
use harness::play::Cast;
use harness::wait::eventually;
use persistence::engine::swept::{BATCH, Swept};
use persistence::operations::sweep::Kept;
use std::time::{Duration, Instant};

/// Rows past their time.
const OLD: usize = 200_000;

/// Words of this database: an instant eight days ago, `i` microseconds later; a number as text.
fn old(app: &App) -> &'static str {
    match app.backend {
        Backend::Sqlite => "CAST(unixepoch('subsec') * 1000000 AS INTEGER) - 8 * 86400000000 + i",
        #[cfg(feature = "postgres")]
        Backend::Postgres => "now() - interval '8 days' + interval '1 microsecond' * i",
    }
}

fn run(app: &App, sql: &str) {
    fixture::run(app.database(), sql).unwrap();
}

fn count(app: &App, table: &str) -> i64 {
    numbers(app.database(), &format!("SELECT count(*) AS n FROM {table}")).unwrap()[0]
}

/// `OLD` notifications of a scope that nobody listens to, and as many stored answers.
fn grow_old(app: &App, order: &str) {
    let at = old(app);
    let rows = format!("WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < {OLD})");
    run(
        app,
        &format!(
            "INSERT INTO scope (id,kind,ref_id,seq,seq_at,pushed_seq) SELECT 900000,'area',900000,{OLD},{at},{OLD} \
               FROM (SELECT 1 AS i) one;
             {rows} INSERT INTO notification (scope_id,seq,order_id,version,kind,at) \
               SELECT 900000,i,{order},1,'changed',{at} FROM k;
             {rows} INSERT INTO idempotency (account_id,route,key,body_hash,status,response,created_at) \
               SELECT 1,'r','k' || i,'',200,'{{}}',{at} FROM k;"
        ),
    );
}

both!(what_is_past_its_time_goes_a_batch_at_a_time, async |app| {
    let cast = Cast::of(app);
    let (order, _) = cast.pooled(UNCHECKED).await;
    app.settled().await.unwrap();
    let (fresh, kept) = (count(app, "notification"), count(app, "idempotency"));
    grow_old(app, &order);
    let before = app.state.clock.now() - Kept::Notifications.how_long();
    let first = app.state.store.sweep(Kept::Notifications, before).await.unwrap();
    assert_eq!(first, Swept { rows: BATCH, more: true });
    let lowest = "SELECT MIN(seq) AS n FROM notification WHERE scope_id = 900000";
    assert_eq!(numbers(app.database(), lowest).unwrap(), [1 + i64::try_from(BATCH).unwrap()]);

    // people go on placing orders beside it
    let since = Instant::now();
    let swept = async {
        let mut runs = 1;
        while sweep(&app.state).await != Left::Nothing {
            runs += 1;
            assert!(since.elapsed() < Duration::from_secs(120), "{runs} runs");
        }
    };
    let placed = async {
        let mut slowest = Duration::ZERO;
        for _ in 0..20 {
            let since = Instant::now();
            cast.placed(UNCHECKED).await;
            slowest = slowest.max(since.elapsed());
        }
        slowest
    };
    let ((), slowest) = tokio::join!(swept, placed);
    assert!(slowest < Duration::from_secs(2), "an order waited {slowest:?} for the sweep");
    app.settled().await.unwrap();
    assert_eq!(count(app, "notification WHERE scope_id = 900000"), 0);
    assert_eq!(count(app, "idempotency WHERE route = 'r'"), 0);
    assert!(count(app, "notification") >= fresh && count(app, "idempotency") > kept, "what is fresh stays");
    let metrics = reqwest::get(format!("{}/metrics", app.base)).await.unwrap().text().await.unwrap();
    // the first batch was the test's own
    let line = format!("diandan_swept_rows_total{{what=\"notifications\"}} {}\n", OLD - BATCH);
    assert!(metrics.contains(&line), "{metrics}");
});

/// SQL that makes removing a stored answer fail, and that lets it go again.
fn stubborn(app: &App) -> [&'static str; 2] {
    match app.backend {
        Backend::Sqlite => [
            "CREATE TRIGGER stubborn BEFORE DELETE ON idempotency BEGIN SELECT RAISE(ABORT, 'on purpose'); END",
            "DROP TRIGGER stubborn",
        ],
        #[cfg(feature = "postgres")]
        Backend::Postgres => [
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'on purpose'; END $$; \
             CREATE TRIGGER stubborn BEFORE DELETE ON idempotency FOR EACH ROW EXECUTE FUNCTION refuse()",
            "DROP TRIGGER stubborn ON idempotency; DROP FUNCTION refuse()",
        ],
    }
}

both!(what_cannot_be_swept_stops_nothing_else, async |app| {
    let cast = Cast::of(app);
    cast.fed_back(UNCHECKED).await;
    app.settled().await.unwrap();
    let [refuse, allow] = stubborn(app);
    run(app, refuse);
    let last =
        numbers(app.database(), "SELECT CAST(MAX(version) AS BIGINT) AS n FROM notification").unwrap()[0];
    // a month later everything is old: answers, notifications; what happens then (a silence that closes) is not
    app.state.clock.advance(TimeDelta::days(40));
    assert_eq!(sweep(&app.state).await, Left::Failed);
    assert_eq!(count(app, &format!("notification WHERE version <= {last}")), 0);
    assert!(count(app, "idempotency") > 0);
    let metrics = async || reqwest::get(format!("{}/metrics", app.base)).await.unwrap().text().await.unwrap();
    let told = metrics().await;
    assert!(told.contains("diandan_sweep_failures_total{what=\"answers\"} 1\n"), "{told}");
    assert!(!told.contains("diandan_swept_rows_total{what=\"notifications\"} 0\n"), "{told}");
    run(app, allow);
    assert_eq!(sweep(&app.state).await, Left::Nothing);
    assert_eq!(count(app, "idempotency"), 0);
    let told = metrics().await;
    assert!(!told.contains("diandan_swept_rows_total{what=\"answers\"} 0\n"), "{told}");
});

both!(log_ins_that_are_over_are_swept_and_others_stay, async |app| {
    let f = app.fixture;
    let at = old(app);
    // first who stays: SQLite gives a number that was swept away again
    let here = app.client(f.worker);
    let over = format!(
        "INSERT INTO session (account_id,counter,created_at,expires_at) SELECT {},1,{at},{at} \
         FROM (SELECT 0 AS i) one RETURNING id AS n",
        f.worker
    );
    let over = numbers(app.database(), &over).unwrap()[0];
    // the server's own first run may be under way, and one sweeps at a time
    eventually(Duration::from_secs(10), "the log-in that is over to be swept", async || {
        let left = sweep(&app.state).await;
        match (left, count(app, &format!("session WHERE id = {over}"))) {
            (Left::Nothing, 0) => Ok(()),
            (left, n) => Err(format!("{left:?}, {n} of it")),
        }
    })
    .await
    .unwrap();
    assert_eq!(here.get("/me").await.status, 200);
});
