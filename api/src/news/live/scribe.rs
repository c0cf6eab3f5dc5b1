//! From the queue and the database into the logs: every entry once, in order, encoded once a scope.

use super::hub::Hub;
use super::log::{ScopeLog, Took};
use super::telling::Telling;
use domain::ScopeId;
use persistence::news::queue::Entry;
use persistence::{Clock, Store, StoreResult};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Entries read from the database at once to fill a gap.
const FILL: i64 = 500;

/// Writes what is told into the logs.
pub struct Scribe {
    /// Where what the logs no longer have is read.
    pub(super) store: Store,
    pub(super) clock: Clock,
    /// Whose logs.
    pub(super) hub: Arc<Hub>,
    /// In whose words.
    pub(super) telling: Arc<dyn Telling>,
}

impl Scribe {
    /// For the logs of this hub, in these words.
    #[must_use]
    pub fn new(store: Store, clock: Clock, hub: Arc<Hub>, telling: Arc<dyn Telling>) -> Self {
        Self { store, clock, hub, telling }
    }

    /// Brings entries into the logs of the scopes somebody here belongs to, and wakes them. What was missing before an
    /// entry is read from the database first.
    ///
    /// # Errors
    /// `Unavailable`: the heads will show later that something is missing.
    pub async fn deliver(&self, entries: Vec<Entry>) -> StoreResult<()> {
        let mut by_scope: BTreeMap<ScopeId, Vec<Entry>> = BTreeMap::new();
        for entry in entries {
            by_scope.entry(entry.scope).or_default().push(entry);
        }
        let mut ready: Vec<(Arc<ScopeLog>, Vec<Entry>)> = Vec::new();
        for (scope, mut told) in by_scope {
            let Some(log) = self.hub.log(scope) else { continue };
            told.sort_unstable_by_key(|entry| entry.seq);
            told.retain(|entry| log.head().is_none_or(|head| entry.seq > head));
            let (Some(head), Some(first)) = (log.head(), told.first()) else { continue };
            if first.seq > head + 1 {
                told = self.fill(&log, head, told).await?;
            }
            ready.push((log, told));
        }
        self.write(ready).await
    }

    /// Compares heads with the database's and brings in what is missing. Returns the logs that are ahead of the database, and
    /// where they are.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn compare(&self, heads: Vec<(ScopeId, i64)>) -> StoreResult<Vec<(ScopeId, i64)>> {
        let (mut ready, mut ahead) = (Vec::new(), Vec::new());
        for (scope, newest) in heads {
            let Some(log) = self.hub.log(scope) else { continue };
            match log.head() {
                Some(head) if head < newest => {
                    let told = self.fill(&log, head, Vec::new()).await?;
                    ready.push((log, told));
                }
                Some(head) if head > newest => ahead.push((scope, head)),
                Some(_) | None => {}
            }
        }
        self.write(ready).await?;
        Ok(ahead)
    }

    /// The entries from after `head` up to the newest. When they do not begin there (they are older than what is kept),
    /// the log begins anew and its clients start over.
    async fn fill(&self, log: &ScopeLog, head: i64, told: Vec<Entry>) -> StoreResult<Vec<Entry>> {
        let missed = self.store.entries_after(log.scope, head, FILL).await?;
        match missed.first() {
            Some(first) if first.seq == head + 1 => Ok(missed),
            Some(first) => {
                log.learn(first.seq - 1);
                Ok(missed)
            }
            None => Ok(told),
        }
    }

    async fn write(&self, ready: Vec<(Arc<ScopeLog>, Vec<Entry>)>) -> StoreResult<()> {
        if ready.iter().all(|(_, told)| told.is_empty()) {
            return Ok(());
        }
        let of: Vec<(&str, &[Entry])> =
            ready.iter().map(|(log, told)| (log.name.as_str(), told.as_slice())).collect();
        let frames = self.telling.frames(of).await?;
        for ((log, told), frames) in ready.iter().zip(frames) {
            for (entry, kept) in told.iter().zip(frames) {
                if let Took::Missing(head) = log.take(entry.seq, kept) {
                    tracing::debug!(
                        scope = log.scope.0,
                        head,
                        seq = entry.seq,
                        "a gap in a log: the heads will tell"
                    );
                    break;
                }
            }
            log.listeners.wake();
        }
        Ok(())
    }
}
