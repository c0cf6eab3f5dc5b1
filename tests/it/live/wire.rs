//! A socket byte by byte: what a client or a proxy may do to frames, and what a handshake that fails is answered.

use harness::both;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(10);
const TEXT: u8 = 0x81;
const PART: u8 = 0x01;
const REST: u8 = 0x80;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;
const CLOSE: u8 = 0x88;

/// A connection to the server, and nothing else.
struct Wire(TcpStream);

impl Wire {
    async fn to(base: &str) -> Self {
        let stream = TcpStream::connect(base.trim_start_matches("http://")).await.unwrap();
        // each write is a packet of its own
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Reads the head of an answer.
    async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(timeout(PATIENCE, self.0.read_u8()).await.expect("an answer").unwrap());
        }
        String::from_utf8(head).unwrap().to_ascii_lowercase()
    }

    /// Reads whatever else comes until the server hangs up.
    async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        timeout(PATIENCE, self.0.read_to_end(&mut rest)).await.expect("the server hangs up").unwrap();
        rest
    }

    /// Reads a frame: its first byte, and what it carries.
    async fn frame(&mut self) -> (u8, Vec<u8>) {
        timeout(PATIENCE, async {
            let (kind, length) = (self.0.read_u8().await.unwrap(), self.0.read_u8().await.unwrap());
            let length = if length == 126 { self.0.read_u16().await.unwrap() } else { length.into() };
            let mut carried = vec![0; length.into()];
            self.0.read_exact(&mut carried).await.unwrap();
            (kind, carried)
        })
        .await
        .expect("a frame")
    }

    /// Reads frames up to a message of this kind.
    async fn until(&mut self, kind: &str) -> Value {
        loop {
            let (code, carried) = self.frame().await;
            assert_eq!(code, TEXT, "{}", String::from_utf8_lossy(&carried));
            let message: Value = serde_json::from_slice(&carried).unwrap();
            if message["t"] == kind {
                return message;
            }
        }
    }

    /// Reads frames up to the end, and returns its code.
    async fn ended(&mut self) -> u16 {
        loop {
            let (code, carried) = self.frame().await;
            if code == CLOSE {
                return u16::from_be_bytes([carried[0], carried[1]]);
            }
        }
    }
}

/// A frame as a client sends it, with a mask of zeros.
fn frame(kind: u8, carried: impl AsRef<[u8]>) -> Vec<u8> {
    let carried = carried.as_ref();
    let length = u8::try_from(carried.len()).unwrap();
    assert!(length < 126);
    [&[kind, 0x80 | length, 0, 0, 0, 0], carried].concat()
}

fn hello() -> Vec<u8> {
    frame(TEXT, json!({"t": "hello", "v": 1, "cur": {}}).to_string())
}

/// A request that asks for a socket.
fn handshake(path: &str) -> String {
    format!(
        "GET /api/v1{path} HTTP/1.1\r\nHost: diandan\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

both!(frames_may_come_in_any_pieces, async |app| {
    let worker = app.client(app.fixture.worker);
    let ticket = worker.post("/live/ticket", json!({})).await.ok()["ticket"].as_str().unwrap().to_owned();
    let mut wire = Wire::to(&app.base).await;
    // the hello does not wait for the answer to the handshake
    let asked = handshake(&format!("/live?ticket={ticket}"));
    wire.send([asked.as_bytes(), &hello()].concat()).await;
    let head = wire.head().await;
    assert!(head.starts_with("http/1.1 101 ") && head.contains("\r\nx-request-id: "), "{head}");
    assert!(head.contains("\r\nsec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{head}");
    wire.until("welcome").await;
    for byte in frame(TEXT, json!({"t": "ping"}).to_string()) {
        wire.send([byte]).await;
    }
    wire.until("ping").await;
    let three = json!({"t": "claim", "order": "999999", "attempt": 1}).to_string();
    wire.send([frame(PING, "here?"), frame(TEXT, &three), frame(TEXT, &three)].concat()).await;
    assert_eq!(wire.frame().await, (PONG, b"here?".to_vec()));
    for _ in 0..2 {
        assert_eq!(wire.until("result").await["r"], "ineligible");
    }
    wire.send([frame(PART, "{\"t\":"), frame(REST, "\"ping\"}")].concat()).await;
    for _half in 0..2 {
        let why = wire.until("error").await;
        assert!(why["reason"].as_str().unwrap().contains("one piece"), "{why}");
    }
    wire.send(frame(CLOSE, [0x03, 0xe8])).await;
    assert_eq!(wire.frame().await, (CLOSE, vec![]));
    assert!(wire.rest().await.is_empty(), "nothing after a farewell");
});

both!(what_is_no_frame_ends_the_socket, async |app| {
    let worker = app.client(app.fixture.worker);
    let begun = async || {
        let ticket = worker.post("/live/ticket", json!({})).await.ok()["ticket"].as_str().unwrap().to_owned();
        let mut wire = Wire::to(&app.base).await;
        wire.send(handshake(&format!("/live?ticket={ticket}"))).await;
        wire.head().await;
        wire.send(hello()).await;
        wire.until("welcome").await;
        wire
    };
    let mut unmasked = begun().await;
    unmasked.send(b"\x81\x02{}").await;
    assert_eq!(unmasked.ended().await, 1002);
    // a gigabyte is announced, and begins to come: it is not waited for
    let mut endless = begun().await;
    endless.send(b"\x81\xff\0\0\0\0\x40\0\0\0\0\0\0\0").await;
    endless.send(vec![b' '; 70_000]).await;
    assert_eq!(endless.ended().await, 1009);
    assert!(endless.rest().await.is_empty());
});

both!(a_handshake_that_fails_is_answered_like_any_request, async |app| {
    let answered = async |request: String| {
        let mut wire = Wire::to(&app.base).await;
        wire.send(request).await;
        let head = wire.head().await;
        let body: Value = serde_json::from_slice(&wire.rest().await).unwrap();
        (head, body)
    };
    let (head, body) = answered(handshake("/live")).await;
    assert!(head.starts_with("http/1.1 401 ") && head.contains("\r\nconnection: close\r\n"), "{head}");
    assert!(head.contains("\r\nx-request-id: "), "{head}");
    assert_eq!(body["error"], "UNAUTHENTICATED", "{body}");
    let (head, body) = answered(handshake("/live?tickets=1")).await;
    assert!(head.starts_with("http/1.1 400 "), "{head}");
    assert_eq!(body["error"], "BAD_REQUEST", "{body}");
    let (head, body) = answered(handshake("/nowhere")).await;
    assert!(head.starts_with("http/1.1 404 "), "{head}");
    assert!(body["message"].is_string(), "{body}");
    // whoever asks for more than an endpoint is gets what the endpoint is
    let worker = app.client(app.fixture.worker);
    let upgrade =
        worker.request(Method::GET, "/me").header("connection", "Upgrade").header("upgrade", "websocket");
    assert_eq!(worker.send(upgrade).await.ok()["id"], worker.get("/me").await.ok()["id"]);
});
