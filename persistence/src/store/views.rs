//! Reading orders: one whole, pages of many, counts, offers.

use super::{Store, on};
use crate::contact::Contact;
use crate::error::StoreResult;
use crate::listing::{Found, Key, Line, ListFilter, Reader};
use crate::types::Ts;
use crate::values::{Brief, DetailRead, ListedOrder, StatusCount};
use domain::order::Order;
use domain::{AccountId, At, OrderId};
use std::collections::BTreeMap;

impl Store {
    /// Everything a view of this order shows besides the order.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn detail(&self, order: Order, reader: Option<AccountId>) -> StoreResult<DetailRead> {
        on!(self, read, |c| q::views::detail(c, &order, reader))
    }

    /// A page of orders for this reader, and the key to go on from.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn lines(&self, filter: ListFilter, reader: Reader) -> StoreResult<Found<Line>> {
        let share = if filter.asks_more() { Some(self.heavy().await?) } else { None };
        let clock = self.clock.clone();
        on!(self, read, |c| {
            let _held = share;
            let found = q::lists::page(c, &filter)?;
            Ok(Found { list: q::listed::lines(c, &clock, &reader, &found.list)?, next: found.next })
        })
    }

    /// The same with what takes little to read.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn list(&self, filter: ListFilter) -> StoreResult<Found<ListedOrder>> {
        let share = if filter.asks_more() { Some(self.heavy().await?) } else { None };
        on!(self, read, |c| {
            let _held = share;
            let found = q::lists::page(c, &filter)?;
            Ok(Found { list: q::listed::rows(c, &found.list)?, next: found.next })
        })
    }

    /// How many orders of these buckets these areas have, by state, each capped at 10,000 (pooled, assigned and
    /// claimed: among the newest 2,000 of them); how many are overdue; and how many requests wait for a decision, of orders
    /// that are not about the reader.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn counts(
        &self,
        areas: Vec<i64>,
        buckets: Vec<&'static str>,
        (reader, now): (AccountId, At),
    ) -> StoreResult<(Vec<StatusCount>, i64, i64)> {
        let share = self.heavy().await?;
        on!(self, read, |c| {
            let _held = share;
            let (mut counts, mut overdue, mut requests) = (Vec::new(), 0, 0);
            for area in areas {
                for bucket in &buckets {
                    counts.extend(q::listed::count_bucket(c, area, bucket)?);
                }
                overdue += q::listed::count_overdue(c, area, Ts(now))?;
                requests += q::listed::count_requests(c, area, reader.0)?;
            }
            Ok((counts, overdue, requests))
        })
    }

    /// A page of what is offered to this person now, behind this key, the oldest first; and the key to go on from.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn offers(&self, who: AccountId, after: Option<Key>, limit: i64) -> StoreResult<Found<Brief>> {
        let clock = self.clock.clone();
        on!(self, read, |c| q::listed::offers(c, &clock, who, after, limit))
    }

    /// How many orders are offered to this person now, counted up to `most`.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn count_offers(&self, who: AccountId, most: i64) -> StoreResult<usize> {
        Ok(on!(self, read, |c| q::listed::offered(c, who, None, most))?.len())
    }

    /// Those of these people who have something to do with these areas (key and path): a role there, or an order of theirs.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn belonging(&self, people: Vec<i64>, areas: Vec<(i64, String)>) -> StoreResult<Vec<i64>> {
        on!(self, read, |c| q::staff::belonging(c, &people, &areas))
    }

    /// Names of these people.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn people_names(&self, ids: Vec<i64>) -> StoreResult<BTreeMap<i64, String>> {
        on!(self, read, |c| q::views::people_names(c, ids))
    }

    /// Marks an order read up to a version.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn mark_read(&self, who: AccountId, order: OrderId, version: i32) -> StoreResult<()> {
        on!(self, write, |c| q::views::mark_read(c, who, order, version))
    }

    /// The contact in the clear; the reading is logged, and committed, before this returns.
    ///
    /// # Errors
    /// `NotFound`; `Internal` when a value was changed, belongs elsewhere, or its key is not there.
    pub async fn read_contact(
        &self,
        order: OrderId,
        who: AccountId,
        request_id: String,
    ) -> StoreResult<Contact> {
        let (clock, keyring) = (self.clock.clone(), self.keyring.clone());
        let opened = on!(self, write, |c| {
            let now = db::now(c, &clock)?;
            q::views::read_contact(c, &keyring, order, who, &request_id, now)
        })?;
        Ok(opened?)
    }

    /// Who read the contact of an order, oldest first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn contact_readers(&self, order: OrderId) -> StoreResult<Vec<(i64, Ts)>> {
        on!(self, read, |c| q::views::contact_readers(c, order))
    }

    /// The order of a query code.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn by_query_code(&self, code: &str) -> StoreResult<OrderId> {
        let hashes = self.keyring.code_hashes(code);
        on!(self, read, |c| q::views::by_query_code(c, hashes))
    }

    /// The order with this number, if these are the last four digits of its contact's telephone. Whatever it is that does not
    /// fit, the same is done.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn asked(&self, number: String, last_four: String) -> StoreResult<Option<OrderId>> {
        let keyring = self.keyring.clone();
        on!(self, read, |c| q::asking::find(c, &keyring, &number, &last_four))
    }

    /// How many orders a filter finds, at most `cap`; none when it would take more looking than one page may.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn count(&self, filter: ListFilter, cap: i64) -> StoreResult<Option<i64>> {
        let share = self.heavy().await?;
        on!(self, read, |c| {
            let _held = share;
            q::lists::count(c, &filter, cap)
        })
    }

    /// Files at most `most` orders under their terms that never were; how many.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn file_terms(&self, most: i64) -> StoreResult<usize> {
        on!(self, write, |c| q::lists::terms::file_more(c, most))
    }

    /// The versions of these orders that a person has marked read.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn read_versions(&self, who: AccountId, orders: Vec<i64>) -> StoreResult<BTreeMap<i64, i32>> {
        on!(self, read, |c| q::views::read_versions(c, who, orders))
    }
}
