//! Contacts: opened, looked for, and who did either.

use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::order::contact::Contact;
use crate::order::listing::{Found, Line, Reader};
use crate::order::readings::{self, Allowance, PhoneSearch, Reading, ReadingFilter};
use crate::store::{Store, on};
use domain::{AccountId, AreaId, OrderId};

impl Store {
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
            q::order::shown::views::read_contact(c, &keyring, order, who, &request_id, now)
        })?;
        Ok(opened?)
    }

    /// Who read the contact of an order, oldest first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn contact_readers(&self, order: OrderId) -> StoreResult<Vec<(AccountId, Ts)>> {
        on!(self, read, |c| q::order::shown::views::contact_readers(c, order))
    }

    /// Those of these people who have something to do with these areas (key and path): a role there, or an order of theirs.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn belonging(
        &self,
        people: Vec<AccountId>,
        areas: Vec<(AreaId, String)>,
    ) -> StoreResult<Vec<AccountId>> {
        on!(self, read, |c| q::order::belonging::of(c, &people, &areas))
    }

    /// Logs that somebody looks for a phone, unless they did so too often. What it says is committed when this returns.
    ///
    /// # Errors
    /// `NotFound` when their account is disabled.
    pub async fn log_phone_search(&self, search: PhoneSearch) -> StoreResult<Allowance> {
        on!(self, write, |c, now| q::order::contact::readings::log_search(c, &search, now))
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
            let (keys, more) = q::order::contact::readings::orders_of_phone(c, &search, most)?;
            Ok((q::order::shown::listed::lines(c, &clock, &reader, &keys)?, more))
        })
    }

    /// A page of the log of what was read, and the key to go on from.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn readings(&self, filter: ReadingFilter) -> StoreResult<Found<Reading, readings::Key>> {
        let share = self.heavy().await?;
        on!(self, read, |c| {
            let _held = share;
            q::order::contact::readings::page(c, &filter)
        })
    }
}
