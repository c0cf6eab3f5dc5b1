//! Accounts: finding, adding, changing, passwords and their failures, identities of other log-in providers.

use super::Conn;
use crate::error::StoreResult;
use crate::people::{AccountEdit, Failures, NewAccount};
use crate::rows::AccountRow;
use crate::schema::{account, identity};
use crate::types::Ts;
use diesel::prelude::*;
use domain::At;

/// An account.
///
/// # Errors
/// `NotFound`.
pub fn find(c: &mut Conn, id: i64) -> StoreResult<AccountRow> {
    Ok(account::table.find(id).select(AccountRow::as_select()).first(c)?)
}

/// The account with this log-in name.
///
/// # Errors
/// Those of the connection.
pub fn by_login(c: &mut Conn, login: &str) -> StoreResult<Option<AccountRow>> {
    Ok(account::table.filter(account::login.eq(login)).select(AccountRow::as_select()).first(c).optional()?)
}

/// The accounts with these log-in names.
///
/// # Errors
/// Those of the connection.
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
///
/// # Errors
/// Those of the connection.
pub fn by_identity(c: &mut Conn, provider: &str, subject: &str) -> StoreResult<Option<AccountRow>> {
    Ok(identity::table
        .inner_join(account::table.on(account::id.eq(identity::account_id)))
        .filter(identity::provider.eq(provider).and(identity::subject.eq(subject)))
        .select(AccountRow::as_select())
        .first(c)
        .optional()?)
}

/// Adds an account and returns its key.
///
/// # Errors
/// `Conflict` when the log-in name is taken.
pub fn insert(c: &mut Conn, new: NewAccount, now: At) -> StoreResult<i64> {
    let (sealed, hash) = new.phone.map(|p| (p.sealed, p.hash)).unzip();
    Ok(diesel::insert_into(account::table)
        .values((
            account::login.eq(new.login),
            account::name.eq(new.name),
            account::phone_sealed.eq(sealed),
            account::phone_hash.eq(hash),
            account::password_hash.eq(new.password_hash),
            account::must_change_password.eq(new.must_change_password),
            account::failed_logins.eq(0),
            account::created_at.eq(Ts(now)),
        ))
        .returning(account::id)
        .get_result(c)?)
}

/// Adds an identity of an account.
///
/// # Errors
/// `Conflict` when the provider's name is taken.
pub fn insert_identity(c: &mut Conn, provider: &str, subject: &str, who: i64, now: At) -> StoreResult<()> {
    diesel::insert_into(identity::table)
        .values((
            identity::provider.eq(provider),
            identity::subject.eq(subject),
            identity::account_id.eq(who),
            identity::created_at.eq(Ts(now)),
        ))
        .execute(c)?;
    Ok(())
}

/// Changes name and phone.
///
/// # Errors
/// Those of the connection.
pub fn update(c: &mut Conn, id: i64, edit: AccountEdit) -> StoreResult<()> {
    diesel::update(account::table.find(id)).set(account::name.eq(edit.name)).execute(c)?;
    if let Some(phone) = edit.phone {
        diesel::update(account::table.find(id))
            .set((account::phone_sealed.eq(Some(phone.sealed)), account::phone_hash.eq(Some(phone.hash))))
            .execute(c)?;
    }
    Ok(())
}

/// Sets a password and ends a lock.
///
/// # Errors
/// Those of the connection.
pub fn set_password(c: &mut Conn, id: i64, hash: &str, must_change: bool) -> StoreResult<()> {
    diesel::update(account::table.find(id))
        .set((
            account::password_hash.eq(Some(hash)),
            account::must_change_password.eq(must_change),
            account::failed_logins.eq(0),
            account::locked_until.eq(None::<Ts>),
        ))
        .execute(c)?;
    Ok(())
}

/// Counts a wrong password; the one that reaches `after` locks the account until `until` and starts a new count.
///
/// # Errors
/// Those of the connection.
pub fn count_failure(c: &mut Conn, id: i64, after: i32, now: At, until: At) -> StoreResult<Failures> {
    // raised and read in one statement: parallel failures each count
    let (failed, locked): (i32, Option<Ts>) = diesel::update(account::table.find(id))
        .set(account::failed_logins.eq(account::failed_logins + 1))
        .returning((account::failed_logins, account::locked_until))
        .get_result(c)?;
    if let Some(locked) = locked.filter(|l| l.0 > now) {
        return Ok(Failures { locked_until: Some(locked.0) });
    }
    if failed < after {
        return Ok(Failures { locked_until: None });
    }
    diesel::update(account::table.find(id))
        .set((account::failed_logins.eq(0), account::locked_until.eq(Some(Ts(until)))))
        .execute(c)?;
    Ok(Failures { locked_until: Some(until) })
}

/// Forgets wrong passwords after a right one; false when the account was locked or disabled meanwhile.
///
/// # Errors
/// Those of the connection.
pub fn forget_failures(c: &mut Conn, id: i64, now: At) -> StoreResult<bool> {
    let open = account::locked_until.is_null().or(account::locked_until.le(Ts(now)));
    let touched = diesel::update(
        account::table.filter(account::id.eq(id).and(account::disabled_at.is_null())).filter(open),
    )
    .set((account::failed_logins.eq(0), account::locked_until.eq(None::<Ts>)))
    .execute(c)?;
    Ok(touched > 0)
}

/// Disables or enables.
///
/// # Errors
/// Those of the connection.
pub fn set_disabled(c: &mut Conn, id: i64, at: Option<At>) -> StoreResult<()> {
    diesel::update(account::table.find(id)).set(account::disabled_at.eq(at.map(Ts))).execute(c)?;
    Ok(())
}
