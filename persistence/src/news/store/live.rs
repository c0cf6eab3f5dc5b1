//! Live clients: memberships, what scopes were told, receipts, presence.

use crate::engine::answers::AnswerOf;
use crate::engine::error::StoreResult;
use crate::news::queue::Entry;
use crate::news::values::{Look, Membership};
use crate::store::{Store, on};
use domain::{AccountId, At, ScopeId};
use std::sync::Arc;

impl Store {
    /// The scopes of a person with their heads.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn memberships(&self, who: AccountId) -> StoreResult<Vec<Membership>> {
        let store = self.clone();
        let read = move |keys: Vec<AccountId>| {
            let store = store.clone();
            async move { on!(store, read, |c| q::news::live::memberships(c, &keys)) }
        };
        let found = self.gathered.memberships.ask(who, read).await?;
        if found.iter().any(|m| m.kind == "person") {
            return Ok(found);
        }
        // the first time: their own scope is made
        on!(self, write, |c| {
            q::news::scopes::ensure(c, &[domain::organisation::Scope::Person(who)])?;
            Ok(q::news::live::memberships(c, &[who])?.remove(&who).unwrap_or_default())
        })
    }

    /// Of these people and the scopes they were known in (ascending), those whose memberships are others now.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn moved(&self, known: Vec<(AccountId, Vec<ScopeId>)>) -> StoreResult<Vec<AccountId>> {
        on!(self, read, |c| q::news::live::moved(c, &known))
    }

    /// One look at what the database says of itself, and at the heads of the scopes that were told something in this span
    /// before now: by one connection, so that the heads are those of the epoch.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn look(&self, span: Option<chrono::TimeDelta>) -> StoreResult<Look> {
        let clock = self.clock.clone();
        on!(self, read, |c| {
            let (now, epoch, people) = q::engine::epoch::seen(c)?;
            let since = span.map(|span| db::at(now, &clock) - span);
            let heads = since.map(|since| q::news::live::heads_since(c, since)).transpose()?;
            Ok(Look { epoch, people: people.unwrap_or_default(), heads: heads.unwrap_or_default() })
        })
    }

    /// The scopes a person is a member of: kind, referenced key and name.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn scopes_of(&self, who: AccountId) -> StoreResult<Vec<(String, i64, Option<String>)>> {
        on!(self, read, |c| q::news::scopes::of_member(c, who))
    }

    /// What a scope was told after a number, oldest first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn entries_after(&self, scope: ScopeId, after: i64, limit: i64) -> StoreResult<Vec<Entry>> {
        on!(self, read, |c| q::news::live::entries_after(c, scope, after, limit))
    }

    /// Heads of these scopes.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn heads(&self, scopes: Vec<ScopeId>) -> StoreResult<Vec<(ScopeId, i64)>> {
        on!(self, read, |c| q::news::live::heads(c, &scopes))
    }

    /// Remembers how far people have read (account, scope, number) in this epoch, and who was there. When it is over
    /// nothing of it is remembered: the same numbers are other things now.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn note_readers(
        &self,
        epoch: Arc<str>,
        acked: Vec<(AccountId, ScopeId, i64)>,
        seen: Vec<AccountId>,
    ) -> StoreResult<()> {
        let clock = self.clock.clone();
        on!(self, write, |c| {
            let (now, current, _) = q::engine::epoch::seen(c)?;
            let now = db::at(now, &clock);
            if current.as_deref() == Some(&*epoch) {
                q::news::live::acknowledge(c, &acked, now)?;
            }
            q::news::live::seen(c, &seen, now)
        })
    }

    /// Whether a person is on duty, and since when that was said.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn duty(&self, who: AccountId) -> StoreResult<(bool, Option<At>)> {
        let store = self.clone();
        let read = move |keys: Vec<AccountId>| {
            let store = store.clone();
            async move { on!(store, read, |c| q::news::live::duties(c, &keys)) }
        };
        Ok(self.gathered.duties.ask(who, read).await?.unwrap_or((true, None)))
    }

    /// Sets whether a person is on duty.
    ///
    /// # Errors
    /// `Taken` when the client's key was used.
    pub async fn set_duty(&self, who: AccountId, on: bool, now: At, answer: AnswerOf) -> StoreResult<()> {
        on!(self, write, |c| {
            q::news::live::set_duty(c, who, on, now)?;
            q::engine::answers::keep(c, answer, who.0, now)
        })
    }
}
