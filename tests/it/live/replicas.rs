//! Two server processes, one PostgreSQL, one Redis: whoever is connected to the one hears of what happens at the other,
//! whether Redis is there or not.
#![cfg(feature = "postgres")]

use crate::order::claims::stage::offered;
use harness::client::Client;
use harness::client::remote::client;
use harness::database::{Backend, Database};
use harness::fixture::{self, UNCHECKED};
use harness::servers::diandan::Diandan;
use harness::servers::redis::Redis;
use harness::wait::eventually;
use serde_json::{Value, json};
use std::time::Duration;

pub async fn pair(database: &Database, redis: &str) -> [Diandan; 2] {
    let url = database.url();
    let env =
        [("DIANDAN_DATABASE_URL", url.as_str()), ("DIANDAN_WORKERS", "1"), ("DIANDAN_REDIS_URL", redis)];
    let (one, other) = tokio::join!(Diandan::start_api(&env), Diandan::start_api(&env));
    [one.unwrap(), other.unwrap()]
}

pub async fn ready(server: &Diandan) -> Value {
    let answer = reqwest::get(format!("{}/health/ready", server.base_url())).await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

/// Dispatches at the second server what a worker at the first is told; returns the order.
pub async fn told(people: &[Client; 2], socket: &mut harness::client::live::Socket) -> String {
    let order = offered(&people[0], &people[1], UNCHECKED, json!({})).await;
    socket.until("offer", |m| m["order"] == order.id.as_str()).await;
    order.id
}

#[tokio::test]
async fn redis_fails_in_every_way_and_nothing_is_missed() {
    let database = Backend::Postgres.database().unwrap();
    let f = fixture::plant(&database).unwrap();
    let mut redis = Redis::start().await.unwrap();
    let servers = pair(&database, &redis.url()).await;
    let at = |n: usize, account: i64| client(&database, servers[n].base_url(), account).unwrap();
    let people = [at(1, f.resident), at(1, f.dispatcher)];
    let mut socket = at(0, f.worker).socket().await;
    socket.hello(&json!({})).await;
    told(&people, &mut socket).await;
    assert_eq!(ready(&servers[0]).await["checks"]["queue"]["status"], "ok");

    redis.run(&["FLUSHALL"]).await.unwrap();
    told(&people, &mut socket).await;

    redis.freeze().unwrap();
    told(&people, &mut socket).await;
    eventually(Duration::from_secs(10), "readiness to be degraded", async || {
        let ready = ready(&servers[1]).await;
        match ready["status"] == "degraded" && ready["checks"]["queue"]["status"] != "ok" {
            true => Ok(()),
            false => Err(ready.to_string()),
        }
    })
    .await
    .unwrap();
    redis.thaw().unwrap();

    redis.kill().unwrap();
    told(&people, &mut socket).await;
    redis.restart().await.unwrap();
    told(&people, &mut socket).await;
    eventually(Duration::from_secs(10), "readiness to be whole", async || {
        let ready = ready(&servers[0]).await;
        if ready["checks"]["queue"]["status"] == "ok" { Ok(()) } else { Err(ready.to_string()) }
    })
    .await
    .unwrap();
    socket.whole();
    let offers = socket.seen.iter().filter(|m| m["t"] == "offer").count();
    assert_eq!(offers, 5, "each once: {:#?}", socket.seen);
}

#[tokio::test]
async fn a_claim_at_one_closes_the_offer_at_the_other() {
    let database = Backend::Postgres.database().unwrap();
    let f = fixture::plant(&database).unwrap();
    let redis = Redis::start().await.unwrap();
    let servers = pair(&database, &redis.url()).await;
    let at = |n: usize, account: i64| client(&database, servers[n].base_url(), account).unwrap();
    let mut socket = at(0, f.worker).socket().await;
    socket.hello(&json!({})).await;
    let order = offered(&at(0, f.resident), &at(1, f.dispatcher), UNCHECKED, json!({})).await;
    socket.until("offer", |m| m["order"] == order.id.as_str()).await;
    at(1, f.worker).claim(&order.id, order.attempt).await.ok();
    assert_eq!(socket.until("closed", |m| m["order"] == order.id.as_str()).await["why"], "won");
}

#[tokio::test]
async fn a_server_that_stops_says_so_and_the_other_goes_on_from_the_cursor() {
    let database = Backend::Postgres.database().unwrap();
    let f = fixture::plant(&database).unwrap();
    let mut servers = pair(&database, "").await;
    let worker = f.worker;
    let at = |server: &Diandan, account: i64| client(&database, server.base_url(), account).unwrap();
    let mut socket = at(&servers[0], worker).socket().await;
    socket.hello(&json!({})).await;
    let people = [at(&servers[1], f.resident), at(&servers[1], f.dispatcher)];
    told(&people, &mut socket).await;
    servers[0].terminate().unwrap();
    assert_eq!(socket.closed().await, 1012);
    let order = offered(&people[0], &people[1], UNCHECKED, json!({})).await;
    let mut next = at(&servers[1], worker).socket().await;
    next.hello(&socket.cursor()).await;
    next.until("offer", |m| m["order"] == order.id.as_str()).await;
    assert!(next.seen.iter().all(|m| m["t"] != "snap"), "the cursor is good everywhere: {:#?}", next.seen);
    assert!(servers[0].wait(Duration::from_secs(20)).await.unwrap().success());
}
