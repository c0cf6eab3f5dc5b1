//! Who is connected to this process, and the logs of the scopes they belong to.

use super::held::held;
use super::log::ScopeLog;
use domain::{AccountId, ScopeId, SessionId};
use persistence::news::values::Membership;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// How long an epoch that was left is not believed again: a connection that was not made anew yet may still tell of it.
const LEFT: Duration = Duration::from_secs(5);

/// The connected clients and their scopes' logs.
#[derive(Debug, Default)]
pub struct Hub {
    history: Mutex<History>,
    clients: Mutex<HashMap<u64, Arc<Client>>>,
    next: AtomicU64,
    stopping: AtomicBool,
    /// By the epoch whose numbers they are: account, scope, number.
    acked: Mutex<HashMap<Arc<str>, Acked>>,
}

/// Up to which number (account, scope) was read.
type Acked = HashMap<(AccountId, ScopeId), i64>;

/// What was read in an epoch: account, scope, number.
pub type AckedIn = (Arc<str>, Vec<(AccountId, ScopeId, i64)>);

/// What is told here: an epoch, and the logs of its scopes. Another epoch has other logs.
#[derive(Debug, Default)]
struct History {
    /// Empty until it was read.
    epoch: Arc<str>,
    /// The one before, and when it was left.
    before: Option<(Arc<str>, Instant)>,
    logs: HashMap<ScopeId, Weak<ScopeLog>>,
}

/// What an epoch that was seen means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It is the one that is told here.
    Same,
    /// It is a new one: all logs have begun anew, and every client looks again.
    New,
    /// It was left a moment ago: whoever told of it has not heard yet.
    Back,
}

/// A connected client: one socket, or one poll that waits.
#[derive(Debug)]
pub struct Client {
    /// Its key in this process.
    pub id: u64,
    /// Whose.
    pub account: AccountId,
    /// The log-in it came by.
    pub session: SessionId,
    /// Its scopes, ascending.
    scopes: Mutex<Arc<[ScopeId]>>,
    /// Woken when one of its scopes was told something, or when something is to be looked at.
    pub woken: Arc<Notify>,
    moved: AtomicBool,
    over: AtomicBool,
}

impl Client {
    /// Its scopes, ascending.
    #[must_use]
    pub fn scopes(&self) -> Arc<[ScopeId]> {
        held(&self.scopes).clone()
    }

    /// Remembers its scopes.
    pub fn set_scopes(&self, scopes: &[Membership]) {
        let mut ids: Vec<ScopeId> = scopes.iter().map(|m| m.scope).collect();
        ids.sort_unstable();
        *held(&self.scopes) = ids.into();
    }

    /// Whether its memberships changed, or its logs began anew, since this was last asked.
    #[must_use]
    pub fn take_moved(&self) -> bool {
        self.moved.swap(false, Ordering::AcqRel)
    }

    /// Has it look at its memberships when it is asked next: that could not be done.
    pub fn stay_moved(&self) {
        self.moved.store(true, Ordering::Release);
    }

    /// Whether its memberships changed since they were last looked at.
    #[must_use]
    pub fn has_moved(&self) -> bool {
        self.moved.load(Ordering::Acquire)
    }

    /// Whether its session is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    fn mark(&self, what: &AtomicBool) {
        what.store(true, Ordering::Release);
        self.woken.notify_one();
    }
}

