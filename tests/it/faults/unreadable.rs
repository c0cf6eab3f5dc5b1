//! One bad row is one bad row: an order that cannot be read, its event that cannot be told, a word that nobody knows.
//! Everybody else is told and served as if it were not there.

use crate::order::claims::stage::count;
use futures_util::{StreamExt, stream};
use harness::app::App;
use harness::both;
use harness::database::Backend;
use harness::fixture::{self, AUTOMATIC, GRID, ROOF, UNCHECKED, texts};
use harness::play::{Cast, order, view};
use harness::servers::diandan::command;
use harness::wait::eventually;
use persistence::Clock;
use persistence::news::invariants::NONE_STUCK;
use persistence::prove::prove;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Orders placed beside the bad one.
const OTHERS: usize = 1_000;
/// Of them at the same time.
const AT_ONCE: usize = 16;
/// How long anybody's event may wait to be told.
const PROMPT: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(10);

/// A document that this binary cannot read; as little of a document as the database takes.
fn garbage(app: &App) -> &'static str {
    match app.backend {
        Backend::Sqlite => "garbage",
        #[cfg(feature = "postgres")]
        Backend::Postgres => "7",
    }
}

/// Damages a document of a row, for as long as a test takes.
struct Damage<'a> {
    app: &'a App,
    table: &'static str,
    column: &'static str,
    key: String,
    was: String,
}

impl<'a> Damage<'a> {
    fn of(app: &'a App, table: &'static str, column: &'static str, key: &str) -> Self {
        let sql = format!("SELECT CAST({column} AS TEXT) AS t FROM {table} WHERE id = {key}");
        let was = texts(app.database(), &sql).unwrap().remove(0);
        let damage = Self { app, table, column, key: key.into(), was };
        damage.write(garbage(app));
        damage
    }

    fn write(&self, text: &str) {
        let Self { app, table, column, key, .. } = self;
        fixture::run(app.database(), &format!("UPDATE {table} SET {column} = '{text}' WHERE id = {key}"))
            .unwrap();
    }

    fn repair(self) {
        self.write(&self.was);
    }
}

