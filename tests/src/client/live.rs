//! A client of the live socket, as a mini-program has one.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assertion is what a test wants"
)]

use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// How long a message is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open socket.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Everything that came, oldest first.
    pub seen: Vec<Value>,
}

impl Socket {
    /// Opens a socket of the server at `base` (`http://…`), signed in by a token or by a ticket.
    pub async fn open(base: &str, token: Option<&str>, ticket: Option<&str>) -> Result<Self, Error> {
        let query = ticket.map(|ticket| format!("?ticket={ticket}")).unwrap_or_default();
        let url = format!("{}/api/v1/live{query}", base.replacen("http", "ws", 1));
        let mut request = url.into_client_request()?;
        if let Some(token) = token {
            let bearer = format!("Bearer {token}").parse().map_err(|_bad| Error::AttackAttempt)?;
            request.headers_mut().insert("authorization", bearer);
        }
        let (stream, _) = tokio_tungstenite::connect_async(request).await?;
        Ok(Self { stream, seen: Vec::new() })
    }

    /// Says hello with a cursor, and waits for the welcome.
    pub async fn hello(&mut self, cursor: &Value) -> Value {
        self.say(&json!({"t": "hello", "v": 1, "cur": cursor})).await;
        self.until("welcome", |_| true).await
    }

    /// Sends a frame.
    pub async fn say(&mut self, frame: &Value) {
        self.try_say(frame).await.expect("the socket is open");
    }

    /// Sends a frame to a server that may be gone.
    pub async fn try_say(&mut self, frame: &Value) -> Result<()> {
        Ok(self.stream.send(Message::text(frame.to_string())).await?)
    }

    /// Waits for a message of this kind that meets a condition; what comes before it stays in `seen`.
    #[track_caller]
    pub fn until<'a>(
        &'a mut self,
        kind: &'a str,
        wanted: impl Fn(&Value) -> bool + 'a,
    ) -> impl Future<Output = Value> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let deadline = Instant::now() + PATIENCE;
            loop {
                match timeout_at(deadline, self.next()).await {
                    Ok(Ok(message)) if message["t"] == kind && wanted(&message) => return message,
                    Ok(Ok(_)) => {}
                    Ok(Err(e)) => panic!("{caller}: no {kind}: {e}; seen: {:#?}", self.seen),
                    Err(_) => panic!("{caller}: no {kind} in time; seen: {:#?}", self.seen),
                }
            }
        }
    }

    /// The next message.
    pub async fn next(&mut self) -> Result<Value> {
        loop {
            match self.stream.next().await.context("the socket ended")?? {
                Message::Text(text) => {
                    let message: Value = serde_json::from_str(&text)?;
                    self.seen.push(message.clone());
                    return Ok(message);
                }
                Message::Close(frame) => bail!("closed: {}", frame.map_or(0, |f| u16::from(f.code))),
                _ => {}
            }
        }
    }

    /// Waits for the end, and returns its code.
    pub async fn closed(&mut self) -> u16 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match timeout_at(deadline, self.stream.next()).await.expect("the socket is closed in time") {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(Message::Close(None)) | Err(_)) | None => return 0,
                Some(Ok(Message::Text(text))) => {
                    self.seen.push(serde_json::from_str(&text).unwrap_or_default());
                }
                Some(Ok(_)) => {}
            }
        }
    }

    /// Where this client stands, from what it has seen: the cursor of its next hello.
    pub fn cursor(&self) -> Value {
        let mut cursor = json!({});
        for message in &self.seen {
            match message["t"].as_str() {
                Some("welcome") => {
                    for (scope, place) in message["scopes"].as_object().into_iter().flatten() {
                        if cursor.get(scope).is_none() {
                            cursor[scope] = place.clone();
                        }
                    }
                }
                Some("snap") => {
                    cursor[message["s"].as_str().unwrap_or("")] = json!([message["epoch"], message["head"]]);
                }
                Some("offer" | "closed" | "order") => {
                    let scope = message["s"].as_str().unwrap_or("");
                    if let Some(place) = cursor.get_mut(scope) {
                        place[1] = message["q"].clone();
                    }
                }
                _ => {}
            }
        }
        cursor
    }

    /// The numbers that came in each scope, checked to be without gaps and in order.
    #[track_caller]
    pub fn whole(&self) {
        let mut last: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
        for message in &self.seen {
            if let (Some(scope), Some(q)) = (message["s"].as_str(), message["q"].as_i64()) {
                if let Some(before) = last.insert(scope.to_owned(), q) {
                    assert_eq!(
                        (before + 1, message["p"].as_i64()),
                        (q, Some(before)),
                        "a gap: {:#?}",
                        self.seen
                    );
                }
            } else if message["t"] == "snap" {
                let head = message["head"].as_i64().unwrap_or_default();
                last.insert(message["s"].as_str().unwrap_or("").to_owned(), head);
            }
        }
    }
}