impl Hub {
    /// Registers a client.
    pub fn connect(&self, account: AccountId, session: SessionId) -> Arc<Client> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let client = Arc::new(Client {
            id,
            account,
            session,
            scopes: Mutex::new(Arc::from([])),
            woken: Arc::new(Notify::new()),
            moved: AtomicBool::new(false),
            over: AtomicBool::new(false),
        });
        held(&self.clients).insert(id, client.clone());
        client
    }

    /// Forgets a client.
    pub fn disconnect(&self, client: &Client) {
        held(&self.clients).remove(&client.id);
    }

    /// The connected clients.
    #[must_use]
    pub fn clients(&self) -> Vec<Arc<Client>> {
        held(&self.clients).values().cloned().collect()
    }

    /// How many are connected.
    #[must_use]
    pub fn count(&self) -> usize {
        held(&self.clients).len()
    }

    /// The log of a scope in this epoch, begun when this is its first client here. None when the epoch is over.
    pub fn open(&self, epoch: &str, of: &Membership) -> Option<Arc<ScopeLog>> {
        let mut history = held(&self.history);
        if *history.epoch != *epoch {
            return None;
        }
        if let Some(log) = history.logs.get(&of.scope).and_then(Weak::upgrade) {
            return Some(log);
        }
        let log = Arc::new(ScopeLog::new(of.scope, name(of)));
        history.logs.insert(of.scope, Arc::downgrade(&log));
        Some(log)
    }

    /// The log of a scope somebody here belongs to.
    #[must_use]
    pub fn log(&self, scope: ScopeId) -> Option<Arc<ScopeLog>> {
        held(&self.history).logs.get(&scope).and_then(Weak::upgrade)
    }

    /// The scopes somebody here belongs to; forgets the others.
    #[must_use]
    pub fn scopes(&self) -> Vec<ScopeId> {
        let logs = &mut held(&self.history).logs;
        logs.retain(|_, log| log.strong_count() > 0);
        logs.keys().copied().collect()
    }

    /// Has these accounts' clients look at their memberships again.
    pub fn mark_moved(&self, accounts: &[AccountId]) {
        for client in self.clients().iter().filter(|c| accounts.contains(&c.account)) {
            client.mark(&client.moved);
        }
    }

    /// Ends the clients of these sessions.
    pub fn mark_over(&self, sessions: &[SessionId]) {
        for client in self.clients().iter().filter(|c| sessions.contains(&c.session)) {
            client.mark(&client.over);
        }
    }

    /// Ends this person's clients.
    pub fn end(&self, account: AccountId) {
        for client in self.clients().iter().filter(|c| c.account == account) {
            client.mark(&client.over);
        }
    }

    /// Ends every client: the server stops.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        for client in self.clients() {
            client.woken.notify_one();
        }
    }

    /// Whether the server stops.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// The epoch that cursors are given by; empty until it was read.
    #[must_use]
    pub fn epoch(&self) -> Arc<str> {
        held(&self.history).epoch.clone()
    }

    /// Whether what was told in this epoch may be of a history that is not known here yet.
    #[must_use]
    pub fn is_strange(&self, epoch: &str) -> bool {
        let history = held(&self.history);
        let is_before = || history.before.as_ref().is_some_and(|(before, _)| **before == *epoch);
        !epoch.is_empty() && !history.epoch.is_empty() && *history.epoch != *epoch && !is_before()
    }

    /// Learns the first epoch; the job that listens turns it from then on.
    pub fn begin(&self, epoch: &str) {
        let mut history = held(&self.history);
        if history.epoch.is_empty() {
            history.epoch = epoch.into();
        }
    }

    /// Learns the epoch, as the database tells it.
    pub fn turn(&self, epoch: &str) -> Turn {
        {
            let mut history = held(&self.history);
            let is_left = |(before, at): &(Arc<str>, Instant)| **before == *epoch && at.elapsed() < LEFT;
            if *history.epoch == *epoch {
                return Turn::Same;
            }
            if history.before.as_ref().is_some_and(is_left) {
                return Turn::Back;
            }
            let before = std::mem::replace(&mut history.epoch, epoch.into());
            if before.is_empty() {
                return Turn::Same;
            }
            history.before = Some((before, Instant::now()));
            history.logs.clear();
        }
        for client in self.clients() {
            client.mark(&client.moved);
        }
        Turn::New
    }

    /// Notes that a person has read a scope up to a number of an epoch; written within a second.
    pub fn acknowledge(&self, epoch: &Arc<str>, account: AccountId, scope: ScopeId, seq: i64) {
        let mut acked = held(&self.acked);
        let known = acked.entry(epoch.clone()).or_default().entry((account, scope)).or_insert(seq);
        *known = seq.max(*known);
    }

    /// What was noted since this was last asked, by epoch: account, scope, number.
    #[must_use]
    pub fn take_acknowledged(&self) -> Vec<AckedIn> {
        let acked = std::mem::take(&mut *held(&self.acked));
        let flat = |acked: Acked| acked.into_iter().map(|((a, s), q)| (a, s, q)).collect();
        acked.into_iter().map(|(epoch, acked)| (epoch, flat(acked))).collect()
    }
}

/// A scope's name on the wire: the first letter of its kind, and what it is the scope of.
#[must_use]
pub fn name(of: &Membership) -> String {
    format!("{}{}", of.kind.get(..1).unwrap_or("x"), of.of)
}

#[cfg(test)]
mod tests {
    //! Epochs come and go.

    use super::*;

    fn grid(head: i64) -> Membership {
        Membership { scope: ScopeId(7), kind: "area".into(), of: 501, head }
    }

    #[test]
    fn a_new_epoch_has_logs_of_its_own() {
        let hub = Hub::default();
        assert_eq!(hub.turn("e0-a.1"), Turn::Same, "the first one is no new one");
        let client = hub.connect(AccountId(1), SessionId(1));
        let log = hub.open("e0-a.1", &grid(9)).unwrap();
        log.begin(9);
        assert_eq!(hub.turn("e0-a.1"), Turn::Same);
        assert!(!client.has_moved());
        assert_eq!(hub.turn("e0-a.2"), Turn::New);
        assert!(client.take_moved(), "it looks again");
        assert!(hub.open("e0-a.1", &grid(9)).is_none(), "that one is over");
        let anew = hub.open("e0-a.2", &grid(6)).unwrap();
        anew.begin(6);
        assert_eq!((log.head(), anew.head()), (Some(9), Some(6)));
        assert_eq!(hub.log(ScopeId(7)).and_then(|log| log.head()), Some(6));
    }

    #[test]
    fn an_epoch_that_was_left_is_not_believed_at_once() {
        let hub = Hub::default();
        for epoch in ["e0-a.1", "e0-a.2"] {
            hub.turn(epoch);
        }
        assert_eq!(hub.turn("e0-a.1"), Turn::Back);
        assert_eq!(&*hub.epoch(), "e0-a.2");
        let strange = ["", "e0-a.1", "e0-a.2", "e0-a.3"].map(|epoch| hub.is_strange(epoch));
        assert_eq!(strange, [false, false, false, true]);
    }

    #[test]
    fn what_was_acknowledged_is_kept_by_its_epoch() {
        let (hub, one, other) = (Hub::default(), Arc::from("e0"), Arc::from("e1"));
        hub.acknowledge(&one, AccountId(1), ScopeId(7), 9);
        hub.acknowledge(&other, AccountId(1), ScopeId(7), 4);
        hub.acknowledge(&other, AccountId(1), ScopeId(7), 3);
        let mut acked = hub.take_acknowledged();
        acked.sort();
        let upto = |seq| vec![(AccountId(1), ScopeId(7), seq)];
        assert_eq!(acked, [(one, upto(9)), (other, upto(4))]);
    }
}
