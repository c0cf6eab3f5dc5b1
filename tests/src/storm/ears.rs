//! What workers hear over their live sockets while servers fall: each comes back to either server with its cursor, and
//! has heard everything once. Afterwards that is compared with what the scopes were told.

#![allow(clippy::indexing_slicing, reason = "a field of JSON that is not there is null")]

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::person::Person;
use super::{PATIENCE, Stage};
use crate::client::live::Socket;
use crate::client::new_key;
use crate::wait::eventually;

/// How long nothing may come before it is asked whether everything is over.
const QUIET: Duration = Duration::from_millis(250);
/// How long what is left to be heard may take at the end.
const LAST: Duration = Duration::from_secs(30);

/// Whoever is no further behind goes on from the cursor.
const BEHIND: i64 = 200;

/// A message as it is told: its kind on the wire, and the order.
pub type Told = (String, i64);

/// What somebody heard in a scope without a gap: everything after the first number up to the second.
pub type Run = (i64, i64);

/// One worker's hearing.
#[derive(Debug, Default)]
pub struct Ear {
    pub account: i64,
    /// Whether it loses scopes and gets them back: then it starts over in them.
    moves: bool,
    /// Epoch and runs by scope; the last run is where the client stands.
    places: BTreeMap<String, (String, Vec<Run>)>,
    /// Scopes with the newest number that the last welcome named.
    heads: BTreeMap<String, i64>,
    /// Claims over this connection that were not answered, by order and attempt: their keys.
    asked: BTreeMap<(i64, i64), String>,
    pub messages: u64,
    pub connections: u64,
    pub snaps: u64,
}

impl Ear {
    /// The runs of each scope.
    pub fn runs(&self) -> impl Iterator<Item = (&str, &[Run])> {
        self.places.iter().map(|(scope, (_, runs))| (scope.as_str(), runs.as_slice()))
    }

    fn at(&self, scope: &str) -> Option<i64> {
        self.places.get(scope).and_then(|(_, runs)| runs.last()).map(|run| run.1)
    }

    fn cursor(&self) -> Value {
        let mut cursor = json!({});
        for (scope, (epoch, runs)) in &self.places {
            if let Some((_, upto)) = runs.last() {
                cursor[scope] = json!([epoch, upto]);
            }
        }
        cursor
    }

    /// Opens a socket at one server or the other, with the cursor.
    async fn connect(&mut self, me: &Person, first: usize) -> Result<Socket> {
        let (cursor, mut turn) = (self.cursor(), first);
        let opened = eventually(PATIENCE, "a socket", async || {
            turn += 1;
            let mut socket = me.client(turn).try_socket().await.context("opening")?;
            socket.try_say(&json!({"t": "hello", "v": 1, "cur": cursor})).await?;
            anyhow::Ok(socket)
        });
        self.connections += 1;
        opened.await
    }

    /// Takes in a message: the next of its scope, and no other.
    fn hear(&mut self, stage: &Stage<'_>, message: &Value) -> Result<()> {
        let scope = message["s"].as_str().unwrap_or_default();
        match message["t"].as_str() {
            Some("welcome") => {
                self.heads.clear();
                for (scope, place) in message["scopes"].as_object().context("scopes")? {
                    let (epoch, head) =
                        (place[0].as_str().context("an epoch")?, place[1].as_i64().context("a head")?);
                    self.heads.insert(scope.clone(), head);
                    self.places
                        .entry(scope.clone())
                        .or_insert_with(|| (epoch.to_owned(), vec![(head, head)]));
                }
            }
            Some("snap") => {
                let head = message["head"].as_i64().context("a head")?;
                let (_, runs) =
                    self.places.get_mut(scope).context("a snap of a scope that no welcome named")?;
                self.snaps += 1;
                let at = runs.last().context("a place")?.1;
                if head != at {
                    ensure!(
                        self.moves || head - at > BEHIND,
                        "account {} stands at {at} of {scope}, and is made to start over at {head}",
                        self.account
                    );
                    runs.push((head, head));
                }
            }
            Some(kind @ ("offer" | "closed" | "order")) => {
                let (q, p) = (message["q"].as_i64().context("a number")?, message["p"].as_i64());
                let at =
                    self.at(scope).with_context(|| format!("no welcome named the scope of {message}"))?;
                ensure!(
                    q == at + 1 && p == Some(at),
                    "account {} stands at {at} of {scope} and hears {message}",
                    self.account
                );
                if let Some(run) = self.places.get_mut(scope).and_then(|(_, runs)| runs.last_mut()) {
                    run.1 = q;
                }
                self.messages += 1;
                let order = message["order"].as_str().context("an order")?.parse()?;
                stage.memory.told(scope, q, (kind.to_owned(), order))?;
            }
            Some("ping") => {}
            _ => bail!("account {} was sent {message}", self.account),
        }
        Ok(())
    }

