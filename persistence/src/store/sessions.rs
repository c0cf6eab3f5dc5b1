//! Logging in: passwords and their failures, identities, sessions.

use super::{Store, on};
use crate::error::StoreResult;
use crate::people::{NewAccount, Rotation};
use crate::rows::AccountRow;
use domain::At;

impl Store {
    /// The account with this log-in name.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn account_by_login(&self, login: String) -> StoreResult<Option<AccountRow>> {
        on!(self, read, |c| q::accounts::by_login(c, &login))
    }

    /// An account.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn account(&self, id: i64) -> StoreResult<AccountRow> {
        on!(self, read, |c| q::accounts::find(c, id))
    }

    /// Opens a session after a right password or code; `None` when the account was disabled meanwhile.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn open_session(&self, id: i64, now: At, until: At) -> StoreResult<Option<i64>> {
        on!(self, write, |c| {
            // what was read before the password was checked may be old: this decides
            if !q::accounts::hold_enabled(c, id)? {
                return Ok(None);
            }
            q::sessions::open(c, id, now, until).map(Some)
        })
    }

    /// The account a provider knows under this name; added at the first log-in.
    ///
    /// # Errors
    /// `Taken` when the same first log-in ran beside this one: ask again.
    pub async fn identify(
        &self,
        provider: &'static str,
        subject: String,
        name: String,
        now: At,
    ) -> StoreResult<AccountRow> {
        let keyring = self.keyring.clone();
        on!(self, write, |c| {
            if let Some(known) = q::accounts::by_identity(c, provider, &subject)? {
                return Ok(known);
            }
            let new = NewAccount {
                login: None,
                name,
                phone: None,
                password_hash: None,
                must_change_password: false,
            };
            let id = q::accounts::insert(c, &keyring, new, now)?;
            q::accounts::insert_identity(c, provider, &subject, id, now)?;
            q::accounts::find(c, id)
        })
    }

    /// Uses a refresh token.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn rotate_session(&self, id: i64, used: i32, now: At, until: At) -> StoreResult<Rotation> {
        on!(self, write, |c| q::sessions::rotate(c, id, used, now, until))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn revoke_session(&self, id: i64, now: At) -> StoreResult<()> {
        on!(self, write, |c| q::sessions::revoke(c, id, now))
    }

    /// Sets the password a person chose, and ends their other sessions.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn change_password(&self, id: i64, hash: String, session: i64, now: At) -> StoreResult<()> {
        on!(self, write, |c| {
            q::accounts::set_password(c, id, &hash, false, now)?;
            q::sessions::revoke_all(c, id, Some(session), now)
        })
    }
}
