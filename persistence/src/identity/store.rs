//! Log-ins and whoever is signed in.

use crate::engine::error::StoreResult;
use crate::identity::values::{PrincipalRead, Rotation};
use crate::people::rows::AccountRow;
use crate::people::values::NewAccount;
use crate::store::{Store, on};
use domain::{AccountId, At, SessionId};

impl Store {
    /// The account with this log-in name.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn account_by_login(&self, login: String) -> StoreResult<Option<AccountRow>> {
        on!(self, read, |c| q::people::accounts::by_login(c, &login))
    }

    /// An account.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn account(&self, id: AccountId) -> StoreResult<AccountRow> {
        on!(self, read, |c| q::people::accounts::find(c, id))
    }

    /// Opens a session after a right password or code; `None` when the account was disabled meanwhile.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn open_session(&self, id: AccountId, now: At, until: At) -> StoreResult<Option<SessionId>> {
        on!(self, write, |c| {
            // what was read before the password was checked may be old: this decides
            if !q::people::accounts::hold_enabled(c, id)? {
                return Ok(None);
            }
            q::identity::sessions::open(c, id, now, until).map(Some)
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
            if let Some(known) = q::people::accounts::by_identity(c, provider, &subject)? {
                return Ok(known);
            }
            let new = NewAccount {
                login: None,
                name,
                phone: None,
                password_hash: None,
                must_change_password: false,
            };
            let id = q::people::accounts::insert(c, &keyring, new, now)?;
            q::people::accounts::insert_identity(c, provider, &subject, id, now)?;
            q::people::accounts::find(c, id)
        })
    }

    /// Uses a refresh token.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn rotate_session(
        &self,
        id: SessionId,
        used: i32,
        now: At,
        until: At,
    ) -> StoreResult<Rotation> {
        on!(self, write, |c| q::identity::sessions::rotate(c, id, used, now, until))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn revoke_session(&self, id: SessionId, now: At) -> StoreResult<()> {
        on!(self, write, |c| q::identity::sessions::revoke(c, id, now))
    }

    /// Sets the password a person chose, and ends their other sessions.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn change_password(
        &self,
        id: AccountId,
        hash: String,
        session: SessionId,
        now: At,
    ) -> StoreResult<()> {
        on!(self, write, |c| {
            q::people::accounts::set_password(c, id, &hash, false, now)?;
            q::identity::sessions::revoke_all(c, id, Some(session), now)
        })
    }

    /// The person of a session, unless the session or the account is over.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn principal(
        &self,
        session: SessionId,
        who: AccountId,
        now: At,
    ) -> StoreResult<Option<PrincipalRead>> {
        let store = self.clone();
        let read = move |keys: Vec<(SessionId, AccountId)>| {
            let store = store.clone();
            async move { on!(store, read, |c| q::identity::principals::principals(c, &keys)) }
        };
        let found = self.gathered.principals.ask((session, who), read).await?;
        found.filter(|(until, _)| *until > now).map(|(_, read)| read).transpose()
    }

    /// Of these sessions, those that are over.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn sessions_over(&self, known: Vec<SessionId>) -> StoreResult<Vec<SessionId>> {
        let clock = self.clock.clone();
        on!(self, read, |c| {
            let now = db::now(c, &clock)?;
            q::identity::sessions::sessions_over(c, &known, now)
        })
    }
}
