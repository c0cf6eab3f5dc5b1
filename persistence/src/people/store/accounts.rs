//! People: listing, adding, changing, importing.

use crate::engine::answers::AnswerOf;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::unreadable::left_out;
use crate::people::rows::AccountRow;
use crate::people::values::{AccountEdit, NewAccount, NewBinding, PeopleFilter, PersonRead, StaffImport};
use crate::store::{Store, on};
use domain::{AccountId, At};

impl Store {
    /// A person with all roles.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn person(&self, id: AccountId) -> StoreResult<PersonRead> {
        let keyring = self.keyring.clone();
        on!(self, read, |c| {
            let row = q::people::accounts::find(c, id)?;
            let people = q::people::staff::with_roles(c, vec![row])?;
            q::people::staff::with_phones(c, &keyring, people)?.pop().ok_or(StoreError::NotFound)
        })
    }

    /// A person as they are to themself: with the whole name, which nobody else is shown of whoever holds no role.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn person_themself(&self, id: AccountId) -> StoreResult<PersonRead> {
        let mut person = self.person(id).await?;
        match person.account.whole_name(&self.keyring) {
            Ok(name) => person.account.name = name,
            // no log-in is refused for it
            Err(e) => left_out("name", id.0, &e.to_string()),
        }
        Ok(person)
    }

    /// Brings the names of people with later keys than `after`, at most so many, into the state that their roles ask for:
    /// the last key looked at and how many were changed; none when there are no more. Nothing is written where nothing has
    /// to be done.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn settle_names(&self, after: AccountId, most: i64) -> StoreResult<Option<(AccountId, u64)>> {
        let ids: Vec<AccountId> = on!(self, read, |c| q::people::names::unsettled(c, after, most))?;
        let Some(last) = ids.last().copied() else { return Ok(None) };
        let keyring = self.keyring.clone();
        let changed = on!(self, write, |c| {
            q::engine::guard::hold_people(c)?;
            let mut changed = 0;
            for id in ids {
                changed += u64::from(q::people::names::settle(c, &keyring, id)?);
            }
            Ok(changed)
        })?;
        Ok(Some((last, changed)))
    }

    /// A page of the people with a role in some areas.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn people(&self, filter: PeopleFilter) -> StoreResult<Vec<PersonRead>> {
        let keyring = self.keyring.clone();
        on!(self, read, |c| {
            let people = q::people::staff::page(c, &filter)?;
            q::people::staff::with_phones(c, &keyring, people)
        })
    }

    /// The accounts with these log-in names, with their roles.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn people_by_logins(&self, logins: Vec<String>) -> StoreResult<Vec<PersonRead>> {
        let keyring = self.keyring.clone();
        on!(self, read, |c| {
            let rows: Vec<AccountRow> = q::people::accounts::by_logins(c, &logins)?;
            let people = q::people::staff::with_roles(c, rows)?;
            q::people::staff::with_phones(c, &keyring, people)
        })
    }

    /// Adds a person with roles; returns the key.
    ///
    /// # Errors
    /// `Taken` when the log-in name is taken or the client's key was used.
    pub async fn add_account(
        &self,
        new: NewAccount,
        roles: Vec<NewBinding>,
        now: At,
        answer: AnswerOf,
    ) -> StoreResult<AccountId> {
        let keyring = self.keyring.clone();
        on!(self, write, |c| {
            q::engine::guard::people(c)?;
            let id = q::people::accounts::insert(c, &keyring, new, now)?;
            for role in roles {
                q::people::roles::bind(c, id, role, now)?;
            }
            q::people::names::settle(c, &keyring, id)?;
            q::news::scopes::refresh(c, id)?;
            q::engine::answers::keep(c, answer, id.0, now)?;
            Ok(id)
        })
    }

    /// Changes name and phone.
    ///
    /// # Errors
    /// `Taken` when the client's key was used.
    pub async fn edit_account(
        &self,
        id: AccountId,
        edit: AccountEdit,
        now: At,
        answer: AnswerOf,
    ) -> StoreResult<AccountId> {
        let keyring = self.keyring.clone();
        on!(self, write, |c| {
            q::engine::guard::hold_people(c)?;
            q::people::accounts::update(c, &keyring, id, edit)?;
            q::engine::answers::keep(c, answer, id.0, now)?;
            Ok(id)
        })
    }

    /// Sets a one-time password and ends every session.
    ///
    /// # Errors
    /// `Taken` when the client's key was used.
    pub async fn reset_password(
        &self,
        id: AccountId,
        hash: String,
        now: At,
        answer: AnswerOf,
    ) -> StoreResult<AccountId> {
        on!(self, write, |c| {
            q::people::accounts::set_password(c, id, &hash, true, now)?;
            q::identity::sessions::revoke_all(c, id, None, now)?;
            q::engine::answers::keep(c, answer, id.0, now)?;
            Ok(id)
        })
    }

    /// Forgives somebody's wrong passwords.
    ///
    /// # Errors
    /// `Taken` when the client's key was used.
    pub async fn unlock_account(&self, id: AccountId, now: At, answer: AnswerOf) -> StoreResult<AccountId> {
        on!(self, write, |c| {
            q::people::accounts::unlock(c, id, now)?;
            q::engine::answers::keep(c, answer, id.0, now)?;
            Ok(id)
        })
    }

    /// Writes the people of an import, all or none; returns the keys of the new ones.
    ///
    /// # Errors
    /// `Taken` when a log-in name was taken meanwhile or the client's key was used.
    pub async fn import_staff(
        &self,
        import: StaffImport,
        now: At,
        answer: AnswerOf,
    ) -> StoreResult<Vec<AccountId>> {
        let keyring = self.keyring.clone();
        on!(self, write, |c| {
            let keys = q::people::import::staff(c, &keyring, import, now)?;
            q::engine::answers::keep(c, answer, 0, now)?;
            Ok(keys)
        })
    }
}
