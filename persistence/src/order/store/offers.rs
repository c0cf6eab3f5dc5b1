//! Offers: before they are made, while they stand, and whom they reached.

use crate::engine::error::StoreResult;
use crate::order::listing::{Found, Key};
use crate::order::reach::{PreviewAsk, PreviewRead, ScopeNames, ScopeOffer};
use crate::order::values::Brief;
use crate::store::{Store, on};
use domain::{AccountId, OrderId, ScopeId};

impl Store {
    /// A page of what is offered to this person now, behind this key, the oldest first; and the key to go on from.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn offers(&self, who: AccountId, after: Option<Key>, limit: i64) -> StoreResult<Found<Brief>> {
        let clock = self.clock.clone();
        on!(self, read, |c| q::order::offers::standing::offers(c, &clock, who, after, limit))
    }

    /// How many orders are offered to this person now, counted up to `most`.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn count_offers(&self, who: AccountId, most: i64) -> StoreResult<usize> {
        Ok(on!(self, read, |c| q::order::offers::standing::offered(c, who, None, most))?.len())
    }

    /// The offers that stand in a scope, oldest first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn standing_offers(&self, scope: ScopeId, limit: i64) -> StoreResult<Vec<Brief>> {
        let clock = self.clock.clone();
        on!(self, read, |c| q::order::offers::standing::in_scope(c, &clock, scope, limit))
    }

    /// Who would be told, who of them is there, and what became of the last such orders.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn preview(&self, ask: PreviewAsk) -> StoreResult<PreviewRead> {
        on!(self, read, |c, now| q::order::offers::preview::preview(c, &ask, now))
    }

    /// The scopes of an attempt that began with the order's version `since`, and their names.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn offers_of(
        &self,
        order: OrderId,
        attempt: i32,
        since: i32,
    ) -> StoreResult<(Vec<ScopeOffer>, ScopeNames)> {
        on!(self, read, |c| q::order::offers::reached::of_attempt(c, order, attempt, since))
    }

    /// Names of these scopes.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn scope_names(&self, scopes: Vec<domain::organisation::Scope>) -> StoreResult<ScopeNames> {
        on!(self, read, |c| q::order::offers::preview::names(c, &scopes))
    }

    /// Pooled orders that are offered to this person by name.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn live_offers_to(&self, who: AccountId) -> StoreResult<Vec<OrderId>> {
        on!(self, statement, |c| q::order::offers::withdrawn::live_offers_to(c, who))
    }

    /// Pooled orders whose offer stands in one of these scopes, through which this person is no candidate any more.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn live_offers_in(
        &self,
        scopes: Vec<ScopeId>,
        lost_by: AccountId,
    ) -> StoreResult<Vec<OrderId>> {
        on!(self, statement, |c| q::order::offers::withdrawn::live_offers_in(c, &scopes, lost_by))
    }
}