async fn readiness(app: &App) -> (u16, Value) {
    let answer = reqwest::get(format!("{}/health/ready", app.base)).await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Readiness counts what is set aside.
async fn set_aside(app: &App, said: &str) {
    eventually(PATIENCE, said, async || {
        let (status, body) = readiness(app).await;
        assert_eq!(status, 200, "{body}");
        let outbox = &body["checks"]["outbox"];
        if outbox["status"] == "degraded" && outbox["reason"].as_str().unwrap_or_default().starts_with(said) {
            Ok(())
        } else {
            Err(format!("{body}"))
        }
    })
    .await
    .unwrap();
}

/// The longest that an event of another order than this waited to be told, until `OTHERS` orders were.
async fn longest_wait(app: &App, bad: &str) -> Duration {
    let oldest = format!("SELECT COALESCE(MIN(id), 0) AS n FROM outbox WHERE order_id <> {bad}");
    let told = "notification n JOIN scope s ON s.id = n.scope_id WHERE s.kind = 'person' AND n.version = 3";
    let (mut longest, mut since) = (Duration::ZERO, (0, Instant::now()));
    eventually(Duration::from_secs(300), "everybody to be told", async || {
        let first = fixture::numbers(app.database(), &oldest).unwrap()[0];
        if first != since.0 {
            since = (first, Instant::now());
        } else if first != 0 {
            longest = longest.max(since.1.elapsed());
        }
        let there = count(app.database(), told);
        if usize::try_from(there).unwrap() > OTHERS { Ok(()) } else { Err(format!("{there} orders")) }
    })
    .await
    .unwrap();
    longest
}

both!(a_thousand_are_told_beside_one_that_cannot_be_read, async |app| {
    let cast = Cast::of(app);
    let (bad, attempt) = cast.pooled(UNCHECKED).await;
    app.settled().await.unwrap();
    let damage = Damage::of(app, "orders", "case_file", &bad);
    // the claim reads no document: it is won, and its event cannot be told
    cast.worker.claim(&bad, attempt).await.ok();
    let placed = stream::iter(0..OTHERS)
        .map(|_| cast.resident.post("/orders", order(AUTOMATIC)))
        .buffer_unordered(AT_ONCE)
        .map(|answer| answer.status)
        .collect::<BTreeSet<u16>>();
    let (statuses, waited) = tokio::join!(placed, longest_wait(app, &bad));
    assert_eq!(statuses, BTreeSet::from([201]));
    assert!(waited < PROMPT, "an event of another order waited {waited:?}");

    set_aside(app, "1 events of 1 orders were set aside").await;
    assert_eq!(cast.dispatcher.get(&format!("/orders/{bad}")).await.status, 500);
    let metrics = reqwest::get(format!("{}/metrics", app.base)).await.unwrap().text().await.unwrap();
    assert!(metrics.contains("diandan_outbox_stuck 1\n"), "{metrics}");
    let found = prove(&app.database().target().unwrap(), &Clock::default()).unwrap().broken;
    assert_eq!(found[&NONE_STUCK].examples, [format!("order {bad}, event 4: unreadable")]);

    damage.repair();
    cast.worker.command(&bad, "contact", json!({})).await.ok();
    set_aside(app, "2 events of 1 orders").await;
    let told = format!(
        "SELECT n.kind || ' ' || n.version AS t FROM notification n JOIN scope s ON s.id = n.scope_id \
         WHERE s.kind = 'person' AND s.ref_id = {} AND n.order_id = {bad} ORDER BY n.seq",
        app.fixture.resident
    );
    let before = ["changed 1", "changed 2", "changed 3"];
    assert_eq!(texts(app.database(), &told).unwrap(), before, "what came later waits behind it");
    let requeued = requeue(app, &["--order", "999999"]);
    assert_eq!(requeued, "put back 0 events of 0 orders\n");
    assert_eq!(requeue(app, &["--order", &bad]), "put back 2 events of 1 orders\n");
    app.settled().await.unwrap();
    eventually(PATIENCE, "both to be told", async || {
        let told = texts(app.database(), &told).unwrap();
        if told.ends_with(&["changed 4".into(), "changed 5".into()]) {
            Ok(())
        } else {
            Err(format!("{told:?}"))
        }
    })
    .await
    .unwrap();
    let (_, body) = readiness(app).await;
    assert_eq!(body["checks"]["outbox"], json!({"status": "ok"}));
    assert_eq!(view(&cast.resident, &bad).await["status"], "in_progress");
});

/// Runs the command beside the server; what it says.
fn requeue(app: &App, more: &[&str]) -> String {
    let data = harness::scratch::folder("requeue").unwrap();
    let url = app.database().url();
    let env = [("DIANDAN_DATABASE_URL", url.as_str()), ("DIANDAN_DATA_DIR", &data.path().to_string_lossy())];
    let output = command(&env).unwrap().arg("requeue").args(more).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

both!(who_reads_many_is_shown_the_others, async |app| {
    let cast = Cast::of(app);
    let mut socket = cast.worker.socket().await;
    socket.hello(&json!({})).await;
    let (bad, _) = cast.pooled(ROOF).await;
    socket.until("offer", |m| m["order"] == bad.as_str()).await;
    let damages = [Damage::of(app, "orders", "clocks", &bad), Damage::of(app, "service_item", "rules", "5")];
    // its state changes beside others': they are told together, or one after the other
    let (good, _) = cast.pooled(ROOF).await;
    socket.until("offer", |m| m["order"] == good.as_str()).await;
    let mut late = cast.second_worker.socket().await;
    late.hello(&json!({})).await;
    let snap = late.until("snap", |m| m["open"].as_array().is_some_and(|open| !open.is_empty())).await;
    let open: Vec<&Value> = snap["open"].as_array().unwrap().iter().map(|offer| &offer["order"]).collect();
    assert_eq!(open, [&json!(good)], "the other is left out");
    let items = cast.resident.get("/service-items").await;
    assert_eq!(
        items.ok()["list"].as_array().unwrap_or(items.ok().as_array().unwrap_or(&Vec::new())).len(),
        4
    );

    let admin = app.client(app.fixture.admin);
    let people = format!("/accounts?areaId={GRID}");
    let before = admin.get(&people).await.ok()["list"].as_array().unwrap().len();
    let role = |word: &str, was: &str| {
        let of = app.fixture.leader;
        let sql =
            format!("UPDATE role_binding SET role = '{word}' WHERE account_id = {of} AND role = '{was}'");
        fixture::run(app.database(), &sql).unwrap();
    };
    role("wizard", "grid_leader");
    assert_eq!(admin.get(&people).await.ok()["list"].as_array().unwrap().len(), before);
    assert_eq!(app.client(app.fixture.leader).get("/me").await.status, 500, "the defect of its holder");
    assert_eq!(app.client(app.fixture.third_worker).get("/me").await.status, 200);
    role("grid_leader", "wizard");
    damages.into_iter().for_each(Damage::repair);
});

// The timer of an order that cannot be read is put off; those of others fire meanwhile.
both!(a_timer_that_cannot_fire_holds_up_no_other, async |app| {
    let cast = Cast::of(app);
    let (bad, _) = cast.pooled(ROOF).await;
    // what happened to it so far is told: unread, it would be set aside
    app.settled().await.unwrap();
    let damage = Damage::of(app, "orders", "case_file", &bad);
    let (good, _) = cast.pooled(ROOF).await;
    app.state.clock.advance(chrono::TimeDelta::minutes(3));
    let widened =
        |id: &str| count(app.database(), &format!("order_event WHERE order_id = {id} AND kind = 'widened'"));
    eventually(PATIENCE, "the other's escalation", async || match widened(&good) {
        0 => Err("not yet"),
        _ => Ok(()),
    })
    .await
    .unwrap();
    let put_off = format!("timer WHERE order_id = {bad} AND kind = 'escalation' AND leased_until > due_at");
    eventually(PATIENCE, "the bad one's to be put off", async || {
        if count(app.database(), &put_off) == 1 { Ok(()) } else { Err("not yet") }
    })
    .await
    .unwrap();
    damage.repair();
    app.state.clock.advance(chrono::TimeDelta::minutes(2));
    eventually(PATIENCE, "its escalation once it can be read", async || match widened(&bad) {
        0 => Err("not yet"),
        _ => Ok(()),
    })
    .await
    .unwrap();
});

/// A row that somebody holds for longer than anybody should: everybody else is told, and its order when it is free.
#[cfg(feature = "postgres")]
#[test]
fn a_row_that_is_held_holds_up_its_own_order_only() {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;
    harness::app::on(Backend::Postgres, async |app| {
        let cast = Cast::of(app);
        let (held, attempt) = cast.pooled(UNCHECKED).await;
        app.settled().await.unwrap();
        // without our limits, as somebody at a terminal
        let mut holder = diesel::PgConnection::establish(&app.database().url()).unwrap();
        let hold = format!("BEGIN; SELECT 1 FROM order_ring WHERE order_id = {held} FOR UPDATE");
        holder.batch_execute(&hold).unwrap();
        let mut socket = cast.worker.socket().await;
        socket.hello(&json!({})).await;
        cast.worker.claim(&held, attempt).await.ok();
        for turn in 0..5 {
            let since = Instant::now();
            let (id, _) = cast.pooled(UNCHECKED).await;
            socket.until("offer", |m| m["order"] == id.as_str()).await;
            // the first one waits until the pass gives up on the whole
            assert!(turn == 0 || since.elapsed() < PROMPT, "{:?}", since.elapsed());
        }
        assert_eq!(count(app.database(), "outbox_stuck"), 0, "it is nobody's defect");
        holder.batch_execute("COMMIT").unwrap();
        socket.until("closed", |m| m["order"] == held.as_str()).await;
    })
    .unwrap();
}
