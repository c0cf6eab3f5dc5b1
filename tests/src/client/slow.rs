//! Requests written by hand, on slow networks and with what no client library would send.

#![allow(clippy::expect_used, reason = "a failed assertion is what a test wants")]

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::photos;
use crate::client::{Client, new_key};
use crate::wait;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request whose head was sent.
pub struct Slow {
    stream: TcpStream,
}

impl Slow {
    /// Sends the head of a POST with a body of so many bytes; `path` is below `/api/v1`.
    pub async fn post(client: &Client, path: &str, mime: &str, bytes: usize) -> Self {
        let (host, token) = (client.host(), client.token().unwrap_or_default());
        let mut stream = TcpStream::connect(host).await.expect("the server listens");
        let head = format!(
            "POST /api/v1{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
             Idempotency-Key: {}\r\nContent-Type: {mime}\r\nContent-Length: {bytes}\r\n\r\n",
            new_key()
        );
        stream.write_all(head.as_bytes()).await.expect("the head is taken");
        Self { stream }
    }

    /// [`Slow::post`] of a photo: the head, and the body that belongs to it.
    pub async fn upload(client: &Client, photo: &[u8]) -> (Self, Vec<u8>) {
        let body = photos::form(photo);
        let slow = Self::post(client, "/files", photos::FORM, body.len()).await;
        (slow, body)
    }

    /// Sends a body in so many pieces, this far apart.
    pub async fn send(&mut self, body: &[u8], pieces: usize, apart: Duration) {
        let pieces = body.chunks(body.len().div_ceil(pieces));
        wait::paced(pieces, apart, async |piece| {
            // the server may answer before everything is sent
            let _refused = self.stream.write_all(piece).await;
        })
        .await;
    }

    /// The answer: its status, its body and its `Retry-After`.
    pub async fn answer(mut self) -> (u16, Value, Option<String>) {
        let mut answer = Vec::new();
        let read = tokio::time::timeout(PATIENCE, self.stream.read_to_end(&mut answer)).await;
        let _reset = read.expect("an answer comes");
        let text = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let header = |name: &str| {
            head.lines().find_map(|line| {
                let (given, value) = line.split_once(": ")?;
                given.eq_ignore_ascii_case(name).then(|| value.to_owned())
            })
        };
        let retry_after = header("retry-after");
        (status.expect("a status"), serde_json::from_str(body).unwrap_or_default(), retry_after)
    }
}
