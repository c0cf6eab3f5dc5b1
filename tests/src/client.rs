//! An HTTP client as a mini-program has one: a token, JSON, an idempotency key a write.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a failed assertion is what a test wants")]

pub mod live;
pub mod photos;
pub mod remote;
pub mod slow;
pub mod workbook;

use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::Method;
use serde_json::{Value, json};

/// Keys are unique within a test process.
static KEY: AtomicU64 = AtomicU64::new(1);

/// A client of one person.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// An answer: its status and its envelope.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The envelope (`null` when the body is no JSON).
    pub body: Value,
    /// The body as it came.
    pub raw: String,
    /// The `Location` header.
    pub location: Option<String>,
    /// The `Retry-After` header.
    pub retry_after: Option<String>,
}

impl Answer {
    /// `data`, after checking that it went well.
    #[track_caller]
    pub fn ok(&self) -> &Value {
        assert!(matches!(self.status, 200 | 201), "expected success: {self:?}");
        assert_eq!(self.body["code"], 0, "{self:?}");
        &self.body["data"]
    }

    /// Checks status and stable name of a refusal.
    #[track_caller]
    pub fn refused(&self, status: u16, name: &str) -> &Value {
        assert_eq!((self.status, self.body["error"].as_str()), (status, Some(name)), "{self:?}");
        assert!(self.body.get("data").is_none(), "errors carry no data: {self:?}");
        &self.body
    }

    /// Checks that a refusal names this field.
    #[track_caller]
    pub fn names(&self, field: &str) {
        let named = self.body["errors"].as_array().is_some_and(|e| e.iter().any(|e| e["field"] == field));
        assert!(named, "expected the field {field}: {self:?}");
        let chinese = |text: &Value| text.as_str().is_some_and(|t| t.chars().any(|c| c >= '\u{4E00}'));
        let errors = self.body["errors"].as_array().into_iter().flatten();
        for reason in errors.map(|error| &error["reason"]) {
            let same = chinese(reason) == chinese(&self.body["message"]);
            assert!(same, "reasons are in the language of the message: {self:?}");
        }
    }
}

impl Client {
    /// A client with or without a token.
    pub fn new(http: reqwest::Client, base: &str, token: Option<String>) -> Self {
        Self { http, base: base.into(), token }
    }

    /// The same log-in at another server.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.into(), ..self.clone() }
    }

    /// The token it signs in with.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Host and port of its server.
    pub fn host(&self) -> &str {
        self.base.strip_prefix("http://").unwrap_or(&self.base)
    }

    /// Opens a live socket as this person.
    pub async fn socket(&self) -> crate::client::live::Socket {
        self.try_socket().await.expect("the socket opens")
    }

    /// Opens a live socket at a server that may be gone.
    pub async fn try_socket(&self) -> anyhow::Result<crate::client::live::Socket> {
        Ok(crate::client::live::Socket::open(&self.base, self.token.as_deref(), None).await?)
    }

    /// The address of a path under `/api/v1`.
    pub fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.base)
    }

    /// A request that the caller finishes; `send` it with [`Client::send`].
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, self.url(path));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        self.try_send(request).await.expect("the server answers")
    }

    /// Sends a request to a server that may be gone; an answer cut off is none.
    pub async fn try_send(&self, request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
        let answer = request.send().await?;
        let header = |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).map(String::from);
        let (status, location, retry_after) =
            (answer.status().as_u16(), header("location"), header("retry-after"));
        let raw = answer.text().await?;
        let body = serde_json::from_str(&raw).unwrap_or(Value::Null);
        Ok(Answer { status, body, raw, location, retry_after })
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// POST with a new key.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_keyed(path, &new_key(), body).await
    }

    /// POST with this key, to a server that may be gone.
    pub async fn try_post(&self, path: &str, key: &str, body: &Value) -> reqwest::Result<Answer> {
        self.try_send(self.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await
    }

    /// POST with this key.
    pub async fn post_keyed(&self, path: &str, key: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).header("Idempotency-Key", key).json(&body)).await
    }

    /// PUT with a new key.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).header("Idempotency-Key", new_key()).json(&body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// A command on an order: `POST /orders/{id}/{command}`.
    pub async fn command(&self, order: &str, command: &str, body: Value) -> Answer {
        self.post(&format!("/orders/{order}/{command}"), body).await
    }

    /// Claims an order at an attempt.
    pub async fn claim(&self, order: &str, attempt: i64) -> Answer {
        self.command(order, "claim", json!({ "attempt": attempt })).await
    }
}

/// An idempotency key never used before.
pub fn new_key() -> String {
    format!("test-key-{}-{}", std::process::id(), KEY.fetch_add(1, Ordering::Relaxed))
}
