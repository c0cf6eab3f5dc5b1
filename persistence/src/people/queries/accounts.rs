//! Accounts: finding, adding, changing, passwords, identities of other log-in providers. `failed_logins` and
//! `locked_until` are an earlier version's: wrong passwords are counted in memory.

use super::{Conn, names};
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::seal::Keyring;
use crate::engine::sql::types::Ts;
use crate::identity::schema::identity;
use crate::people::rows::AccountRow;
use crate::people::schema::account;
use crate::people::values::{AccountEdit, NewAccount, SealedPhone};
use diesel::prelude::*;
use domain::{AccountId, At};

/// An account.
///
/// # Errors
/// `NotFound`.
pub fn find(c: &mut Conn, id: AccountId) -> StoreResult<AccountRow> {
    Ok(account::table.find(id.0).select(AccountRow::as_select()).first(c)?)
}

/// The account with this log-in name.
pub fn by_login(c: &mut Conn, login: &str) -> StoreResult<Option<AccountRow>> {
    Ok(account::table.filter(account::login.eq(login)).select(AccountRow::as_select()).first(c).optional()?)
}

/// The accounts with these log-in names.
pub fn by_logins(c: &mut Conn, logins: &[String]) -> StoreResult<Vec<AccountRow>> {
    let mut rows = Vec::new();
    for chunk in logins.chunks(super::CHUNK) {
        rows.extend(
            account::table
                .filter(account::login.eq_any(chunk.to_vec()))
                .select(AccountRow::as_select())
                .load::<AccountRow>(c)?,
        );
    }
    Ok(rows)
}

/// The account that a provider knows under this name.
pub fn by_identity(c: &mut Conn, provider: &str, subject: &str) -> StoreResult<Option<AccountRow>> {
    Ok(identity::table
        .inner_join(account::table.on(account::id.eq(identity::account_id)))
        .filter(identity::provider.eq(provider).and(identity::subject.eq(subject)))
        .select(AccountRow::as_select())
        .first(c)
        .optional()?)
}

/// Adds an account without a role, its name sealed ([`names`]), and returns its key.
///
/// # Errors
/// `Taken` when the log-in name is taken.
pub fn insert(c: &mut Conn, keyring: &Keyring, new: NewAccount, now: At) -> StoreResult<AccountId> {
    // the key first: what is sealed is bound to it
    let keys = super::next_keys(c, "account", 1)?;
    let id = *keys.first().ok_or_else(|| StoreError::Internal("no key for an account".into()))?;
    let id = AccountId(id);
    let phone = new.phone.map(|number| SealedPhone::of(keyring, id, &number)).transpose()?;
    let (sealed, hash) = phone.map(|p| (p.sealed, p.hash)).unzip();
    let (name, name_sealed) = names::sealed(keyring, id, &new.name)?;
    diesel::insert_into(account::table)
        .values((
            account::id.eq(id.0),
            account::login.eq(new.login),
            account::name.eq(name),
            account::name_sealed.eq(name_sealed),
            account::phone_sealed.eq(sealed),
            account::phone_hash.eq(hash),
            account::password_hash.eq(new.password_hash),
            account::must_change_password.eq(new.must_change_password),
            account::failed_logins.eq(0),
            account::created_at.eq(Ts(now)),
            account::password_set_at.eq(Some(Ts(now))),
        ))
        .execute(c)?;
    Ok(id)
}

/// Adds an identity of an account.
///
/// # Errors
/// `Taken` when the provider's name is taken.
pub fn insert_identity(
    c: &mut Conn,
    provider: &str,
    subject: &str,
    who: AccountId,
    now: At,
) -> StoreResult<()> {
    diesel::insert_into(identity::table)
        .values((
            identity::provider.eq(provider),
            identity::subject.eq(subject),
            identity::account_id.eq(who.0),
            identity::created_at.eq(Ts(now)),
        ))
        .execute(c)?;
    Ok(())
}

/// Changes name and phone, under the guard of people.
///
/// # Errors
/// `NotFound`.
pub fn update(c: &mut Conn, keyring: &Keyring, id: AccountId, edit: AccountEdit) -> StoreResult<()> {
    names::change(c, keyring, id, edit.name)?;
    if let Some(number) = edit.phone {
        let phone = SealedPhone::of(keyring, id, &number)?;
        diesel::update(account::table.find(id.0))
            .set((account::phone_sealed.eq(Some(phone.sealed)), account::phone_hash.eq(Some(phone.hash))))
            .execute(c)?;
    }
    Ok(())
}

/// Sets a password and ends a lock.
pub fn set_password(c: &mut Conn, id: AccountId, hash: &str, must_change: bool, now: At) -> StoreResult<()> {
    diesel::update(account::table.find(id.0))
        .set((
            account::password_hash.eq(Some(hash)),
            account::must_change_password.eq(must_change),
            account::password_set_at.eq(Some(Ts(now))),
            account::unlocked_at.eq(Some(Ts(now))),
        ))
        .execute(c)?;
    Ok(())
}

/// Forgives the wrong passwords so far.
pub fn unlock(c: &mut Conn, id: AccountId, now: At) -> StoreResult<()> {
    diesel::update(account::table.find(id.0)).set(account::unlocked_at.eq(Some(Ts(now)))).execute(c)?;
    Ok(())
}

/// Holds an account that is enabled until the end of the transaction, so that whoever disables it waits; false when it
/// is not.
pub fn hold_enabled(c: &mut Conn, id: AccountId) -> StoreResult<bool> {
    let enabled = account::table.filter(account::id.eq(id.0).and(account::disabled_at.is_null()));
    Ok(diesel::update(enabled).set(account::disabled_at.eq(None::<Ts>)).execute(c)? > 0)
}

/// Disables or enables.
pub fn set_disabled(c: &mut Conn, id: AccountId, at: Option<At>) -> StoreResult<()> {
    diesel::update(account::table.find(id.0)).set(account::disabled_at.eq(at.map(Ts))).execute(c)?;
    Ok(())
}
