//! One of those who play: whatever they ask for, they ask again with the same key until they are answered, at either
//! server.

#![allow(clippy::indexing_slicing, reason = "a field of JSON that is not there is null; two servers")]

use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use rand::Rng;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::{Value, json};

use super::told::Told;
use super::{PATIENCE, Stage};
use crate::client::remote;
use crate::client::{Answer, Client, new_key};
use crate::database::Database;
use crate::wait::eventually;

/// Somebody with a session at each server.
pub struct Person {
    pub account: i64,
    clients: [Client; 2],
    /// Claims made over a socket that are asked again over HTTP: order, attempt and key.
    again: Mutex<Vec<(i64, i64, String)>>,
}

impl Person {
    pub fn sign_in(database: &Database, at: &[String; 2], account: i64) -> Result<Self> {
        let [one, other] = at;
        let clients = [remote::client(database, one, account)?, remote::client(database, other, account)?];
        Ok(Self { account, clients, again: Mutex::default() })
    }

    /// Has a claim that was made over a socket asked again, as a client does that heard nothing.
    pub fn ask_again(&self, order: i64, attempt: i64, key: String) {
        self.again.lock().unwrap_or_else(PoisonError::into_inner).push((order, attempt, key));
    }

    pub fn to_ask_again(&self) -> Option<(i64, i64, String)> {
        self.again.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// The client of one server or the other.
    pub fn client(&self, turn: usize) -> &Client {
        &self.clients[turn % 2]
    }

    /// Asks until answered, at one server and then the other.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        key: &str,
        body: &Value,
        first: usize,
    ) -> Result<Answer> {
        let mut turn = first;
        let what = format!("an answer to {method} {path}");
        eventually(PATIENCE, &what, async || {
            let client = &self.clients[turn % 2];
            turn += 1;
            let request = client.request(method.clone(), path).header("Idempotency-Key", key).json(body);
            match client.try_send(request).await {
                Ok(answer) if answer.status != 503 => Ok(answer),
                Ok(answer) => Err(format!("{answer:?}")),
                Err(e) => Err(format!("{e:#}")),
            }
        })
        .await
    }

    pub async fn post(&self, path: &str, body: &Value, random: &mut StdRng) -> Result<Answer> {
        self.ask(Method::POST, path, &new_key(), body, random.random_range(0..2)).await
    }

    /// A command on an order: the attempt it stands at then; none when it was refused.
    pub async fn command(
        &self,
        order: i64,
        name: &str,
        body: &Value,
        random: &mut StdRng,
    ) -> Result<Option<i64>> {
        let answer = self.post(&format!("/orders/{order}/{name}"), body, random).await?;
        match answer.status {
            200 => Ok(Some(answer.body["data"]["attempt"].as_i64().context("an attempt")?)),
            403 | 409 => Ok(None),
            _ => bail!("{name} of order {order}: {answer:?}"),
        }
    }

    /// Claims, now and then with the same key at both servers at once.
    pub async fn claim(
        &self,
        stage: &Stage<'_>,
        (order, attempt, key): (i64, i64, String),
        random: &mut StdRng,
    ) -> Result<Option<Told>> {
        let (path, body) = (format!("/orders/{order}/claim"), json!({ "attempt": attempt }));
        let ask = (order, attempt, self.account);
        let first = random.random_range(0..2);
        let one = self.ask(Method::POST, &path, &key, &body, first);
        let told = if random.random_bool(0.15) {
            let other = self.ask(Method::POST, &path, &key, &body, first + 1);
            let (one, other) = tokio::try_join!(one, other)?;
            let told = stage.memory.hear(ask, &one)?;
            stage.memory.hear(ask, &other)?.or(told)
        } else {
            stage.memory.hear(ask, &one.await?)?
        };
        stage.answered.fetch_add(1, Ordering::SeqCst);
        Ok(told)
    }
}
