//! An account that is shut out while much is in its hands, the server dies over it, or another replica has its socket.

use crate::faults::replicas::{PROMPT, Replicas, fell};
use crate::order::claims::stage::offered;
use futures_util::{StreamExt, stream};
use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::client::remote::{client, store};
use harness::database::{Backend, Database};
use harness::fixture::{self, AUTOMATIC, GRID, UNCHECKED, numbers};
use harness::servers::diandan::Diandan;
use harness::wait::eventually;
use serde_json::json;
use std::time::{Duration, Instant};

/// More than are looked at in two steps.
const MANY: usize = 1_000;
const AT_ONCE: usize = 16;

fn live_claims(database: &Database, account: i64) -> i64 {
    let query =
        format!("SELECT count(*) AS n FROM claim WHERE account_id = {account} AND released_at IS NULL");
    numbers(database, &query).unwrap()[0]
}

async fn none_held(database: &Database, account: i64, within: Duration) {
    eventually(within, "everything to be back", async || match live_claims(database, account) {
        0 => Ok(()),
        n => Err(format!("{n} are held")),
    })
    .await
    .unwrap();
}

async fn take(resident: &Client, worker: &Client) {
    let place =
        json!({"serviceItemId": AUTOMATIC.to_string(), "areaId": GRID.to_string(), "title": "上门量血压"});
    let placed = resident.post("/orders", place).await;
    let id = placed.ok()["id"].as_str().unwrap().to_owned();
    worker.claim(&id, 1).await.ok();
}

both!(a_thousand_orders_are_back_within_seconds, async |app: &App| {
    let f = app.fixture;
    let (resident, worker) = (app.client(f.resident), app.client(f.worker));
    stream::iter(0..MANY).for_each_concurrent(AT_ONCE, |_| take(&resident, &worker)).await;
    assert_eq!(live_claims(app.database(), f.worker), i64::try_from(MANY).unwrap());
    let since = Instant::now();
    app.client(f.admin).post(&format!("/accounts/{}/disable", f.worker), json!({})).await.ok();
    worker.get("/me").await.refused(401, "SESSION_REVOKED");
    assert!(
        since.elapsed() < Duration::from_secs(15),
        "the answer waits for some of it: {:?}",
        since.elapsed()
    );
    none_held(app.database(), f.worker, Duration::from_secs(90)).await;
    let returned = numbers(
        app.database(),
        "SELECT count(*) AS n FROM order_event WHERE kind = 'released' AND actor_id IS NULL \
         UNION ALL SELECT count(*) AS n FROM orders WHERE status = 'pooled' AND attempt = 2",
    );
    assert_eq!(returned.unwrap(), [1_000, 1_000], "each once");
});

/// A server that dies when the account is disabled and nothing is returned yet, and another one after it.
async fn resumed(database: &Database) {
    let f = fixture::plant(database).unwrap();
    let (url, folder) = (database.url(), database.data_dir().unwrap());
    let server = async |points: &str| {
        let env = [
            ("DIANDAN_DATABASE_URL", url.as_str()),
            ("DIANDAN_DATA_DIR", folder.to_str().unwrap()),
            ("FAILPOINTS", points),
        ];
        Diandan::start_api(&env).await.unwrap()
    };
    let mut falling = server("shut.out=return(kill)").await;
    let at = |server: &Diandan, account: i64| client(database, server.base_url(), account).unwrap();
    let (resident, dispatcher) = (at(&falling, f.resident), at(&falling, f.dispatcher));
    let order = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
    let worker = at(&falling, f.worker);
    worker.claim(&order.id, order.attempt).await.ok();
    let cut =
        at(&falling, f.admin).try_post(&format!("/accounts/{}/disable", f.worker), "k", &json!({})).await;
    assert!(cut.is_err(), "{cut:?}");
    fell(&mut falling).await;
    assert_eq!(live_claims(database, f.worker), 1, "nothing is returned yet");
    let mut standing = server("").await;
    none_held(database, f.worker, PROMPT * 2).await;
    worker.at(standing.base_url()).get("/me").await.refused(401, "SESSION_REVOKED");
    let seen = at(&standing, f.dispatcher).get(&format!("/orders/{}", order.id)).await;
    assert_eq!(seen.ok()["status"], "pooled");
    at(&standing, f.second_worker).claim(&order.id, order.attempt + 1).await.ok();
    standing.kill9().unwrap();
    harness::database::audit::sound(&store(database).unwrap(), database).await.unwrap();
}

#[tokio::test]
async fn a_server_that_dies_over_it_leaves_it_to_the_next_on_sqlite() {
    resumed(&Backend::Sqlite.database().unwrap()).await;
}

#[tokio::test]
async fn a_server_that_dies_over_it_leaves_it_to_the_next_on_postgres() {
    resumed(&Backend::Postgres.database().unwrap()).await;
}

#[tokio::test]
async fn the_other_replica_ends_session_and_socket_within_a_second() {
    let replicas = Replicas::start().await;
    let other = replicas.armed("").await;
    let f = replicas.fixture;
    let (resident, dispatcher) = (replicas.here(f.resident), replicas.here(f.dispatcher));
    let order = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
    let worker = replicas.at(&other, f.worker);
    worker.claim(&order.id, order.attempt).await.ok();
    let mut socket = replicas.socket(&other, f.worker).await;
    // told of everything, so that it waits
    let first = worker.get("/inbox").await;
    let (waiting, cursor) = (worker.clone(), first.ok()["cursor"].as_str().unwrap().to_owned());
    let poll =
        tokio::spawn(async move { waiting.get(&format!("/inbox?cursor={cursor}&wait=25")).await.status });
    worker.get("/me").await.ok();
    let since = Instant::now();
    let disable = format!("/accounts/{}/disable", f.worker);
    replicas.here(f.admin).post(&disable, json!({})).await.ok();
    assert_eq!(socket.closed().await, 4401);
    eventually(PROMPT, "the token to be refused", async || match worker.get("/me").await.status {
        401 => Ok(()),
        status => Err(status.to_string()),
    })
    .await
    .unwrap();
    assert!(since.elapsed() < PROMPT, "{:?}", since.elapsed());
    // what was told within the 250 ms may have answered it before; there is no next one
    let answered = poll.await.unwrap();
    assert!(matches!(answered, 200 | 401), "{answered}");
    worker.get("/inbox").await.refused(401, "SESSION_REVOKED");
    assert_eq!(live_claims(&replicas.database, f.worker), 0);
    replicas.sound().await;
}
