//! Bulk writing of people. All of it happens in the caller's transaction, or none.

use super::engine::guard;
use super::news::scopes;
use super::{Conn, accounts, names};
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::seal::Keyring;
use crate::engine::sql::types::Ts;
use crate::people::schema::{account, role_binding};
use crate::people::values::{Bound, Holder, NewAccount, NewBinding, SealedPhone, StaffImport};
use diesel::prelude::*;
use domain::words::labelled::Labelled;
use domain::{AccountId, At};
use std::collections::BTreeSet;

#[derive(Insertable)]
#[diesel(table_name = account, treat_none_as_default_value = false)]
struct AccountInsert {
    id: i64,
    login: Option<String>,
    name: String,
    phone_sealed: Option<Vec<u8>>,
    phone_hash: Option<Vec<u8>>,
    password_hash: Option<String>,
    must_change_password: bool,
    failed_logins: i32,
    created_at: Ts,
    password_set_at: Option<Ts>,
}

impl AccountInsert {
    fn new(keyring: &Keyring, id: AccountId, new: NewAccount, now: At) -> StoreResult<Self> {
        let phone = new.phone.map(|number| SealedPhone::of(keyring, id, &number)).transpose()?;
        let (phone_sealed, phone_hash) = phone.map(|p| (p.sealed, p.hash)).unzip();
        Ok(Self {
            id: id.0,
            login: new.login,
            name: new.name,
            phone_sealed,
            phone_hash,
            password_hash: new.password_hash,
            must_change_password: new.must_change_password,
            failed_logins: 0,
            created_at: Ts(now),
            password_set_at: Some(Ts(now)),
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = role_binding, treat_none_as_default_value = false)]
struct BindingInsert {
    account_id: i64,
    role: String,
    area_id: Option<i64>,
    unit_id: Option<i64>,
    team_id: Option<i64>,
    employment: String,
    created_at: Ts,
}

impl BindingInsert {
    fn new(account: AccountId, new: NewBinding, now: At) -> Self {
        let (area_id, unit_id, team_id) = match new.bound {
            Bound::Area(id) => (Some(id.0), None, None),
            Bound::Unit(id) => (None, Some(id.0), None),
            Bound::Team(id) => (None, None, Some(id.0)),
        };
        Self {
            account_id: account.0,
            role: new.role.as_str().into(),
            area_id,
            unit_id,
            team_id,
            employment: new.employment.as_str().into(),
            created_at: Ts(now),
        }
    }
}

/// Writes people and their roles, then the memberships that follow, set by set. Returns the keys of the new people.
///
/// # Errors
/// `Taken` when a log-in name was taken meanwhile.
pub fn staff(c: &mut Conn, keyring: &Keyring, import: StaffImport, now: At) -> StoreResult<Vec<AccountId>> {
    guard::people(c)?;
    let keys = super::next_keys(c, "account", import.new.len())?;
    let keys: Vec<AccountId> = keys.into_iter().map(AccountId).collect();
    let new = keys.iter().copied().zip(import.new);
    let new: Vec<AccountInsert> =
        new.map(|(id, new)| AccountInsert::new(keyring, id, new, now)).collect::<StoreResult<_>>()?;
    for chunk in new.chunks(super::CHUNK) {
        diesel::insert_into(account::table).values(chunk).execute(c)?;
    }
    for (id, edit) in import.changed {
        accounts::update(c, keyring, id, edit)?;
    }
    // the guard keeps other roles from being added meanwhile: every later key is ours
    let last: Option<i64> = role_binding::table.select(diesel::dsl::max(role_binding::id)).first(c)?;
    let mut bindings = Vec::with_capacity(import.bindings.len());
    for (holder, binding) in import.bindings {
        let id = match holder {
            Holder::Account(id) => id,
            Holder::New(place) => {
                *keys.get(place).ok_or_else(|| StoreError::Internal("a role without its person".into()))?
            }
        };
        bindings.push(BindingInsert::new(id, binding, now));
    }
    let holders: BTreeSet<AccountId> = bindings.iter().map(|binding| AccountId(binding.account_id)).collect();
    for chunk in bindings.chunks(super::CHUNK) {
        diesel::insert_into(role_binding::table).values(chunk).on_conflict_do_nothing().execute(c)?;
    }
    // whoever held no role so far has a name that was sealed; whoever is added has one that is open
    names::settle_sealed(c, keyring, &holders.iter().copied().collect::<Vec<_>>())?;
    for id in keys.iter().filter(|id| !holders.contains(id)) {
        names::settle(c, keyring, *id)?;
    }
    scopes::add_since(c, last.unwrap_or(0))?;
    Ok(keys)
}
