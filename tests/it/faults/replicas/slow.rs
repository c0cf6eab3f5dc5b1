//! A client that does not read: it alone is made to start over, or is closed. Everybody else is told at once meanwhile.

use crate::faults::replicas::{PROMPT, Replicas};
use futures_util::future::join_all;
use futures_util::{SinkExt, StreamExt};
use harness::client::Client;
use harness::fixture::AUTOMATIC;
use harness::play::{id_of, order};
use harness::wait::eventually;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// A client's `{"t":"ping"}`, as a frame with a mask of zeros.
const PING: &[u8] = b"\x81\x8c\0\0\0\0{\"t\":\"ping\"}";
/// Orders that put whoever does not hear of them too far behind: each is told three times to its inbox.
const ORDERS: usize = 70;

/// A client that opens a socket and then reads only when it is told to.
struct Deaf(WebSocketStream<TcpStream>);

impl Deaf {
    async fn open(base: &str, who: &Client) -> Self {
        let ticket = who.post("/live/ticket", json!({})).await.ok()["ticket"].as_str().unwrap().to_owned();
        let address = base.trim_start_matches("http://");
        let socket = TcpSocket::new_v4().unwrap();
        // little room here: what is not read soon fills up the server's
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = socket.connect(address.parse().unwrap()).await.unwrap();
        let url = format!("ws://{address}/api/v1/live?ticket={ticket}");
        let (stream, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
        let mut deaf = Self(stream);
        deaf.0.send(Message::text(json!({"t": "hello", "v": 1, "cur": {}}).to_string())).await.unwrap();
        loop {
            if deaf.next().await.unwrap()["t"] == "welcome" {
                return deaf;
            }
        }
    }

    /// Asks for more and more without reading it, until the server can neither send nor read.
    async fn stuff(&mut self) {
        let pings = PING.repeat(1000);
        while let Ok(sent) = timeout(Duration::from_secs(1), self.0.get_mut().write_all(&pings)).await {
            sent.unwrap();
        }
    }

    /// The next message; none when the socket was closed.
    async fn next(&mut self) -> Option<Value> {
        loop {
            match timeout(Duration::from_secs(10), self.0.next()).await.expect("a message, or the end") {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }
}

#[tokio::test]
async fn whoever_does_not_read_starts_over_and_nobody_waits_for_it() {
    let replicas = Replicas::start().await;
    let f = replicas.fixture;
    let (base, resident) = (replicas.standing.base_url(), replicas.here(f.resident));
    let mut worker = replicas.socket(&replicas.standing, f.worker).await;
    let mut inbox = replicas.socket(&replicas.standing, f.second_dispatcher).await;
    let mut deaf = Deaf::open(base, &replicas.here(f.dispatcher)).await;
    deaf.stuff().await;
    for _ in 0..ORDERS / 10 {
        let placed = (0..10).map(async |_| id_of(&resident.post("/orders", order(AUTOMATIC)).await));
        let ids = join_all(placed).await;
        let since = Instant::now();
        for id in &ids {
            let told = |m: &Value| m["order"] == id.as_str();
            if worker.seen.iter().all(|m| m["t"] != "offer" || !told(m)) {
                worker.until("offer", told).await;
            }
            let pooled = |m: &Value| told(m) && m["status"] == "pooled";
            if !inbox.seen.iter().any(pooled) {
                inbox.until("order", pooled).await;
            }
        }
        assert!(since.elapsed() < PROMPT, "{:?}", since.elapsed());
    }
    worker.whole();
    inbox.whole();
    // it reads again: from before it stood still, nothing after; then the open orders anew, or the end
    let mut last: BTreeMap<String, i64> = BTreeMap::new();
    let mut told = 0;
    while let Some(message) = deaf.next().await {
        if message["t"] == "snap" {
            break;
        }
        if let (Some(scope), Some(q)) = (message["s"].as_str(), message["q"].as_i64()) {
            let before = last.insert(scope.to_owned(), q);
            assert!(before.is_none_or(|before| before + 1 == q), "a gap: {message}");
            told += 1;
        }
    }
    assert!(told < ORDERS, "it was sent everything all the same: {told}");
    replicas.sound().await;
}

#[tokio::test]
async fn whoever_goes_on_not_reading_is_closed() {
    let replicas = Replicas::start().await;
    let mut deaf = Deaf::open(replicas.standing.base_url(), &replicas.here(replicas.fixture.worker)).await;
    deaf.stuff().await;
    // blocked for ten seconds, and ten more for the farewell
    eventually(Duration::from_secs(40), "the server to close it", async || {
        match deaf.0.get_mut().try_write(b"\0") {
            Err(e) if e.kind() != std::io::ErrorKind::WouldBlock => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
    .await
    .unwrap();
    replicas.sound().await;
}
