//! A queue at its worst: some of what is published is lost, comes twice, in another order, or late. The seed decides
//! what becomes of each entry at each reader, so a run can be had again.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use persistence::news::queue::{Entry, Heard, Later, Queue, Tail};
use persistence::{StoreError, StoreResult};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// The longest delay: past the moment when a server compares its logs with the database.
const LATEST: Duration = Duration::from_millis(600);
/// How long an entry waits for another one to go before it.
const OVERTAKEN: Duration = Duration::from_millis(100);
/// Entries that the reader behind may be ahead by.
const ROOM: usize = 4096;

/// What becomes of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Fine,
    Dropped,
    Twice,
    /// The next one goes first.
    Behind,
    Late(Duration),
}

/// What was done so far, over all readers.
#[derive(Debug, Default)]
pub struct Done {
    pub dropped: AtomicU64,
    pub duplicated: AtomicU64,
    /// Entries that another one really went before.
    pub reordered: AtomicU64,
    pub delayed: AtomicU64,
}

impl Done {
    /// Dropped, duplicated, reordered, delayed.
    pub fn counts(&self) -> [u64; 4] {
        [&self.dropped, &self.duplicated, &self.reordered, &self.delayed].map(|n| n.load(Ordering::SeqCst))
    }
}

/// A queue behind trouble. What is published goes in whole; each reader loses something else.
pub struct Troubled {
    queue: Arc<dyn Queue>,
    seed: u64,
    readers: AtomicU64,
    done: Arc<Done>,
}

impl Troubled {
    pub fn new(queue: Arc<dyn Queue>, seed: u64) -> Self {
        Self { queue, seed, readers: AtomicU64::new(0), done: Arc::default() }
    }

    pub fn done(&self) -> Arc<Done> {
        self.done.clone()
    }
}

/// What becomes of an entry at a reader (counted from 0) of the queue with this seed.
pub fn fate(seed: u64, reader: u64, entry: &Entry) -> Fate {
    let mut hasher = DefaultHasher::new();
    (seed, reader, entry.scope, entry.seq).hash(&mut hasher);
    let mut chance = StdRng::seed_from_u64(hasher.finish());
    match chance.random_range(0..100) {
        0..15 => Fate::Dropped,
        15..30 => Fate::Twice,
        30..45 => Fate::Behind,
        45..60 => Fate::Late(chance.random_range(Duration::ZERO..LATEST)),
        _ => Fate::Fine,
    }
}

impl Queue for Troubled {
    fn publish<'a>(&'a self, entries: &'a [Entry]) -> Later<'a, StoreResult<()>> {
        self.queue.publish(entries)
    }

    fn tail(&self) -> Later<'_, StoreResult<Box<dyn Tail>>> {
        Box::pin(async {
            let tail = self.queue.tail().await?;
            let reader = self.readers.fetch_add(1, Ordering::SeqCst);
            let troubled: Box<dyn Tail> = Box::new(Reader::of(tail, self.seed, reader, self.done.clone()));
            Ok(troubled)
        })
    }

    fn once<'a>(&'a self, word: &'a str, for_: Duration) -> Later<'a, StoreResult<bool>> {
        self.queue.once(word, for_)
    }

    fn trouble(&self) -> Option<String> {
        self.queue.trouble()
    }

    fn kind(&self) -> &'static str {
        self.queue.kind()
    }
}

struct Reader {
    heard: mpsc::Receiver<StoreResult<Heard>>,
    /// The reader behind goes on by itself: one that is asked and not waited for may not be asked again.
    _behind: JoinSet<()>,
    seed: u64,
    number: u64,
    ready: VecDeque<Entry>,
    overtaken: Vec<(Instant, Entry)>,
    late: Vec<(Instant, Entry)>,
    done: Arc<Done>,
}

impl Reader {
    fn of(mut tail: Box<dyn Tail>, seed: u64, number: u64, done: Arc<Done>) -> Self {
        let (tell, heard) = mpsc::channel(ROOM);
        let mut behind = JoinSet::new();
        behind.spawn(async move {
            loop {
                let next = tail.next().await;
                let over = next.is_err();
                if tell.send(next).await.is_err() || over {
                    return;
                }
            }
        });
        let (ready, overtaken, late) = Default::default();
        Self { heard, _behind: behind, seed, number, ready, overtaken, late, done }
    }

    fn take(&mut self, entry: Entry) {
        let count = |what: &AtomicU64| what.fetch_add(1, Ordering::SeqCst);
        match fate(self.seed, self.number, &entry) {
            Fate::Dropped => drop(count(&self.done.dropped)),
            Fate::Late(by) => {
                count(&self.done.delayed);
                self.late.push((Instant::now() + by, entry));
            }
            Fate::Behind => self.overtaken.push((Instant::now() + OVERTAKEN, entry)),
            fate @ (Fate::Fine | Fate::Twice) => {
                if fate == Fate::Twice {
                    count(&self.done.duplicated);
                    self.ready.push_back(entry.clone());
                }
                self.ready.push_back(entry);
                for (_, overtaken) in self.overtaken.drain(..) {
                    count(&self.done.reordered);
                    self.ready.push_back(overtaken);
                }
            }
        }
    }

    /// Has ready what waited long enough; returns when the next one will have.
    fn ripen(&mut self) -> Option<Instant> {
        let now = Instant::now();
        for waiting in [&mut self.overtaken, &mut self.late] {
            let ripe = waiting.extract_if(.., |(due, _)| *due <= now);
            self.ready.extend(ripe.map(|(_, entry)| entry));
        }
        self.overtaken.iter().chain(&self.late).map(|(due, _)| *due).min()
    }

    async fn hear(&mut self) -> StoreResult<Heard> {
        loop {
            let next = self.ripen();
            if let Some(entry) = self.ready.pop_front() {
                return Ok(Heard::Entries(vec![entry]));
            }
            let heard = match next {
                None => self.heard.recv().await,
                Some(due) => match timeout_at(due, self.heard.recv()).await {
                    Ok(heard) => heard,
                    Err(_ripe) => continue,
                },
            };
            match heard {
                Some(Ok(Heard::Entries(entries))) => entries.into_iter().for_each(|entry| self.take(entry)),
                Some(other) => return other,
                None => return Err(StoreError::Unavailable("the reader behind is gone".into())),
            }
        }
    }
}

impl Tail for Reader {
    fn next(&mut self) -> Later<'_, StoreResult<Heard>> {
        Box::pin(self.hear())
    }
}
