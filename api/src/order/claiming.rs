//! Claims in this process: one statement in flight per order. When it wins, everybody who waits is told at once that
//! they lost; a race of thousands costs the database as many statements as there are replicas (QUEUE.md, decision 6).

mod over;
mod race;

use crate::http::error::ApiResult;
use crate::metrics::Metrics;
use crate::news::live::frame::Frame;
use domain::words::mask::mask_name;
use domain::{AccountId, OrderId, ScopeId};
use over::Over;
use persistence::engine::fault;
use persistence::order::claims::{ClaimAsk, Outcome};
use persistence::{Clock, Store, StoreError};
use race::{End, Race};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Attempts that are over, remembered.
const CLOSED: usize = 10_000;
/// Memberships of people without a socket, remembered.
const MEMBERS: usize = 20_000;
/// How long those are believed (as `auth::FRESH`).
const FRESH: Duration = Duration::from_secs(3);

/// The races of this process.
pub struct Claims {
    store: Store,
    clock: Clock,
    metrics: Metrics,
    /// Wakes the sequencer after a commit.
    committed: Arc<Notify>,
    races: Mutex<HashMap<OrderId, Arc<Race>>>,
    closed: quick_cache::sync::Cache<(OrderId, i32), Arc<Over>>,
    members: quick_cache::sync::Cache<AccountId, (Instant, Arc<[ScopeId]>)>,
    /// How often all of it was forgotten.
    forgotten: AtomicU64,
}

/// How a claim ended, with the winner's name masked.
#[derive(Debug, Clone)]
pub struct Answered {
    /// How.
    pub outcome: Outcome,
    /// Who won, masked, when it was lost.
    pub by: Option<String>,
}

impl Claims {
    /// None yet. `committed` is told of every claim that won.
    #[must_use]
    pub fn new(store: Store, clock: Clock, metrics: Metrics, committed: Arc<Notify>) -> Self {
        Self {
            store,
            clock,
            metrics,
            committed,
            races: Mutex::default(),
            closed: quick_cache::sync::Cache::new(CLOSED),
            members: quick_cache::sync::Cache::new(MEMBERS),
            forgotten: AtomicU64::new(0),
        }
    }

