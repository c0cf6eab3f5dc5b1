//! One client's place in the logs of its scopes: what it has been sent, and what comes next.

use super::frame::Frame;
use super::hub::Client;
use super::log::{After, Kept, ScopeLog};
use super::scribe::Scribe;
use super::telling::Standing;
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::identity::principal::Principal;
use persistence::news::values::Membership;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whoever is further behind starts over with the open offers.
const BEHIND: i64 = 200;
/// Times a client takes its places when the epoch ends under it.
const TRIES: usize = 3;
/// Kinds of scopes in which something is offered to several people.
const SHARED: [&str; 3] = ["area", "team", "unit"];

/// How far a client has read: epoch and number by scope, as in `hello`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub BTreeMap<String, (String, i64)>);

/// A connected client's reading. Forgotten by the hub when dropped.
pub struct Reader {
    scribe: Arc<Scribe>,
    who: Principal,
    /// The client, to be woken by.
    pub client: Arc<Client>,
    /// The epoch of its places: what it was sent, and what it acknowledges.
    epoch: Arc<str>,
    places: Vec<Place>,
}

struct Place {
    log: Arc<ScopeLog>,
    /// The last number sent.
    sent: i64,
}

impl Place {
    fn is_behind(&self) -> bool {
        self.log.head().is_some_and(|head| head > self.sent)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        for place in &self.places {
            place.log.listeners.remove(self.client.id);
        }
        self.scribe.hub.disconnect(&self.client);
    }
}

impl Reader {
    /// Connects, and says what the client is to be sent first: the welcome, and a snap for each scope in which its
    /// cursor is none, too old, or of another epoch.
    ///
    /// # Errors
    /// 503.
    pub async fn open(scribe: Arc<Scribe>, who: Principal, cursor: &Cursor) -> ApiResult<(Self, Vec<Frame>)> {
        let client = scribe.hub.connect(who.account(), who.session);
        let mut reader = Self { scribe, who, client, epoch: Arc::default(), places: Vec::new() };
        if reader.scribe.hub.epoch().is_empty() {
            let epoch = reader.scribe.store.epoch().await?;
            reader.scribe.hub.begin(&epoch);
        }
        let first = reader.enter(cursor).await?;
        Ok((reader, first))
    }

    /// Takes its place in every scope it belongs to now. An epoch that ends meanwhile has it take them again.
    async fn enter(&mut self, cursor: &Cursor) -> ApiResult<Vec<Frame>> {
        for _ in 0..TRIES {
            if let Some(first) = self.try_to_enter(cursor).await? {
                return Ok(first);
            }
        }
        Err(ApiError::new(Kind::UNAVAILABLE))
    }

    /// Nothing when the epoch ended meanwhile. Where it stands is what it was told before, unless the epoch is another one.
    async fn try_to_enter(&mut self, cursor: &Cursor) -> ApiResult<Option<Vec<Frame>>> {
        // before the heads are read: those of a later epoch are taken for this one's until it is known to be over, and
        // never the other way round
        let epoch = self.scribe.hub.epoch();
        let (on_duty, _) = self.scribe.store.duty(self.who.account()).await?;
        let mut scopes = self.scribe.store.memberships(self.who.account()).await?;
        self.client.set_scopes(&scopes);
        if !on_duty {
            scopes.retain(|m| !SHARED.contains(&m.kind.as_str()));
        }
        let Some(places) = self.places_in(&epoch, &scopes) else { return Ok(None) };
        let mut welcome = BTreeMap::new();
        let mut snaps = Vec::new();
        let mut taken = Vec::new();
        for (of, log) in scopes.iter().zip(&places) {
            welcome.insert(log.name.clone(), (epoch.to_string(), of.head));
            let known = cursor.0.get(&log.name).filter(|(e, _)| **e == *epoch).map(|(_, seq)| *seq);
            let near = known.filter(|seq| (of.head - BEHIND..=of.head).contains(seq));
            if near.is_none() {
                let snap = self.snap(&epoch, of, log).await;
                snaps.push(snap.inspect_err(|_| self.unlisten(&places, &self.places))?);
            }
            taken.push(Place { sent: near.unwrap_or(of.head), log: log.clone() });
        }
        let before = std::mem::replace(&mut self.places, taken);
        self.unlisten(&before.into_iter().map(|place| place.log).collect::<Vec<_>>(), &self.places);
        self.epoch = epoch;
        let mut first = vec![self.scribe.telling.welcome(welcome)];
        first.extend(snaps);
        Ok(Some(first))
    }

    /// The logs of these scopes, which wake it from now on; nothing when the epoch is over.
    fn places_in(&self, epoch: &str, scopes: &[Membership]) -> Option<Vec<Arc<ScopeLog>>> {
        let mut logs = Vec::new();
        for of in scopes {
            let Some(log) = self.scribe.hub.open(epoch, of) else {
                self.unlisten(&logs, &self.places);
                return None;
            };
            log.begin(of.head);
            log.listeners.add(self.client.id, self.client.woken.clone());
            logs.push(log);
        }
        Some(logs)
    }

