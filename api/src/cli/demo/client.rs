//! A small client of the demo: JSON in, JSON out, a key a write.

use anyhow::{Context, ensure};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use ureq::Agent;

static KEY: AtomicU64 = AtomicU64::new(0);

/// A client, signed in or not.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    base: String,
    token: Option<String>,
}

/// An answer: status and envelope.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The envelope.
    pub body: Value,
}

impl Answer {
    /// `data`, when it went well.
    ///
    /// # Errors
    /// With the server's message.
    pub fn data(mut self) -> anyhow::Result<Value> {
        let ok = self.status < 300;
        ensure!(ok, "{} {}: {}", self.status, self.text("error"), self.body);
        Ok(self.body.get_mut("data").map(Value::take).unwrap_or_default())
    }

    /// A text of the envelope.
    pub fn text(&self, name: &str) -> String {
        self.body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

impl Client {
    /// A client without a log-in.
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).build();
        Self { agent: config.into(), base: format!("{base}/api/v1"), token: None }
    }

    /// The same, signed in with a password.
    ///
    /// # Errors
    /// When the log-in is refused.
    pub fn login(&self, login: &str, password: &str) -> anyhow::Result<Self> {
        self.sign_in("/auth/login", &serde_json::json!({ "login": login, "password": password }))
    }

    /// The same, signed in as a resident with a development code.
    ///
    /// # Errors
    /// When the log-in is refused.
    pub fn resident(&self, code: &str, name: &str) -> anyhow::Result<Self> {
        self.sign_in("/auth/code", &serde_json::json!({ "code": code, "name": name }))
    }

    fn sign_in(&self, path: &str, body: &Value) -> anyhow::Result<Self> {
        let data = self.post(path, body)?.data()?;
        let token = data.get("accessToken").and_then(Value::as_str).context("no access token")?.to_owned();
        Ok(Self { token: Some(token), ..self.clone() })
    }

    /// GET.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub fn get(&self, path: &str) -> anyhow::Result<Answer> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        answer(request.call()?)
    }

    /// POST of JSON.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub fn post(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        answer(self.write(path).send_json(body)?)
    }

    fn write(&self, path: &str) -> ureq::RequestBuilder<ureq::typestate::WithBody> {
        let key = format!("demo-{}-{}", std::process::id(), KEY.fetch_add(1, Ordering::Relaxed));
        let request = self.agent.post(format!("{}{path}", self.base)).header("Idempotency-Key", key);
        match &self.token {
            Some(token) => request.header("Authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    /// A command on an order; its data.
    ///
    /// # Errors
    /// When it is refused.
    pub fn command(&self, order: &str, name: &str, body: &Value) -> anyhow::Result<Value> {
        self.post(&format!("/orders/{order}/{name}"), body)?
            .data()
            .with_context(|| format!("{name} of order {order}"))
    }
}

fn answer(mut response: ureq::http::Response<ureq::Body>) -> anyhow::Result<Answer> {
    Ok(Answer { status: response.status().as_u16(), body: response.body_mut().read_json()? })
}
