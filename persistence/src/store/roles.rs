//! Roles given and taken, people disabled and enabled. Memberships and what is open of a name follow in the same
//! transaction; every one of these takes the guard of people first, since its rules span several people's rows.

use super::{Store, on};
use crate::error::StoreResult;
use crate::people::{AnswerOf, NewBinding, Removal};
use domain::people::Role;
use domain::{AccountId, At, OrderId};

impl Store {
    /// Gives a role; one that is held already stays as it is.
    ///
    /// # Errors
    /// `Taken` when the client's key was used.
    pub async fn add_role(&self, who: i64, role: NewBinding, now: At, answer: AnswerOf) -> StoreResult<i64> {
        let keyring = self.keyring.clone();
        on!(self, write, |c| {
            q::guard::people(c)?;
            q::roles::bind(c, who, role, now)?;
            q::names::settle(c, &keyring, who)?;
            q::scopes::refresh(c, AccountId(who))?;
            q::answers::keep(c, answer, who, now)?;
            Ok(who)
        })
    }

    /// Takes a role away; from then on what they hold and may not do without it is to be returned. The last
    /// administrator's stays.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn remove_role(&self, who: i64, binding: i64, now: At) -> StoreResult<Removal> {
        let keyring = self.keyring.clone();
        on!(self, write, |c| {
            q::guard::people(c)?;
            let held = q::roles::of(c, &[who])?.remove(&who).unwrap_or_default();
            let (gone, left): (Vec<_>, Vec<_>) = held.into_iter().partition(|b| b.id == binding);
            let Some(gone) = gone.first() else { return Ok(Removal::Done { lost: Vec::new() }) };
            let last = gone.role == Role::Admin && !left.iter().any(|b| b.role == Role::Admin);
            if last && !q::roles::others_administer(c, who)? {
                return Ok(Removal::LastAdmin);
            }
            q::roles::unbind(c, who, binding)?;
            q::names::settle(c, &keyring, who)?;
            q::leaving::begin(c, who, now)?;
            Ok(Removal::Done { lost: q::scopes::refresh(c, AccountId(who))? })
        })
    }

    /// Disables somebody, whatever they hold, and ends their sessions; from then on what they hold is to be returned. Done
    /// again it only begins that anew. The last administrator's account stays.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn disable_account(&self, who: i64, now: At) -> StoreResult<Removal> {
        on!(self, write, |c| {
            q::guard::people(c)?;
            let roles = q::roles::of(c, &[who])?.remove(&who).unwrap_or_default();
            if roles.iter().any(|b| b.role == Role::Admin) && !q::roles::others_administer(c, who)? {
                return Ok(Removal::LastAdmin);
            }
            q::accounts::set_disabled(c, who, Some(now))?;
            q::leaving::begin(c, who, now)?;
            q::sessions::revoke_all(c, who, None, now)?;
            Ok(Removal::Done { lost: q::scopes::refresh(c, AccountId(who))? })
        })
    }

    /// Keeps the answer to a write that takes several transactions, after the last of them.
    ///
    /// # Errors
    /// `Taken` when the client's key was used.
    pub async fn keep_answer(&self, written: i64, now: At, answer: AnswerOf) -> StoreResult<()> {
        on!(self, write, |c| q::answers::keep(c, answer, written, now))
    }

    /// Enables somebody again.
    ///
    /// # Errors
    /// `Taken` when the client's key was used.
    pub async fn enable_account(&self, who: i64, now: At, answer: AnswerOf) -> StoreResult<i64> {
        on!(self, write, |c| {
            q::guard::people(c)?;
            q::accounts::set_disabled(c, who, None)?;
            q::scopes::refresh(c, AccountId(who))?;
            q::answers::keep(c, answer, who, now)?;
            Ok(who)
        })
    }

    /// Pooled orders that are offered to this person by name.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn live_offers_to(&self, who: AccountId) -> StoreResult<Vec<OrderId>> {
        on!(self, statement, |c| q::staff::live_offers_to(c, who))
    }

    /// Pooled orders whose offer stands in one of these scopes, through which this person is no candidate any more.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn live_offers_in(&self, scopes: Vec<i64>, lost_by: i64) -> StoreResult<Vec<OrderId>> {
        on!(self, statement, |c| q::staff::live_offers_in(c, &scopes, lost_by))
    }
}
