//! The same claim a hundred times, over sockets and HTTP, at two replicas: one claim, a hundred equal answers.

use crate::faults::replicas::Replicas;
use crate::order::claims::stage::{events, holders, offered};
use futures_util::future::join_all;
use harness::client::new_key;
use harness::fixture::UNCHECKED;
use harness::servers::diandan::Diandan;
use serde_json::{Value, json};

/// Of each replica.
const SOCKETS: usize = 5;
/// Over each socket: fewer than may wait at once.
const ASKED: usize = 5;
/// Over HTTP at each replica.
const POSTED: usize = 25;

#[tokio::test]
async fn one_key_a_hundred_times_over_everything_is_one_claim() {
    let replicas = Replicas::start().await;
    let f = replicas.fixture;
    let another = replicas.armed("").await;
    let servers: [&Diandan; 2] = [&replicas.standing, &another];
    let mut sockets = Vec::new();
    for server in servers {
        for _ in 0..SOCKETS {
            sockets.push(replicas.socket(server, f.worker).await);
        }
    }
    let order =
        offered(&replicas.here(f.resident), &replicas.at(&another, f.dispatcher), UNCHECKED, json!({})).await;
    let key = new_key();
    let (path, body) = (format!("/orders/{}/claim", order.id), json!({"attempt": order.attempt}));
    let said = json!({"t": "claim", "order": order.id, "attempt": order.attempt, "key": key});
    let workers = servers.map(|server| replicas.at(server, f.worker));
    let posted = join_all((0..POSTED * 2).map(|n| workers[n % 2].post_keyed(&path, &key, body.clone())));
    let asked = join_all(sockets.iter_mut().map(async |socket| {
        for _ in 0..ASKED {
            socket.say(&said).await;
        }
        let mut results = Vec::new();
        for _ in 0..ASKED {
            results.push(socket.until("result", |m| m["order"] == order.id.as_str()).await);
        }
        results
    }));
    let (posted, asked) = tokio::join!(posted, asked);
    let asked: Vec<Value> = asked.into_iter().flatten().collect();
    assert_eq!(posted.len() + asked.len(), 100);
    for answer in &posted {
        assert_eq!(answer.ok(), posted[0].ok());
    }
    let won = posted[0].ok();
    for result in &asked {
        assert_eq!(
            (&result["r"], &result["slot"], &result["version"]),
            (&json!("won"), &won["slot"], &won["version"])
        );
    }
    assert_eq!(events(&replicas.database, order.key(), "claimed"), 1);
    assert_eq!(holders(&replicas.database, order.key()), [f.worker]);
    replicas.sound().await;
}
