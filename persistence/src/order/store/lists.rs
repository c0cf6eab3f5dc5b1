//! Lists of orders, their counts, and how long the oldest has waited.

use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::order::listing::{Found, Line, ListFilter, Reader};
use crate::order::values::{ListedOrder, StatusCount, Waiting};
use crate::store::{Store, on};
use domain::{AccountId, AreaId, At};

impl Store {
    /// A page of orders for this reader, and the key to go on from.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn lines(&self, filter: ListFilter, reader: Reader) -> StoreResult<Found<Line>> {
        let share = if filter.asks_more() { Some(self.heavy().await?) } else { None };
        let clock = self.clock.clone();
        on!(self, read, |c| {
            let _held = share;
            let found = q::order::lists::page(c, &filter)?;
            Ok(Found {
                list: q::order::shown::listed::lines(c, &clock, &reader, &found.list)?,
                next: found.next,
            })
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
            let found = q::order::lists::page(c, &filter)?;
            Ok(Found { list: q::order::shown::listed::rows(c, &found.list)?, next: found.next })
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
        areas: Vec<AreaId>,
        buckets: Vec<&'static str>,
        (reader, now): (AccountId, At),
    ) -> StoreResult<(Vec<StatusCount>, i64, i64)> {
        let share = self.heavy().await?;
        on!(self, read, |c| {
            let _held = share;
            let (mut counts, mut overdue, mut requests) = (Vec::new(), 0, 0);
            for area in areas {
                for bucket in &buckets {
                    counts.extend(q::order::shown::listed::count_bucket(c, area, bucket)?);
                }
                overdue += q::order::shown::listed::count_overdue(c, area, Ts(now))?;
                requests += q::order::shown::listed::count_requests(c, area, reader)?;
            }
            Ok((counts, overdue, requests))
        })
    }

    /// How many orders a filter finds, at most `cap`; none when it would take more looking than one page may.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn count(&self, filter: ListFilter, cap: i64) -> StoreResult<Option<i64>> {
        let share = self.heavy().await?;
        on!(self, read, |c| {
            let _held = share;
            q::order::lists::count(c, &filter, cap)
        })
    }

    /// Files at most `most` orders under their terms that never were; how many.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn file_terms(&self, most: i64) -> StoreResult<usize> {
        on!(self, write, |c| q::order::lists::terms::file_more(c, most))
    }

    /// The oldest order of each state in which orders wait for somebody.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn oldest_waiting(&self) -> StoreResult<Vec<Waiting>> {
        on!(self, read, |c| q::order::waiting::oldest_waiting(c))
    }
}
