//! Who is connected to this process, and the logs of the scopes they belong to.

use super::held;
use super::log::ScopeLog;
use persistence::values::Membership;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use tokio::sync::Notify;

/// The connected clients and their scopes' logs.
#[derive(Debug, Default)]
pub struct Hub {
    logs: Mutex<HashMap<i64, Weak<ScopeLog>>>,
    clients: Mutex<HashMap<u64, Arc<Client>>>,
    next: AtomicU64,
    stopping: AtomicBool,
    epoch: Mutex<Arc<str>>,
    acked: Mutex<HashMap<(i64, i64), i64>>,
}

/// A connected client: one socket, or one poll that waits.
#[derive(Debug)]
pub struct Client {
    /// Its key in this process.
    pub id: u64,
    /// Whose.
    pub account: i64,
    /// The log-in it came by.
    pub session: i64,
    /// Its scopes, ascending.
    scopes: Mutex<Arc<[i64]>>,
    /// Woken when one of its scopes was told something, or when something is to be looked at.
    pub woken: Arc<Notify>,
    moved: AtomicBool,
    over: AtomicBool,
}

impl Client {
    /// Its scopes, ascending.
    #[must_use]
    pub fn scopes(&self) -> Arc<[i64]> {
        held(&self.scopes).clone()
    }

    /// Remembers its scopes.
    pub fn set_scopes(&self, scopes: &[Membership]) {
        let mut ids: Vec<i64> = scopes.iter().map(|m| m.scope).collect();
        ids.sort_unstable();
        *held(&self.scopes) = ids.into();
    }

    /// Whether its memberships changed since this was last asked.
    #[must_use]
    pub fn take_moved(&self) -> bool {
        self.moved.swap(false, Ordering::AcqRel)
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
    pub fn connect(&self, account: i64, session: i64) -> Arc<Client> {
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

    /// The log of a scope, begun when this is its first client here.
    pub fn open(&self, of: &Membership) -> Arc<ScopeLog> {
        let mut logs = held(&self.logs);
        if let Some(log) = logs.get(&of.scope).and_then(Weak::upgrade) {
            return log;
        }
        let log = Arc::new(ScopeLog::new(of.scope, name(of)));
        logs.insert(of.scope, Arc::downgrade(&log));
        log
    }

    /// The log of a scope somebody here belongs to.
    #[must_use]
    pub fn log(&self, scope: i64) -> Option<Arc<ScopeLog>> {
        held(&self.logs).get(&scope).and_then(Weak::upgrade)
    }

    /// The scopes somebody here belongs to; forgets the others.
    #[must_use]
    pub fn scopes(&self) -> Vec<i64> {
        let mut logs = held(&self.logs);
        logs.retain(|_, log| log.strong_count() > 0);
        logs.keys().copied().collect()
    }

    /// Has these accounts' clients look at their memberships again.
    pub fn mark_moved(&self, accounts: &[i64]) {
        for client in self.clients().iter().filter(|c| accounts.contains(&c.account)) {
            client.mark(&client.moved);
        }
    }

    /// Ends the clients of these sessions.
    pub fn mark_over(&self, sessions: &[i64]) {
        for client in self.clients().iter().filter(|c| sessions.contains(&c.session)) {
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
        held(&self.epoch).clone()
    }

    /// Learns the epoch.
    pub fn set_epoch(&self, epoch: &str) {
        *held(&self.epoch) = epoch.into();
    }

    /// Notes that a person has read a scope up to a number; written within a second.
    pub fn acknowledge(&self, account: i64, scope: i64, seq: i64) {
        let mut acked = held(&self.acked);
        let known = acked.entry((account, scope)).or_insert(seq);
        *known = seq.max(*known);
    }

    /// What was noted since this was last asked: account, scope, number.
    #[must_use]
    pub fn take_acknowledged(&self) -> Vec<(i64, i64, i64)> {
        std::mem::take(&mut *held(&self.acked)).into_iter().map(|((a, s), q)| (a, s, q)).collect()
    }
}

/// A scope's name on the wire: the first letter of its kind, and what it is the scope of.
#[must_use]
pub fn name(of: &Membership) -> String {
    format!("{}{}", of.kind.get(..1).unwrap_or("x"), of.of)
}
