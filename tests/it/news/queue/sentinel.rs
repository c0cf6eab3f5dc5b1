//! Redis behind Sentinel: whichever is the primary, nothing is missed, and the servers go on with the new one.

use crate::live::replicas::{pair, ready, told};
use crate::news::queue::{conforms, entry, publish};
use harness::client::Client;
use harness::client::remote::client;
use harness::database::Backend;
use harness::fixture;
use harness::servers::diandan::Diandan;
use harness::servers::redis::Redis;
use harness::servers::redis::sentinel::Sentinel;
use harness::servers::redis::tls::{Authority, Guard};
use harness::wait::eventually;
use persistence::news::queue::Queue;
use persistence::news::queue::redis::{Credentials, Streams};
use serde_json::json;
use std::fs;
use std::net::TcpListener;
use std::time::Duration;

/// Longer than a demoted primary keeps its clients.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until both servers read from here and are well.
async fn served_by(redis: &Redis, servers: &[Diandan; 2]) {
    eventually(PATIENCE, "the servers to read from the new primary", async || {
        let clients: String = redis.ask(&["CLIENT", "LIST"]).await.map_err(|e| format!("{e:#}"))?;
        let readers = clients.lines().filter(|line| line.contains("cmd=xread")).count();
        let mut well = Vec::new();
        for server in servers {
            well.push(ready(server).await["checks"]["queue"]["status"] == "ok");
        }
        if readers == 2 && well == [true; 2] { Ok(()) } else { Err(format!("{well:?}, {clients}")) }
    })
    .await
    .unwrap();
}

/// Tells a worker at the one server of orders at the other before, during and after what `fails` does.
async fn nothing_is_missed(set: &mut Sentinel, fails: impl AsyncFnOnce(&mut Sentinel)) {
    let database = Backend::Postgres.database().unwrap();
    let f = fixture::plant(&database).unwrap();
    let servers = pair(&database, &set.url(&[])).await;
    let at = |n: usize, account: i64| client(&database, servers[n].base_url(), account).unwrap();
    let people: [Client; 2] = [at(1, f.resident), at(1, f.dispatcher)];
    let mut socket = at(0, f.worker).socket().await;
    socket.hello(&json!({})).await;
    told(&people, &mut socket).await;
    served_by(&set.primary, &servers).await;
    fails(set).await;
    told(&people, &mut socket).await;
    set.failed_over().await.unwrap();
    told(&people, &mut socket).await;
    served_by(&set.replica, &servers).await;
    let length = async || set.replica.ask::<u64>(&["XLEN", "dd:bus"]).await.unwrap();
    let before = length().await;
    told(&people, &mut socket).await;
    eventually(PATIENCE, "the new primary to be told", async || match length().await {
        now if now > before => Ok(()),
        now => Err(format!("{now} entries, {before} before")),
    })
    .await
    .unwrap();
    socket.whole();
    let offers = socket.seen.iter().filter(|m| m["t"] == "offer").count();
    assert_eq!(offers, 4, "each once: {:#?}", socket.seen);
}

#[tokio::test]
async fn a_primary_that_dies_is_replaced() {
    let mut set = Sentinel::start().await.unwrap();
    nothing_is_missed(&mut set, async |set| set.primary.kill().unwrap()).await;
}

#[tokio::test]
async fn a_primary_that_steps_down_is_left() {
    let mut set = Sentinel::start().await.unwrap();
    nothing_is_missed(&mut set, async |set| set.fail_over().await.unwrap()).await;
}

#[tokio::test]
async fn a_set_conforms_and_a_silent_sentinel_is_passed_over() {
    let set = Sentinel::start().await.unwrap();
    conforms(&Streams::new(&set.url(&[]), "t1").unwrap()).await;
    // it takes connections, and that is all
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let queue = Streams::new(&set.url(&[silent.local_addr().unwrap()]), "t2").unwrap();
    assert!(queue.publish(&[entry(1, 1)]).await.is_err(), "the silent one is asked first");
    publish(&queue, &[entry(1, 1)]).await;
    assert_eq!(queue.trouble(), None);
}

/// A publisher holds its connection to a primary that steps down: what that refuses goes to the new one, and is not left
/// to those who look into the database.
#[tokio::test]
async fn what_a_demoted_primary_refuses_reaches_the_new_one() {
    let set = Sentinel::start().await.unwrap();
    let queue = Streams::new(&set.url(&[]), "t").unwrap();
    publish(&queue, &[entry(1, 1)]).await;
    set.fail_over().await.unwrap();
    eventually(PATIENCE, "the old primary to be a replica", async || {
        let role = set.primary.ask::<Vec<redis::Value>>(&["ROLE"]).await.map_err(|e| format!("{e:#}"))?;
        let role: String = role.into_iter().next().and_then(|v| redis::from_redis_value(v).ok()).unwrap();
        if role == "slave" { Ok(()) } else { Err(role) }
    })
    .await
    .unwrap();
    let length = async || set.replica.ask::<u64>(&["XLEN", "t:bus"]).await.unwrap();
    let before = length().await;
    queue.publish(&[entry(1, 2)]).await.unwrap();
    assert_eq!(length().await, before + 1);
    assert_eq!(queue.trouble(), None);
}

#[tokio::test]
async fn tls_and_passwords_before_a_set() {
    let guard = Guard {
        authority: Authority::new().unwrap(),
        password: "of-the-servers".into(),
        of_sentinels: "of-the-sentinels".into(),
    };
    let pem = fs::read(guard.authority.file()).unwrap();
    let all = Credentials { ca: Some(&pem), sentinel_password: Some("of-the-sentinels") };
    let set = Sentinel::start_guarded(guard).await.unwrap();
    let known = Streams::with(&set.url(&[]), "t", &all).unwrap();
    conforms(&known).await;
    let without = [
        ("the authority", Credentials { ca: None, ..all }),
        ("the sentinel's password", Credentials { sentinel_password: None, ..all }),
        ("the right one", Credentials { sentinel_password: Some("of-the-servers"), ..all }),
    ];
    for (what, credentials) in without {
        let stranger = Streams::with(&set.url(&[]), "t", &credentials).unwrap();
        assert!(stranger.publish(&[entry(1, 1)]).await.is_err(), "without {what}");
    }
    let stranger = set.url(&[]).replace("of-the-servers", "of-others");
    let stranger = Streams::with(&stranger, "t", &all).unwrap();
    assert!(stranger.publish(&[entry(1, 1)]).await.is_err(), "without the servers' password");
    set.fail_over().await.unwrap();
    publish(&known, &[entry(1, 1)]).await;
    assert_eq!(known.trouble(), None);
}
