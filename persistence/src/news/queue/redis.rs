//! Redis Streams: one stream that every replica tails with a blocking read on a connection of its own. Anyone can
//! rebuild it from the database, so nothing here is ever waited for: a command has 100 ms, and after a failure the
//! circuit stays open for a moment.
//!
//! Keys: `<prefix>:bus`, the stream, kept to about 100,000 entries; `<prefix>:once:<word>`, marked words; `<prefix>:probe`,
//! which never is.

mod credentials;
mod link;
mod sentinels;

use super::{Entry, Heard, Later, Queue, Tail};
use crate::engine::error::{StoreError, StoreResult};
use ::redis::aio::MultiplexedConnection;
use ::redis::streams::{StreamReadOptions, StreamReadReply};
use ::redis::{AsyncCommands, RedisError};
pub use credentials::Credentials;
use link::{Link, Way};
use std::sync::Arc;
use std::time::Duration;

/// Entries of the stream that are kept, about.
const KEPT: usize = 100_000;
/// How long one read waits for an entry.
const BLOCK: Duration = Duration::from_secs(1);
/// How long a read may take in all: a server that hangs is noticed by it.
const READ_LIMIT: Duration = Duration::from_secs(2);
/// Publications of one read.
const READ: usize = 1000;
/// The stream entry's one field.
const FIELD: &str = "n";

/// Streams on a Redis server.
pub struct Streams {
    link: Arc<Link>,
    bus: String,
    prefix: String,
}

impl Streams {
    /// Streams under this prefix. Connects when first used; a server that is not there is no error here.
    ///
    /// URLs: `redis://[user:password@]host[:port][/db]`, `rediss://…` (TLS), `redis+unix:///path`,
    /// `redis+sentinel://[user:password@]host:port,host:port/service[/db]`, or `rediss+sentinel://…` (TLS to both).
    ///
    /// # Errors
    /// `Internal` for a URL that is none.
    pub fn new(url: &str, prefix: &str) -> StoreResult<Self> {
        Self::with(url, prefix, &Credentials::default())
    }

    /// The same with what the URL has no place for.
    ///
    /// # Errors
    /// `Internal` for a URL that is none, or no certificate.
    pub fn with(url: &str, prefix: &str, credentials: &Credentials<'_>) -> StoreResult<Self> {
        let link = Link::to(url, credentials).map_err(|e| StoreError::Internal(format!("redis_url: {e}")))?;
        Ok(Self { link: Arc::new(link), bus: format!("{prefix}:bus"), prefix: prefix.into() })
    }

    async fn add(&self, entries: &[Entry]) -> StoreResult<()> {
        let text = serde_json::to_string(entries).map_err(|e| StoreError::Internal(e.to_string()))?;
        let mut add = ::redis::cmd("XADD");
        add.arg(&self.bus).arg("MAXLEN").arg("~").arg(KEPT).arg("*").arg(FIELD).arg(&text);
        self.link.run::<String>(&add).await.map(drop)
    }
}

impl Queue for Streams {
    fn publish<'a>(&'a self, entries: &'a [Entry]) -> Later<'a, StoreResult<()>> {
        Box::pin(self.add(entries))
    }

