//! Replicas whose clocks are an hour off: deadlines, claims and what clients are told go by the database's clock.

use crate::faults::replicas::{PROMPT, Replicas};
use crate::order::claims::stage::{accepted, count, events};
use api::config::AuthConfig;
use api::identity::token::{Access, Tokens};
use domain::AccountId;
use harness::client::Client;
use harness::client::live::Socket;
use harness::fixture::{self, OTHER_GRID, ROOF, UNCHECKED};
use harness::servers::diandan::Diandan;
use persistence::Clock;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const LIMIT_MS: i64 = 10 * 60 * 1000;

/// Signed in for longer than the clocks are apart: that much of a log-in is each replica's own affair.
fn client(replicas: &Replicas, server: &Diandan, account: i64) -> Client {
    let session = fixture::session(&replicas.database, account).unwrap();
    let tokens = Tokens::new(&AuthConfig { access_minutes: 180, ..AuthConfig::default() }).unwrap();
    let token =
        tokens.access(Access { account: AccountId(account), session }, Clock::default().now()).unwrap();
    let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).no_proxy().build().unwrap();
    Client::new(http, server.base_url(), Some(token))
}

async fn socket(of: &Client) -> Socket {
    let mut socket = of.socket().await;
    socket.hello(&json!({})).await;
    socket
}

/// Nearly all of the ten minutes are left.
fn whole(left_ms: &Value) {
    let left = left_ms.as_i64().unwrap();
    assert!((LIMIT_MS - 60_000..=LIMIT_MS).contains(&left), "{left}");
}

#[tokio::test]
async fn an_hour_off_changes_nothing() {
    let replicas = Replicas::start().await;
    let f = replicas.fixture;
    let (fast, slow) =
        tokio::join!(replicas.armed("clock.wall=return(3600)"), replicas.armed("clock.wall=return(-3600)"));
    let servers = [&fast, &slow, &replicas.standing];
    let at = |server, account| client(&replicas, server, account);
    let mut sockets = Vec::new();
    let mut wider = Vec::new();
    for server in servers {
        sockets.push(socket(&at(server, f.worker)).await);
        wider.push(socket(&at(server, f.other_worker)).await);
    }
    for (n, server) in servers.into_iter().enumerate() {
        let (resident, dispatcher) = (at(server, f.resident), at(server, f.dispatcher));
        let id = accepted(&resident, &dispatcher, ROOF).await;
        let attempt = dispatcher.command(&id, "dispatch", json!({})).await.ok()["attempt"].as_i64().unwrap();
        for socket in &mut sockets {
            whole(&socket.until("offer", |m| m["order"] == id.as_str()).await["leftMs"]);
        }
        for server in servers {
            let mut late = socket(&at(server, f.second_worker)).await;
            let snap =
                late.until("snap", |m| m["open"].as_array().is_some_and(|open| !open.is_empty())).await;
            let offer =
                snap["open"].as_array().unwrap().iter().find(|o| o["order"] == id.as_str()).unwrap().clone();
            whole(&offer["leftMs"]);
        }
        // won at another one
        at(servers[(n + 1) % 3], f.worker).claim(&id, attempt).await.ok();
        for table in ["orders o WHERE o.id", "claim k WHERE k.order_id", "order_event e WHERE e.order_id"] {
            let column = if table.starts_with("orders") { "updated_at" } else { "at" };
            let off = format!("{table} = {id} AND abs(extract(epoch FROM now() - {column})) > 60");
            assert_eq!(count(&replicas.database, &off), 0, "{table}");
        }
        assert_eq!(events(&replicas.database, id.parse().unwrap(), "widened"), 0);
    }
    // neither early nor late
    let (resident, dispatcher) = (at(&slow, f.resident), at(&fast, f.dispatcher));
    let id = accepted(&resident, &dispatcher, UNCHECKED).await;
    let ring = json!({"scopes": [{"kind": "area", "id": OTHER_GRID.to_string()}], "afterS": 2});
    let before = Instant::now();
    dispatcher.command(&id, "dispatch", json!({"rings": [ring]})).await.ok();
    for socket in &mut wider {
        socket.until("offer", |m| m["order"] == id.as_str()).await;
    }
    let waited = before.elapsed();
    assert!(waited >= Duration::from_secs(2) && waited < Duration::from_secs(2) + PROMPT, "{waited:?}");
    assert_eq!(events(&replicas.database, id.parse().unwrap(), "widened"), 1);
    replicas.sound().await;
}
