//! Looking people up by phone, and who read what of them.

use super::{Store, on};
use crate::error::StoreResult;
use crate::listing::{Found, Line, Reader};
use crate::readings::{Allowance, PhoneSearch, Reading, ReadingFilter};

impl Store {
    /// Logs that somebody looks for a phone, unless they did so too often. What it says is committed when this returns.
    ///
    /// # Errors
    /// `NotFound` when their account is disabled.
    pub async fn log_phone_search(&self, search: PhoneSearch) -> StoreResult<Allowance> {
        on!(self, write, |c, now| q::readings::log_search(c, &search, now))
    }

    /// The newest orders with this phone where it is looked for, at most `most`; and whether there may be more.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn orders_of_phone(
        &self,
        search: PhoneSearch,
        most: usize,
        reader: Reader,
    ) -> StoreResult<(Vec<Line>, bool)> {
        let share = self.heavy().await?;
        let clock = self.clock.clone();
        on!(self, read, |c| {
            let _held = share;
            let (keys, more) = q::readings::orders_of_phone(c, &search, most)?;
            Ok((q::listed::lines(c, &clock, &reader, &keys)?, more))
        })
    }

    /// A page of the log of what was read, and the key to go on from.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn readings(&self, filter: ReadingFilter) -> StoreResult<Found<Reading>> {
        let share = self.heavy().await?;
        on!(self, read, |c| {
            let _held = share;
            q::readings::page(c, &filter)
        })
    }
}