    fn tail(&self) -> Later<'_, StoreResult<Box<dyn Tail>>> {
        Box::pin(async {
            let turned = self.link.turned();
            let mut connection = self.link.dial(Way::Read, READ_LIMIT).await?;
            let newest = newest(&mut connection, &self.bus).await;
            let last = newest.map_err(|e| self.link.failed(Way::Read, &e))?;
            let (link, bus) = (self.link.clone(), self.bus.clone());
            let tail: Box<dyn Tail> = Box::new(Reader { link, connection, bus, last, turned });
            Ok(tail)
        })
    }

    fn once<'a>(&'a self, word: &'a str, for_: Duration) -> Later<'a, StoreResult<bool>> {
        let key = format!("{}:once:{word}", self.prefix);
        Box::pin(async move {
            let mut set = ::redis::cmd("SET");
            set.arg(&key).arg(1).arg("NX").arg("PX").arg(u64::try_from(for_.as_millis()).unwrap_or(u64::MAX));
            Ok(self.link.run::<Option<String>>(&set).await?.is_some())
        })
    }

    /// A stream that is not there is not made by this: the server checks all that it checks of a publication, and
    /// nothing is left. One that does not know the word says so only after these checks.
    fn probe(&self) -> Later<'_, StoreResult<()>> {
        let key = format!("{}:probe", self.prefix);
        Box::pin(async move {
            let mut add = ::redis::cmd("XADD");
            add.arg(&key).arg("NOMKSTREAM").arg("*").arg(FIELD).arg("");
            let probed = self.link.run_as::<Option<String>>(&add, |answer| match answer {
                Err(e) if e.code() == Some("ERR") => Ok(None),
                added => added,
            });
            probed.await.map(drop)
        })
    }

    fn trouble(&self) -> Option<String> {
        self.link.trouble().map(Into::into)
    }

    fn kind(&self) -> &'static str {
        "redis"
    }
}

/// The id of the newest entry: what is read from now on comes after it.
async fn newest(c: &mut MultiplexedConnection, bus: &str) -> Result<String, RedisError> {
    let reply: ::redis::streams::StreamRangeReply = c.xrevrange_count(bus, "+", "-", 1).await?;
    Ok(reply.ids.into_iter().next().map_or_else(|| "0-0".to_owned(), |entry| entry.id))
}

struct Reader {
    link: Arc<Link>,
    connection: MultiplexedConnection,
    bus: String,
    last: String,
    /// How often the server had turned out to be no primary when this began.
    turned: u64,
}

impl Reader {
    async fn read(&mut self) -> StoreResult<Heard> {
        let block = usize::try_from(BLOCK.as_millis()).unwrap_or(usize::MAX);
        let options = StreamReadOptions::default().block(block).count(READ);
        loop {
            if self.link.turned() != self.turned {
                return Err(StoreError::Unavailable("redis: the primary is elsewhere now".into()));
            }
            let reply: Option<StreamReadReply> = self
                .connection
                .xread_options(&[&self.bus], &[&self.last], &options)
                .await
                .map_err(|e| self.link.failed(Way::Read, &e))?;
            self.link.fine(Way::Read);
            let ids: Vec<_> = reply.into_iter().flat_map(|r| r.keys).flat_map(|key| key.ids).collect();
            let Some(last) = ids.last() else {
                if self.went_back().await? {
                    return Ok(Heard::Gap);
                }
                continue;
            };
            self.last.clone_from(&last.id);
            let mut entries = Vec::new();
            for id in &ids {
                // a word of a later release is no reason to stop: the numbers show what is missing
                let text: String = id.get(FIELD).unwrap_or_default();
                entries.extend(serde_json::from_str::<Vec<Entry>>(&text).unwrap_or_default());
            }
            return Ok(Heard::Entries(entries));
        }
    }

    /// Whether the stream was emptied and counts from an earlier id than was read: it is read from its start then.
    async fn went_back(&mut self) -> StoreResult<bool> {
        let newest = newest(&mut self.connection, &self.bus).await;
        let newest = newest.map_err(|e| self.link.failed(Way::Read, &e))?;
        let back = order(&newest) < order(&self.last) && newest != "0-0";
        if back {
            self.last = "0-0".into();
        }
        Ok(back)
    }
}

impl Tail for Reader {
    fn next(&mut self) -> Later<'_, StoreResult<Heard>> {
        Box::pin(self.read())
    }
}

/// An id as it is ordered: milliseconds, then a number.
fn order(id: &str) -> (u64, u64) {
    let (ms, n) = id.split_once('-').unwrap_or((id, "0"));
    (ms.parse().unwrap_or(0), n.parse().unwrap_or(0))
}