    /// Claims what a message offers over the socket, once.
    async fn claim(&mut self, socket: &mut Socket, offer: &Value) -> Result<()> {
        let order = offer["order"].as_str().context("an order")?.parse()?;
        let attempt = offer["attempt"].as_i64().context("an attempt")?;
        if self.asked.contains_key(&(order, attempt)) {
            return Ok(());
        }
        let key = new_key();
        self.asked.insert((order, attempt), key.clone());
        let claim = json!({"t": "claim", "order": offer["order"], "attempt": attempt, "key": key});
        socket.try_say(&claim).await
    }

    /// Hears how a claim ended. Some are asked again over HTTP, and so is one of which that is not known.
    fn answered(
        &mut self,
        stage: &Stage<'_>,
        me: &Person,
        result: &Value,
        random: &mut StdRng,
    ) -> Result<()> {
        let order = result["order"].as_str().context("an order")?.parse()?;
        let attempt = result["attempt"].as_i64().context("an attempt")?;
        let key = self.asked.remove(&(order, attempt)).with_context(|| format!("nobody asked: {result}"))?;
        let told = stage.memory.hear_result((order, attempt, me.account), result)?;
        if told.is_none() || random.random_bool(0.3) {
            me.ask_again(order, attempt, key);
        }
        if told.is_some() {
            stage.answered.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }

    /// The connection is over: what was not answered is asked again.
    fn ask_again(&mut self, me: &Person) {
        for ((order, attempt), key) in std::mem::take(&mut self.asked) {
            me.ask_again(order, attempt, key);
        }
    }

    /// Whether it has heard everything that the last welcome named.
    fn is_up_to_date(&self) -> bool {
        !self.heads.is_empty() && self.heads.iter().all(|(scope, head)| self.at(scope) >= Some(*head))
    }

    /// Hears what is left when nothing is told any more.
    pub async fn hear_the_rest(&mut self, stage: &Stage<'_>, me: &Person) -> Result<()> {
        self.heads.clear();
        let mut socket = self.connect(me, 0).await?;
        let rest = async {
            while !self.is_up_to_date() {
                let message = socket.next().await?;
                self.hear(stage, &message)?;
            }
            anyhow::Ok(())
        };
        timeout(LAST, rest).await.with_context(|| format!("account {} never hears the rest", me.account))?
    }
}

/// Listens until everything is over: to one server until it falls or for some messages, then to one of the two. Claims
/// some of what it is offered.
pub async fn listen(stage: &Stage<'_>, me: &Person, moves: bool, mut random: StdRng) -> Result<Ear> {
    let mut ear = Ear { account: me.account, moves, ..Ear::default() };
    while !stage.is_over() {
        let mut socket = ear.connect(me, random.random_range(0..2)).await?;
        let mut left = random.random_range(20..400);
        while left > 0 && !stage.is_over() {
            let Ok(came) = timeout(QUIET, socket.next()).await else { continue };
            let Ok(message) = came else { break };
            socket.seen.clear();
            if message["t"] == "result" {
                ear.answered(stage, me, &message, &mut random)?;
                continue;
            }
            ear.hear(stage, &message)?;
            left -= 1;
            let claims = message["t"] == "offer" && random.random_bool(0.3);
            if claims && ear.claim(&mut socket, &message).await.is_err() {
                break;
            }
            if random.random_bool(0.1)
                && socket.try_say(&json!({"t": "ack", "cur": ear.cursor()})).await.is_err()
            {
                break;
            }
        }
        ear.ask_again(me);
    }
    Ok(ear)
}
