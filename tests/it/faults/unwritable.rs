//! A database that is read and not written serves nobody: readiness says so, and why.

use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::database::Backend;
use harness::fixture::{self, UNCHECKED};
use harness::play::{Cast, order};
use harness::wait::eventually;
use serde_json::Value;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

async fn readiness(app: &App) -> (u16, Value) {
    let answer = reqwest::get(format!("{}/health/ready", app.base)).await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Readiness says this of the database; meanwhile somebody goes on trying to place orders.
async fn said(app: &App, resident: &Client, status: u16, reason: &str) {
    eventually(PATIENCE, reason, async || {
        resident.post("/orders", order(UNCHECKED)).await;
        let (code, body) = readiness(app).await;
        let why = body["checks"]["database"]["reason"].as_str().unwrap_or_default();
        if code == status && why.starts_with(reason) { Ok(()) } else { Err(format!("{code} {body}")) }
    })
    .await
    .unwrap();
}

/// SQL that makes inserting an order fail as a full disk does, and that lets it go again.
fn full(app: &App) -> [&'static str; 2] {
    match app.backend {
        Backend::Sqlite => [
            "CREATE TRIGGER full_disk BEFORE INSERT ON orders BEGIN SELECT RAISE(ABORT, 'no space left'); END",
            "DROP TRIGGER full_disk",
        ],
        #[cfg(feature = "postgres")]
        Backend::Postgres => [
            "CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
               RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$; \
             CREATE TRIGGER full_disk BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION no_space()",
            "DROP TRIGGER full_disk ON orders; DROP FUNCTION no_space()",
        ],
    }
}

both!(a_database_that_refuses_what_is_written_is_told, async |app| {
    let cast = Cast::of(app);
    cast.placed(UNCHECKED).await;
    assert_eq!(readiness(app).await.0, 200);
    let [refuse, allow] = full(app);
    fixture::run(app.database(), refuse).unwrap();
    cast.resident.post("/orders", order(UNCHECKED)).await.refused(503, "UNAVAILABLE");
    said(app, &cast.resident, 503, "refuses what is written").await;
    cast.resident.get("/orders").await.ok();
    fixture::run(app.database(), allow).unwrap();
    said(app, &cast.resident, 200, "").await;
    cast.placed(UNCHECKED).await;
});

/// Nobody writes, and it is found all the same.
#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_database_that_takes_reads_only_is_told_and_every_connection_looks_for_the_primary() {
    use futures_util::future::join_all;
    use harness::database::Database;
    use harness::fixture::numbers_at;
    use harness::servers::diandan::command;
    use harness::servers::postgres::{Durability, Postgres};
    use persistence::news::queue::memory::Memory;
    use std::collections::BTreeSet;
    use std::sync::Arc;

    let mut postgres = Postgres::start(Durability::Fast).unwrap();
    let database = Arc::new(Database::on(&postgres).unwrap());
    let fixture = fixture::plant(&database).unwrap();
    let app = App::join(&database, fixture, Box::new(Memory::default())).await.unwrap();
    let (resident, admin) = (app.client(fixture.resident), postgres.url("postgres"));
    assert_eq!(readiness(&app).await.0, 200);
    let backends = || -> BTreeSet<i64> {
        let mine = "SELECT CAST(pid AS BIGINT) AS n FROM pg_stat_activity WHERE datname = 'diandan' \
            AND application_name = 'diandan' AND pid <> pg_backend_pid()";
        numbers_at(&admin, mine).unwrap().into_iter().collect()
    };
    let tell = |statement: &str| {
        fixture::run_at(&admin, statement).unwrap();
        fixture::run_at(&admin, "SELECT pg_reload_conf()").unwrap();
    };
    tell("ALTER SYSTEM SET default_transaction_read_only = on");
    let before = backends();
    assert!(!before.is_empty());
    eventually(PATIENCE, "readiness to say so", async || {
        let (code, body) = readiness(&app).await;
        let why = body["checks"]["database"]["reason"].as_str().unwrap_or_default();
        if code == 503 && why.starts_with("takes reads only") {
            Ok(())
        } else {
            Err(format!("{code} {body}"))
        }
    })
    .await
    .unwrap();
    resident.post("/orders", order(UNCHECKED)).await.refused(503, "UNAVAILABLE");
    resident.get("/orders").await.ok();
    eventually(PATIENCE, "connections to be made anew", async || {
        join_all((0..20).map(|_| resident.get("/orders"))).await;
        let left: Vec<i64> = backends().intersection(&before).copied().collect();
        if left.is_empty() { Ok(()) } else { Err(format!("{left:?} of {before:?}")) }
    })
    .await
    .unwrap();
    let checked =
        command(&[("DIANDAN_DATABASE_URL", &database.url())]).unwrap().arg("check").output().unwrap();
    let told = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(!checked.status.success() && told.contains("FAILED  database: it takes reads only"), "{told}");
    tell("ALTER SYSTEM RESET default_transaction_read_only");
    said(&app, &resident, 200, "").await;
    app.finish().await.unwrap();
    drop(database);
    postgres.stop().unwrap();
}

/// A server that was pointed at a standby, or whose primary became one, is of use again once that is promoted.
#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_standby_is_told_and_serves_once_it_is_promoted() {
    use harness::database::Database;
    use harness::servers::postgres::{Durability, Postgres};
    use persistence::news::queue::memory::Memory;
    use std::sync::Arc;

    let mut primary = Postgres::start(Durability::Durable).unwrap();
    let planted = Database::on(&primary).unwrap();
    let fixture = fixture::plant(&planted).unwrap();
    let mut standby = primary.standby().unwrap();
    let database = Arc::new(Database::Elsewhere(standby.url("diandan")));
    let app = App::join(&database, fixture, Box::new(Memory::default())).await.unwrap();
    eventually(PATIENCE, "readiness to say so", async || {
        let (code, body) = readiness(&app).await;
        let why = body["checks"]["database"]["reason"].as_str().unwrap_or_default();
        match code == 503 && why.starts_with("takes reads only") {
            true => Ok(()),
            false => Err(format!("{code} {body}")),
        }
    })
    .await
    .unwrap();
    primary.stop().unwrap();
    fixture::run_at(&standby.url("postgres"), "SELECT pg_promote()").unwrap();
    eventually(PATIENCE, "readiness to see it promoted", async || {
        let (code, body) = readiness(&app).await;
        if code == 200 { Ok(()) } else { Err(format!("{code} {body}")) }
    })
    .await
    .unwrap();
    app.client(fixture.resident).post("/orders", order(UNCHECKED)).await.ok();
    app.finish().await.unwrap();
    drop(database);
    standby.stop().unwrap();
}
