//! Live clients: memberships, what scopes were told, receipts, presence.

use super::{Backend, Store, on};
use crate::error::StoreResult;
use crate::past::Later;
use crate::people::AnswerOf;
use crate::queue::Entry;
use crate::types::Ts;
use crate::values::{Brief, Closing, Look, Membership};
use domain::{AccountId, At, OrderId};
use std::sync::Arc;

impl Store {
    /// The scopes of a person with their heads.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn memberships(&self, who: AccountId) -> StoreResult<Vec<Membership>> {
        let store = self.clone();
        let read = move |keys: Vec<i64>| {
            let store = store.clone();
            async move { on!(store, read, |c| q::live::memberships(c, &keys)) }
        };
        let found = self.gathered.memberships.ask(who.0, read).await?;
        if found.iter().any(|m| m.kind == "person") {
            return Ok(found);
        }
        // the first time: their own scope is made
        on!(self, write, |c| {
            q::scopes::ensure(c, &[domain::organisation::Scope::Person(who)])?;
            Ok(q::live::memberships(c, &[who.0])?.remove(&who.0).unwrap_or_default())
        })
    }

    /// Of these people and the scopes they were known in (ascending), those whose memberships are others now.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn moved(&self, known: Vec<(i64, Vec<i64>)>) -> StoreResult<Vec<i64>> {
        on!(self, read, |c| q::live::moved(c, &known))
    }

    /// One look at what the database says of itself, and at the heads of the scopes that were told something in this span
    /// before now: by one connection, so that the heads are those of the epoch.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn look(&self, span: Option<chrono::TimeDelta>) -> StoreResult<Look> {
        let clock = self.clock.clone();
        on!(self, read, |c| {
            let (now, epoch, people) = q::epoch::seen(c)?;
            let since = span.map(|span| db::at(now, &clock) - span);
            let heads = since.map(|since| q::live::heads_since(c, since)).transpose()?;
            Ok(Look { epoch, people: people.unwrap_or_default(), heads: heads.unwrap_or_default() })
        })
    }

    /// Of these sessions, those that are over.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn sessions_over(&self, known: Vec<i64>) -> StoreResult<Vec<i64>> {
        let clock = self.clock.clone();
        on!(self, read, |c| {
            let now = db::now(c, &clock)?;
            q::live::sessions_over(c, &known, now)
        })
    }

    /// What a scope was told after a number, oldest first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn told(&self, scope: i64, after: i64, limit: i64) -> StoreResult<Vec<Entry>> {
        on!(self, read, |c| q::live::told(c, scope, after, limit))
    }

    /// Heads of these scopes.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn heads(&self, scopes: Vec<i64>) -> StoreResult<Vec<(i64, i64)>> {
        on!(self, read, |c| q::live::heads(c, &scopes))
    }

    /// What messages show of these orders.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn briefs(&self, orders: Vec<i64>) -> StoreResult<Vec<Brief>> {
        let (clock, keys) = (self.clock.clone(), keys(orders));
        on!(self, read, |c| q::live::briefs(c, &clock, &keys))
    }

    /// [`Self::briefs`] for what is told to everybody at this moment.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn briefs_of_news(&self, orders: Vec<i64>) -> StoreResult<Vec<Brief>> {
        let (clock, keys) = (self.clock.clone(), keys(orders));
        on!(self, relay, |c| q::live::briefs(c, &clock, &keys))
    }

    /// What messages may say of these orders, which have changed since.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn later(&self, orders: Vec<i64>) -> StoreResult<Later> {
        on!(self, read, |c| q::live::later(c, &orders))
    }

    /// [`Self::later`] for what is told to everybody at this moment.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn later_of_news(&self, orders: Vec<i64>) -> StoreResult<Later> {
        on!(self, relay, |c| q::live::later(c, &orders))
    }

    /// The offers that stand in a scope, oldest first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn standing_offers(&self, scope: i64, limit: i64) -> StoreResult<Vec<Brief>> {
        let clock = self.clock.clone();
        on!(self, read, |c| q::live::standing(c, &clock, scope, limit))
    }

    /// What losers of an attempt that is over are told.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn closing(&self, order: OrderId, attempt: i32) -> StoreResult<Closing> {
        on!(self, read, |c| q::live::closing(c, order, attempt))
    }

    /// Remembers how far people have read (account, scope, number) in this epoch, and who was there. When it is over
    /// nothing of it is remembered: the same numbers are other things now.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn note_readers(
        &self,
        epoch: Arc<str>,
        acked: Vec<(i64, i64, i64)>,
        seen: Vec<i64>,
    ) -> StoreResult<()> {
        let clock = self.clock.clone();
        on!(self, write, |c| {
            let (now, current, _) = q::epoch::seen(c)?;
            let now = db::at(now, &clock);
            if current.as_deref() == Some(&*epoch) {
                q::live::acknowledge(c, &acked, now)?;
            }
            q::live::seen(c, &seen, now)
        })
    }

    /// Whether a person is on duty, and since when that was said.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn duty(&self, who: AccountId) -> StoreResult<(bool, Option<At>)> {
        let store = self.clone();
        let read = move |keys: Vec<i64>| {
            let store = store.clone();
            async move { on!(store, read, |c| q::live::duties(c, &keys)) }
        };
        Ok(self.gathered.duties.ask(who.0, read).await?.unwrap_or((true, None)))
    }

    /// Sets whether a person is on duty.
    ///
    /// # Errors
    /// `Taken` when the client's key was used.
    pub async fn set_duty(&self, who: AccountId, on: bool, now: At, answer: AnswerOf) -> StoreResult<()> {
        on!(self, write, |c| {
            q::live::set_duty(c, who, on, now)?;
            q::answers::keep(c, answer, who.0, now)
        })
    }

    /// Which history the database tells: what a cursor must have been given by.
    ///
    /// # Errors
    /// `Unavailable`, also of a standby.
    pub async fn epoch(&self) -> StoreResult<String> {
        on!(self, read, |c| q::epoch::read(c))
    }

    /// Begins the next epoch, unless this one is over already: the history is not the one that was told in it.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn leave_epoch(&self, known: Arc<str>) -> StoreResult<String> {
        on!(self, write, |c| q::epoch::leave(c, &known))
    }

    /// Has every connection made anew: some may still lead to a server that is not the primary any more.
    pub fn doubt(&self) {
        match &self.backend {
            Backend::Sqlite { .. } => {}
            #[cfg(feature = "postgres")]
            Backend::Postgres { pool, .. } => pool.doubt(),
        }
    }
}

/// Orders as a list's rows are named.
fn keys(orders: Vec<i64>) -> Vec<(Ts, i64)> {
    orders.into_iter().map(|id| (Ts(At::UNIX_EPOCH), id)).collect()
}
