//! Roles given and taken, accounts disabled and enabled.

use crate::engine::answers::AnswerOf;
use crate::engine::error::StoreResult;
use crate::people::values::{NewBinding, Removal};
use crate::store::{Store, on};
use domain::people::Role;
use domain::{AccountId, At, BindingId};

impl Store {
    /// Gives a role; one that is held already stays as it is.
    ///
    /// # Errors
    /// `Taken` when the client's key was used.
    pub async fn add_role(
        &self,
        who: AccountId,
        role: NewBinding,
        now: At,
        answer: AnswerOf,
    ) -> StoreResult<AccountId> {
        let keyring = self.keyring.clone();
        on!(self, write, |c| {
            q::engine::guard::people(c)?;
            q::people::roles::bind(c, who, role, now)?;
            q::people::names::settle(c, &keyring, who)?;
            q::news::scopes::refresh(c, who)?;
            q::engine::answers::keep(c, answer, who.0, now)?;
            Ok(who)
        })
    }

    /// Takes a role away; from then on what they hold and may not do without it is to be returned. The last
    /// administrator's stays.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn remove_role(&self, who: AccountId, binding: BindingId, now: At) -> StoreResult<Removal> {
        let keyring = self.keyring.clone();
        on!(self, write, |c| {
            q::engine::guard::people(c)?;
            let held = q::people::roles::of(c, &[who])?.remove(&who).unwrap_or_default();
            let (gone, left): (Vec<_>, Vec<_>) = held.into_iter().partition(|b| b.id == binding);
            let Some(gone) = gone.first() else { return Ok(Removal::Done { lost: Vec::new() }) };
            let last = gone.role == Role::Admin && !left.iter().any(|b| b.role == Role::Admin);
            if last && !q::people::roles::others_administer(c, who)? {
                return Ok(Removal::LastAdmin);
            }
            q::people::roles::unbind(c, who, binding)?;
            q::people::names::settle(c, &keyring, who)?;
            q::order::leaving::begin(c, who, now)?;
            Ok(Removal::Done { lost: q::news::scopes::refresh(c, who)? })
        })
    }

    /// Disables somebody, whatever they hold, and ends their sessions; from then on what they hold is to be returned. Done
    /// again it only begins that anew. The last administrator's account stays.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn disable_account(&self, who: AccountId, now: At) -> StoreResult<Removal> {
        on!(self, write, |c| {
            q::engine::guard::people(c)?;
            let roles = q::people::roles::of(c, &[who])?.remove(&who).unwrap_or_default();
            if roles.iter().any(|b| b.role == Role::Admin) && !q::people::roles::others_administer(c, who)? {
                return Ok(Removal::LastAdmin);
            }
            q::people::accounts::set_disabled(c, who, Some(now))?;
            q::order::leaving::begin(c, who, now)?;
            q::identity::sessions::revoke_all(c, who, None, now)?;
            Ok(Removal::Done { lost: q::news::scopes::refresh(c, who)? })
        })
    }

    /// Enables somebody again.
    ///
    /// # Errors
    /// `Taken` when the client's key was used.
    pub async fn enable_account(&self, who: AccountId, now: At, answer: AnswerOf) -> StoreResult<AccountId> {
        on!(self, write, |c| {
            q::engine::guard::people(c)?;
            q::people::accounts::set_disabled(c, who, None)?;
            q::news::scopes::refresh(c, who)?;
            q::engine::answers::keep(c, answer, who.0, now)?;
            Ok(who)
        })
    }
}
