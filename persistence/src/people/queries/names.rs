//! Names of people. Of whoever holds a role the name is open: that is a public function (`domain::people::Role::has_open_name`).
//! Of everybody else `account.name` holds what may be shown of it, and `account.name_sealed` the whole name, which is opened
//! for themself alone. Whatever gives or takes a role settles the name under the guard of people; what an earlier version
//! wrote, or a replica of it writes beside this one, is settled in the background ([`unsettled`]).

use super::{CHUNK, Conn};
use crate::engine::error::StoreResult;
use crate::engine::seal::Keyring;
use crate::engine::unreadable::left_out;
use crate::people::schema::{account, role_binding};
use crate::people::sealed::ACCOUNT_NAME;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::AccountId;
use domain::people::Role;
use domain::words::labelled::Labelled;
use domain::words::mask::mask_name;

/// What ends in no star was masked by nobody. An index holds such rows among those that are sealed.
pub const NOT_MASKED: &str = "substr(name, length(name)) <> '*'";

/// What may be shown of a name, and the whole of it, sealed, where that is more.
type Kept = (String, Option<Vec<u8>>);

/// A name as it is kept of whoever holds no role.
///
/// # Errors
/// `Internal` when it is too long to be sealed.
pub fn sealed(keyring: &Keyring, id: AccountId, name: &str) -> StoreResult<Kept> {
    Ok((mask_name(name), Some(keyring.seal(name, ACCOUNT_NAME.of(id.0))?)))
}

/// Opens the name of whoever holds a role, seals that of whoever holds none; whether anything had to be done. Under the
/// guard of people, so that nobody gains or loses a role meanwhile. A name that cannot be opened is named in the log and
/// stays masked: no role is refused for it.
///
/// # Errors
/// `NotFound`.
pub fn settle(c: &mut Conn, keyring: &Keyring, id: AccountId) -> StoreResult<bool> {
    let (name, whole) = kept(c, id)?;
    let is_open = mask_name(&name) != name;
    let settled = match (holds_role(c, id)?, whole) {
        // named anew by a replica that knows nothing of seals
        (true, Some(_older)) if is_open => (name, None),
        (true, Some(whole)) => match keyring.open(&whole, ACCOUNT_NAME.of(id.0)) {
            Ok(name) => (name, None),
            Err(e) => {
                left_out("name", id.0, &e.to_string());
                return Ok(false);
            }
        },
        (false, Some(_same)) if !is_open => return Ok(false),
        (false, _) => sealed(keyring, id, &name)?,
        (true, None) => return Ok(false),
    };
    put(c, id, settled)?;
    Ok(true)
}

/// [`settle`] for those of these people whose name is sealed; a statement for many of whom it is not.
pub fn settle_sealed(c: &mut Conn, keyring: &Keyring, people: &[AccountId]) -> StoreResult<()> {
    for chunk in people.chunks(CHUNK) {
        let some = account::table.filter(account::id.eq_any(AccountId::keys(chunk)));
        let ids: Vec<i64> = some.filter(account::name_sealed.is_not_null()).select(account::id).load(c)?;
        for id in ids {
            settle(c, keyring, AccountId(id))?;
        }
    }
    Ok(())
}

/// Gives another name, under the guard of people. What is shown of a name leaves it as it is: whoever changes something else
/// sends that back.
///
/// # Errors
/// `NotFound`; `Internal` when it is too long to be sealed.
pub fn change(c: &mut Conn, keyring: &Keyring, id: AccountId, name: String) -> StoreResult<()> {
    let (shown, whole) = kept(c, id)?;
    let held = holds_role(c, id)?;
    if (whole.is_some() || !held) && name == mask_name(&shown) {
        return settle(c, keyring, id).map(drop);
    }
    let new = if held { (name, None) } else { sealed(keyring, id, &name)? };
    put(c, id, new)
}

/// People from after this key on, at most so many, whose name is not as their roles ask for, by key.
pub fn unsettled(c: &mut Conn, after: AccountId, most: i64) -> StoreResult<Vec<AccountId>> {
    let people = || account::table.filter(account::id.gt(after.0)).order(account::id).limit(most);
    let held = public().filter(role_binding::account_id.eq(account::id));
    let open = people().filter(account::name_sealed.is_null()).filter(not(exists(held)));
    let mut ids: Vec<i64> = open.select(account::id).load(c)?;
    let told = people().filter(account::name_sealed.is_not_null()).filter(sql::<Bool>(NOT_MASKED));
    ids.extend(told.select(account::id).load::<i64>(c)?);
    // from the few who hold roles, not from everybody
    let given = public()
        .inner_join(account::table.on(account::id.eq(role_binding::account_id)))
        .filter(role_binding::account_id.gt(after.0).and(account::name_sealed.is_not_null()))
        .select(role_binding::account_id)
        .distinct()
        .order(role_binding::account_id)
        .limit(most);
    ids.extend(given.load::<i64>(c)?);
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(usize::try_from(most).unwrap_or(0));
    Ok(ids.into_iter().map(AccountId).collect())
}

/// Roles that are a public function. One of a later version is.
#[diesel::dsl::auto_type]
fn public() -> _ {
    let resident: &'static str = Role::Resident.as_str();
    role_binding::table.filter(role_binding::role.ne(resident))
}

fn holds_role(c: &mut Conn, id: AccountId) -> StoreResult<bool> {
    let held = public().filter(role_binding::account_id.eq(id.0));
    Ok(diesel::select(exists(held)).get_result(c)?)
}

fn kept(c: &mut Conn, id: AccountId) -> StoreResult<Kept> {
    Ok(account::table.find(id.0).select((account::name, account::name_sealed)).first(c)?)
}

fn put(c: &mut Conn, id: AccountId, (name, sealed): Kept) -> StoreResult<()> {
    let row = diesel::update(account::table.find(id.0));
    row.set((account::name.eq(name), account::name_sealed.eq(sealed))).execute(c)?;
    Ok(())
}