    /// Forgets how attempts ended and who belongs where: the database may tell another history now.
    pub fn forget(&self) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.closed.clear();
        self.members.clear();
    }

    /// The answer to a claim that came after the attempt was over, as nearly all of a race do: from memory, at once.
    pub fn over_already(
        &self,
        ask: &ClaimAsk,
        scopes: &[ScopeId],
        encode: impl FnOnce(Answered) -> Frame,
    ) -> Option<Frame> {
        let over = self.closed.get(&(ask.order, ask.attempt))?;
        let outcome = over.outcome_for(ask.account, scopes, self.clock.now())?;
        self.metrics.claim(&outcome);
        Some(match outcome {
            Outcome::Lost { .. } => {
                over.lost.get_or_init(|| encode(Answered { outcome, by: over.by.clone() })).clone()
            }
            _ => encode(outcome.into()),
        })
    }

    /// Claims or acknowledges. `scopes` are the claimant's, when they are known already.
    ///
    /// # Errors
    /// 500; whatever cannot be known now is the outcome `Retry`.
    pub async fn claim(&self, ask: ClaimAsk, scopes: Option<Arc<[ScopeId]>>) -> ApiResult<Answered> {
        let answered = self.raced(ask, scopes).await?;
        self.metrics.claim(&answered.outcome);
        if matches!(answered.outcome, Outcome::Won(_)) {
            self.committed.notify_one();
        }
        Ok(answered)
    }

    async fn raced(&self, ask: ClaimAsk, scopes: Option<Arc<[ScopeId]>>) -> ApiResult<Answered> {
        let key = (ask.order, ask.attempt);
        loop {
            if let Some(closed) = self.closed.get(&key) {
                return self.answer_when_over(&ask, scopes, &closed).await;
            }
            let race = self.enter(ask.order);
            let Some(turn) = race.turn().await else {
                match race.end() {
                    Some(End::Failed) => return Ok(Outcome::Retry.into()),
                    _ => continue,
                }
            };
            if self.closed.get(&key).is_some() {
                continue;
            }
            let before = self.forgotten.load(Ordering::Acquire);
            let outcome = self.stated(ask.clone()).await;
            let end = self.ended(key, &race, &outcome, before).await;
            if let Some(end) = end {
                self.leave(ask.order, &race);
                race.finish(end);
            }
            drop(turn);
            return match outcome {
                Ok(Outcome::Lost { .. }) => match self.closed.get(&key) {
                    Some(closed) => self.answer_when_over(&ask, scopes, &closed).await,
                    None => self.named(outcome?).await,
                },
                Ok(outcome) => Ok(outcome.into()),
                Err(e) => Err(e.into()),
            };
        }
    }

    /// The one that reaches the database.
    async fn stated(&self, ask: ClaimAsk) -> Result<Outcome, StoreError> {
        self.metrics.claim_statement();
        let outcome = self.store.claim(ask).await;
        if matches!(outcome, Ok(Outcome::Won(_))) {
            fault::point(fault::CLAIM_COMMITTED);
        }
        match outcome {
            // an unknown order is answered as one that was never offered
            Err(StoreError::NotFound) => Ok(Outcome::NotEligible),
            Err(StoreError::Unavailable(_)) => Ok(Outcome::Retry),
            other => other,
        }
    }

    /// Whether the race is over: the attempt is, by a committed row, or nobody can know now.
    async fn ended(
        &self,
        key: (OrderId, i32),
        race: &Arc<Race>,
        outcome: &Result<Outcome, StoreError>,
        before: u64,
    ) -> Option<End> {
        let over = match outcome {
            Ok(Outcome::Won(win)) => win.full,
            Ok(Outcome::Lost { .. } | Outcome::Gone { .. }) => true,
            Ok(Outcome::Retry) | Err(_) => return race.failed().then_some(End::Failed),
            Ok(Outcome::Suspended { .. } | Outcome::NotEligible | Outcome::CoolingDown { .. }) => false,
        };
        if !over {
            return None;
        }
        // nobody waits, as with most orders: what the others are told costs more than the claim did, and is read by the
        // first who comes later
        if matches!(outcome, Ok(Outcome::Won(_))) && !race::is_awaited(race) {
            return Some(End::Closed);
        }
        // without it the others ask the database one by one, and learn the same
        let closing = self.store.closing(key.0, key.1).await.ok()?;
        self.closed.insert(key, Arc::new(closing.into()));
        // read of a history that is over: whoever waits asks for themselves
        if self.forgotten.load(Ordering::Acquire) != before {
            self.closed.remove(&key);
        }
        Some(End::Closed)
    }

    /// What this person is told of an attempt that is over.
    async fn answer_when_over(
        &self,
        ask: &ClaimAsk,
        scopes: Option<Arc<[ScopeId]>>,
        over: &Over,
    ) -> ApiResult<Answered> {
        let scopes = match scopes {
            Some(scopes) => scopes,
            None => match self.scopes_of(ask.account).await {
                Ok(scopes) => scopes,
                Err(e) => return Ok(unavailable(e)?.into()),
            },
        };
        if let Some(outcome) = over.outcome_for(ask.account, &scopes, self.clock.now()) {
            let by = matches!(outcome, Outcome::Lost { .. }).then(|| over.by.clone()).flatten();
            return Ok(Answered { outcome, by });
        }
        let standing = self.store.claim_standing(ask.clone()).await;
        self.named(standing.or_else(unavailable)?).await
    }

    /// With the winner's name, masked.
    async fn named(&self, outcome: Outcome) -> ApiResult<Answered> {
        let by = match &outcome {
            Outcome::Lost { by, .. } => {
                let names = self.store.people_names(vec![*by]).await?;
                names.get(by).map(|name| mask_name(name))
            }
            _ => None,
        };
        Ok(Answered { outcome, by })
    }

    async fn scopes_of(&self, who: AccountId) -> Result<Arc<[ScopeId]>, StoreError> {
        if let Some((at, scopes)) = self.members.get(&who)
            && at.elapsed() < FRESH
        {
            return Ok(scopes);
        }
        let found = self.store.memberships(who).await?;
        let scopes: Arc<[ScopeId]> = found.iter().map(|m| m.scope).collect();
        self.members.insert(who, (Instant::now(), scopes.clone()));
        Ok(scopes)
    }

    fn enter(&self, order: OrderId) -> Arc<Race> {
        let mut races = self.races.lock().unwrap_or_else(PoisonError::into_inner);
        if races.len() > CLOSED {
            races.retain(|_, race| Arc::strong_count(race) > 1);
        }
        races.entry(order).or_default().clone()
    }

    fn leave(&self, order: OrderId, race: &Arc<Race>) {
        let mut races = self.races.lock().unwrap_or_else(PoisonError::into_inner);
        if races.get(&order).is_some_and(|now| Arc::ptr_eq(now, race)) {
            races.remove(&order);
        }
    }
}

impl From<Outcome> for Answered {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, by: None }
    }
}

fn unavailable(e: StoreError) -> Result<Outcome, StoreError> {
    match e {
        StoreError::Unavailable(_) => Ok(Outcome::Retry),
        other => Err(other),
    }
}
