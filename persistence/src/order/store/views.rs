//! Orders as they are shown, and how they are found from outside.

use crate::engine::error::StoreResult;
use crate::order::values::DetailRead;
use crate::store::{Store, on};
use domain::order::Order;
use domain::{AccountId, OrderId};
use std::collections::BTreeMap;

impl Store {
    /// Everything a view of this order shows besides the order.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn detail(&self, order: Order, reader: Option<AccountId>) -> StoreResult<DetailRead> {
        on!(self, read, |c| q::order::shown::views::detail(c, &order, reader))
    }

    /// Names of these people.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn people_names(&self, ids: Vec<AccountId>) -> StoreResult<BTreeMap<AccountId, String>> {
        on!(self, read, |c| q::order::shown::views::people_names(c, ids))
    }

    /// Marks an order read up to a version.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn mark_read(&self, who: AccountId, order: OrderId, version: i32) -> StoreResult<()> {
        on!(self, write, |c| q::order::shown::views::mark_read(c, who, order, version))
    }

    /// The versions of these orders that a person has marked read.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn read_versions(
        &self,
        who: AccountId,
        orders: Vec<OrderId>,
    ) -> StoreResult<BTreeMap<OrderId, i32>> {
        on!(self, read, |c| q::order::shown::views::read_versions(c, who, &orders))
    }

    /// The order of a query code.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn by_query_code(&self, code: &str) -> StoreResult<OrderId> {
        let hashes = self.keyring.code_hashes(code);
        on!(self, read, |c| q::order::shown::views::by_query_code(c, hashes))
    }

    /// The order with this number, if these are the last four digits of its contact's telephone. Whatever it is that does not
    /// fit, the same is done.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn asked(&self, number: String, last_four: String) -> StoreResult<Option<OrderId>> {
        let keyring = self.keyring.clone();
        on!(self, read, |c| q::order::contact::asking::find(c, &keyring, &number, &last_four))
    }
}
