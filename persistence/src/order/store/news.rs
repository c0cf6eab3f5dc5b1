//! What messages say of orders.

use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::order::listing::Key;
use crate::order::past::Later;
use crate::order::values::{Brief, Closing};
use crate::store::{Store, on};
use domain::{At, OrderId};

impl Store {
    /// What messages show of these orders.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn briefs(&self, orders: Vec<OrderId>) -> StoreResult<Vec<Brief>> {
        let (clock, keys) = (self.clock.clone(), keys(orders));
        on!(self, read, |c| q::order::told::briefs::briefs(c, &clock, &keys))
    }

    /// [`Self::briefs`] for what is told to everybody at this moment.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn briefs_of_news(&self, orders: Vec<OrderId>) -> StoreResult<Vec<Brief>> {
        let (clock, keys) = (self.clock.clone(), keys(orders));
        on!(self, relay, |c| q::order::told::briefs::briefs(c, &clock, &keys))
    }

    /// What messages may say of these orders, which have changed since.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn later(&self, orders: Vec<OrderId>) -> StoreResult<Later> {
        on!(self, read, |c| q::order::told::briefs::later(c, &orders))
    }

    /// [`Self::later`] for what is told to everybody at this moment.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn later_of_news(&self, orders: Vec<OrderId>) -> StoreResult<Later> {
        on!(self, relay, |c| q::order::told::briefs::later(c, &orders))
    }

    /// What losers of an attempt that is over are told.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn closing(&self, order: OrderId, attempt: i32) -> StoreResult<Closing> {
        on!(self, read, |c| q::order::told::briefs::closing(c, order, attempt))
    }
}

/// Orders as a list's rows are named.
fn keys(orders: Vec<OrderId>) -> Vec<Key> {
    orders.into_iter().map(|id| (Ts(At::UNIX_EPOCH), id)).collect()
}
