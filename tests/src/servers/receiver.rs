//! A receiver of pushes on this machine: a small HTTP server that keeps what it was sent and answers as it was told.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a failed assertion is what a test wants")]

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use api::config::PushConfig;
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::wait::eventually;

/// What pushes to a receiver are signed with.
pub const SECRET: &str = "a-secret-of-the-tests-and-of-nobody-else";

/// The settings of a server of its own that pushes to the receiver at this address; [`Receiver::config`] is the same for one
/// in this process.
pub fn settings(url: &str) -> [(&str, &str); 3] {
    [
        ("DIANDAN_PUSH__WEBHOOK_URL", url),
        ("DIANDAN_PUSH__ALLOWED_HOSTS", "[\"127.0.0.1\"]"),
        ("DIANDAN_PUSH__SECRET", SECRET),
    ]
}
const PATIENCE: Duration = Duration::from_secs(20);

/// How to answer a push.
#[derive(Debug, Clone)]
pub enum Reply {
    /// With this status.
    Status(u16),
    /// With a redirect to there.
    Redirect(String),
    /// Not at all: the connection stays open until the sender gives up.
    Hang,
}

/// A push that came.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its headers, in lower case.
    pub headers: BTreeMap<String, String>,
    /// Its body as it came.
    pub raw: String,
    /// Its body.
    pub body: Value,
}

impl Delivery {
    /// The id that is the same at each try.
    pub fn id(&self) -> &str {
        self.header("x-diandan-delivery")
    }

    /// A header.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }

    /// To whom.
    pub fn account(&self) -> i64 {
        self.body["accountId"].as_str().and_then(|id| id.parse().ok()).expect("an account")
    }

    /// `offer` or `changed`.
    pub fn kind(&self) -> &str {
        self.body["kind"].as_str().unwrap_or_default()
    }

    /// Whether it was signed with [`SECRET`].
    pub fn is_signed(&self) -> bool {
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key of any length");
        mac.update(format!("{}.{}", self.header("x-diandan-timestamp"), self.raw).as_bytes());
        let given =
            self.header("x-diandan-signature").strip_prefix("v1=").and_then(|sig| hex::decode(sig).ok());
        given.is_some_and(|given| mac.verify_slice(&given).is_ok())
    }
}

#[derive(Debug, Default)]
struct Shared {
    got: Mutex<Vec<Delivery>>,
    replies: Mutex<VecDeque<Reply>>,
    always: Mutex<Option<Reply>>,
    connections: Mutex<usize>,
    stopped: AtomicBool,
}

/// The server; it ends when dropped.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
}

fn of<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Receiver {
    /// One that answers 200.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let (address, shared) = (listener.local_addr()?, Arc::new(Shared::default()));
        let serving = shared.clone();
        std::thread::Builder::new().name("receiver".into()).spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if serving.stopped.load(Ordering::SeqCst) {
                    return;
                }
                *of(&serving.connections) += 1;
                let serving = serving.clone();
                // a connection that is cut is the sender's affair
                std::thread::spawn(move || drop(serve(&stream, &serving)));
            }
        })?;
        Ok(Self { address, shared })
    }

    /// Its port.
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}/push?key=of-the-receiver", self.address)
    }

    /// The configuration of a server that pushes to it.
    pub fn config(&self) -> PushConfig {
        PushConfig {
            webhook_url: self.url().into(),
            allowed_hosts: vec!["127.0.0.1".into()],
            secret: Some(SECRET.into()),
            ..PushConfig::default()
        }
    }

    /// Answers the next pushes so, one each.
    pub fn answer(&self, replies: impl IntoIterator<Item = Reply>) {
        of(&self.shared.replies).extend(replies);
    }

    /// Answers all pushes so from now on.
    pub fn always(&self, reply: Reply) {
        *of(&self.shared.always) = Some(reply);
    }

    /// What came so far.
    pub fn got(&self) -> Vec<Delivery> {
        of(&self.shared.got).clone()
    }

    /// What came so far of this kind.
    pub fn got_of(&self, kind: &str) -> Vec<Delivery> {
        self.got().into_iter().filter(|d| d.kind() == kind).collect()
    }

    /// To whom pushes of this kind came, sorted.
    pub fn told(&self, kind: &str) -> Vec<i64> {
        let mut told: Vec<i64> = self.got_of(kind).iter().map(Delivery::account).collect();
        told.sort_unstable();
        told
    }

    /// Connections that were made to it.
    pub fn connections(&self) -> usize {
        *of(&self.shared.connections)
    }

    /// Waits for so many pushes, and returns them.
    pub async fn at_least(&self, count: usize) -> Result<Vec<Delivery>> {
        eventually(PATIENCE, "pushes to come", async || match self.got() {
            got if got.len() >= count => Ok(got),
            got => Err(format!("{} of {count} came", got.len())),
        })
        .await
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }
}

fn serve(stream: &TcpStream, shared: &Shared) -> Result<()> {
    let mut reader = BufReader::new(stream);
    let delivery = read(&mut reader)?;
    of(&shared.got).push(delivery);
    let next = of(&shared.replies).pop_front();
    let reply = next.or_else(|| of(&shared.always).clone()).unwrap_or(Reply::Status(200));
    let (status, location) = match reply {
        Reply::Status(status) => (status, String::new()),
        Reply::Redirect(there) => (302, format!("Location: {there}\r\n")),
        Reply::Hang => {
            // until the sender hangs up
            reader.read_to_end(&mut Vec::new())?;
            return Ok(());
        }
    };
    // longer than anybody reads
    let body = "x".repeat(4096);
    let head = format!(
        "HTTP/1.1 {status} Said\r\n{location}Connection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut writer = stream;
    writer.write_all(head.as_bytes())?;
    writer.write_all(body.as_bytes())?;
    Ok(())
}

fn read(reader: &mut impl BufRead) -> Result<Delivery> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    ensure!(line.starts_with("POST /push?key=of-the-receiver "), "{line}");
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length: usize = headers.get("content-length").context("a length")?.parse()?;
    let mut raw = vec![0; length];
    reader.read_exact(&mut raw)?;
    let raw = String::from_utf8(raw)?;
    Ok(Delivery { headers, body: serde_json::from_str(&raw)?, raw })
}
