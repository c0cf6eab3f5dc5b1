//! PostgreSQL restarts under two replicas with people connected to both.

use crate::faults::replicas::{PROMPT, heard};
use crate::order::claims::stage::{Offered, accepted, events, offered};
use harness::client::live::Socket;
use harness::client::remote::{client, settled, store};
use harness::client::{Client, new_key};
use harness::database::Database;
use harness::fixture::{self, OTHER_GRID, UNCHECKED};
use harness::servers::diandan::Diandan;
use harness::servers::postgres::{Durability, Postgres};
use harness::wait::eventually;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// When the escalation is due, seconds after the dispatch: longer than it takes to stop the database.
const AFTER_S: u64 = 5;

async fn server(database: &Database) -> Diandan {
    let url = database.url();
    Diandan::start_api(&[("DIANDAN_DATABASE_URL", url.as_str()), ("DIANDAN_WORKERS", "1")]).await.unwrap()
}

async fn socket(of: &Client) -> Socket {
    let mut socket = of.socket().await;
    socket.hello(&json!({})).await;
    socket
}

/// It still answers.
async fn is_open(socket: &mut Socket) {
    socket.say(&json!({"t": "ping"})).await;
    socket.until("ping", |_| true).await;
}

fn claim(order: &Offered, key: &str) -> Value {
    json!({"t": "claim", "order": order.id, "attempt": order.attempt, "key": key})
}

#[tokio::test]
async fn claims_are_asked_for_again_and_sockets_stay() {
    let mut postgres = Postgres::start(Durability::Durable).unwrap();
    let database = Database::on(&postgres).unwrap();
    let f = fixture::plant(&database).unwrap();
    let (one, other) = tokio::join!(server(&database), server(&database));
    let at = |server: &Diandan, account| client(&database, server.base_url(), account).unwrap();
    let workers = [at(&one, f.worker), at(&other, f.second_worker)];
    let mut sockets = [socket(&workers[0]).await, socket(&workers[1]).await];
    let mut wider = socket(&at(&other, f.other_worker)).await;
    let (resident, dispatcher) = (at(&one, f.resident), at(&other, f.dispatcher));
    let order = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
    let waiting = accepted(&resident, &dispatcher, UNCHECKED).await;
    settled(&store(&database).unwrap()).await.unwrap();
    for worker in &workers {
        worker.get("/me").await.ok();
    }
    // falls due while the database is away
    let ring = json!({"scopes": [{"kind": "area", "id": OTHER_GRID.to_string()}], "afterS": AFTER_S});
    dispatcher.command(&waiting, "dispatch", json!({"rings": [ring]})).await.ok();
    let dispatched = Instant::now();
    postgres.stop().unwrap();

    let keys = [new_key(), new_key()];
    let path = format!("/orders/{}/claim", order.id);
    let body = json!({"attempt": order.attempt});
    for (n, worker) in workers.iter().enumerate() {
        let answer = worker.post_keyed(&path, &keys[n], body.clone()).await;
        assert_eq!((answer.status, answer.retry_after.is_some()), (503, true), "{answer:?}");
        sockets[n].say(&claim(&order, &keys[n])).await;
        let result = sockets[n].until("result", |m| m["order"] == order.id.as_str()).await;
        assert_eq!(result["r"], "retry", "neither won nor lost");
        is_open(&mut sockets[n]).await;
    }
    eventually(Duration::from_secs(2 * AFTER_S), "the escalation to be overdue", async || {
        if dispatched.elapsed() > Duration::from_secs(AFTER_S) { Ok(()) } else { Err("not yet") }
    })
    .await
    .unwrap();
    is_open(&mut wider).await;
    assert_eq!(heard(&wider, "offer", &waiting), 0);

    let mut postgres = tokio::task::spawn_blocking(move || {
        postgres.start_again().unwrap();
        postgres
    })
    .await
    .unwrap();
    let since = Instant::now();
    wider.until("offer", |m| m["order"] == waiting.as_str()).await;
    assert!(since.elapsed() < PROMPT, "fired and told after {:?}", since.elapsed());
    assert_eq!(events(&database, waiting.parse().unwrap(), "widened"), 1);

    let mut results = Vec::new();
    for n in [0, 1] {
        sockets[n].say(&claim(&order, &keys[n])).await;
        results.push(sockets[n].until("result", |m| m["r"] != "retry").await["r"].clone());
        let over_http = workers[n].post_keyed(&path, &keys[n], body.clone()).await;
        assert_eq!(over_http.status == 200, results[n] == "won", "{over_http:?}");
    }
    assert_eq!(results, ["won", "lost"], "the first who asked");
    assert_eq!(events(&database, order.key(), "claimed"), 1);
    for socket in &mut sockets {
        // it may have come before the answer to the claim
        if heard(socket, "closed", &order.id) == 0 {
            socket.until("closed", |m| m["order"] == order.id.as_str()).await;
        }
        socket.whole();
    }
    let store = store(&database).unwrap();
    settled(&store).await.unwrap();
    harness::database::audit::sound(&store, &database).await.unwrap();
    drop((one, other, store));
    postgres.stop().unwrap();
}