    /// Has these logs wake it no more, other than those it stays in.
    fn unlisten(&self, logs: &[Arc<ScopeLog>], stays: &[Place]) {
        for log in logs.iter().filter(|log| !stays.iter().any(|place| Arc::ptr_eq(&place.log, log))) {
            log.listeners.remove(self.client.id);
        }
    }

    /// The open offers of a scope at its head: read once for everybody who asks at the same head.
    async fn snap(&self, epoch: &str, of: &Membership, log: &ScopeLog) -> ApiResult<Frame> {
        if let Some(frame) = log.snap(of.head, self.scribe.clock.now()) {
            return Ok(frame);
        }
        let standing = Standing { scope: of.scope, name: &log.name, epoch, head: of.head };
        let kept = self.scribe.telling.standing(standing).await?;
        log.keep_snap(of.head, kept.clone());
        Ok(kept.frame())
    }

    /// Says what is new and at hand, oldest first within each scope. Whether that is all there is: else it must be
    /// collected.
    pub fn say_at_hand(&mut self, mut say: impl FnMut(&Frame)) -> bool {
        if self.client.has_moved() {
            return false;
        }
        let (now, mut all) = (self.scribe.clock.now(), true);
        for place in self.places.iter_mut().filter(|place| place.is_behind()) {
            match place.log.after(place.sent, now) {
                After::Ready(frames, head) => {
                    frames.iter().for_each(&mut say);
                    place.sent = head;
                }
                After::Old | After::Beyond => all = false,
            }
        }
        all
    }

    /// Everything new since it last asked, oldest first within each scope. Where some of it could not be read, what could
    /// be is returned, and the error comes next time.
    ///
    /// # Errors
    /// 401 when the session is over; 503.
    pub async fn collect(&mut self) -> ApiResult<Vec<Frame>> {
        if self.client.is_over() {
            return Err(ApiError::new(Kind::SESSION_REVOKED));
        }
        let mut frames = Vec::new();
        if self.client.take_moved() {
            let cursor = self.cursor();
            // whoever could not look again looks when it is asked next
            frames.extend(self.enter(&cursor).await.inspect_err(|_| self.client.stay_moved())?);
        }
        for at in 0..self.places.len() {
            let Some(place) = self.places.get(at) else { continue };
            let (some, sent) = match self.catch_up(place).await {
                Ok(caught_up) => caught_up,
                Err(e) if frames.is_empty() => return Err(e),
                Err(_comes_again) => {
                    self.client.woken.notify_one();
                    break;
                }
            };
            frames.extend(some);
            if let Some(place) = self.places.get_mut(at) {
                place.sent = sent;
            }
        }
        Ok(frames)
    }

    async fn catch_up(&self, place: &Place) -> ApiResult<(Vec<Frame>, i64)> {
        let Some(head) = place.log.head().filter(|head| *head > place.sent) else {
            return Ok((Vec::new(), place.sent));
        };
        if head - place.sent <= BEHIND {
            let after = || place.log.after(place.sent, self.scribe.clock.now());
            let _turn = match after() {
                After::Ready(frames, head) => return Ok((frames, head)),
                After::Old => Some(place.log.renewing.lock().await),
                After::Beyond => None,
            };
            if let After::Ready(frames, head) = after() {
                return Ok((frames, head));
            }
            let missed = self.scribe.store.entries_after(place.log.scope, place.sent, BEHIND).await?;
            let last = missed.last().map(|entry| entry.seq);
            if let Some(last) = last
                && missed.first().is_some_and(|entry| entry.seq == place.sent + 1)
            {
                let kept = self.scribe.telling.behind(&place.log.name, &missed).await?;
                place.log.renew(place.sent + 1, &kept);
                return Ok((kept.iter().map(Kept::frame).collect(), last));
            }
        }
        let of = self.scribe.store.memberships(self.who.account()).await?;
        match of.iter().find(|m| m.scope == place.log.scope) {
            Some(of) => Ok((vec![self.snap(&self.epoch, of, &place.log).await?], of.head)),
            None => Ok((Vec::new(), head)),
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        let place = |p: &Place| (p.log.name.clone(), (self.epoch.to_string(), p.sent));
        Cursor(self.places.iter().map(place).collect())
    }

    /// The newest number of each scope it was sent.
    #[must_use]
    pub fn heads(&self) -> BTreeMap<String, i64> {
        self.places.iter().map(|p| (p.log.name.clone(), p.sent)).collect()
    }

    /// Notes what the client says it has; never more than it was sent.
    pub fn acknowledge(&self, acked: &Cursor) {
        for (name, (of, seq)) in &acked.0 {
            if let Some(place) = self.places.iter().find(|p| p.log.name == *name && **of == *self.epoch) {
                let seq = (*seq).min(place.sent);
                if seq > 0 {
                    self.scribe.hub.acknowledge(&self.epoch, self.client.account, place.log.scope, seq);
                }
            }
        }
    }
}
