//! Who would be told of an offer, and who was.

use super::{Store, on};
use crate::error::StoreResult;
use crate::reach::{PreviewAsk, PreviewRead, ScopeNames, ScopeOffer};
use domain::OrderId;

impl Store {
    /// Who would be told, who of them is there, and what became of the last such orders.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn preview(&self, ask: PreviewAsk) -> StoreResult<PreviewRead> {
        on!(self, read, |c, now| q::reach::preview(c, &ask, now))
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
        on!(self, read, |c| q::offers::of_attempt(c, order, attempt, since))
    }

    /// Names of these scopes.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn scope_names(&self, scopes: Vec<domain::organisation::Scope>) -> StoreResult<ScopeNames> {
        on!(self, read, |c| q::reach::names(c, &scopes))
    }
}
