//! Lists of people in areas, and of orders that were offered to somebody.

use super::engine::seals::Opener;
use super::organisation::areas;
use super::{Conn, roles};
use crate::engine::error::StoreResult;
use crate::engine::seal::Keyring;
use crate::organisation::schema::{area, team, unit};
use crate::people::rows::AccountRow;
use crate::people::schema::{account, role_binding};
use crate::people::sealed::ACCOUNT_PHONE;
use crate::people::values::{PeopleFilter, PersonRead};
use diesel::prelude::*;
use domain::AccountId;

type Db = <Conn as diesel::Connection>::Backend;
type AreaKeys<'a> = area::BoxedQuery<'a, Db, diesel::sql_types::BigInt>;

/// Keys of the areas at or below one of these paths; none without a path.
fn below(paths: &[String]) -> AreaKeys<'static> {
    let none = area::table.select(area::id).filter(area::id.eq(0)).into_boxed::<Db>();
    paths.iter().fold(none, |any, path| {
        any.or_filter(area::path.ge(path.clone()).and(area::path.lt(areas::path_prefix_end(path))))
    })
}

/// Those with a role in these areas.
pub fn holders(paths: &[String]) -> role_binding::BoxedQuery<'static, Db, diesel::sql_types::BigInt> {
    let inside = || below(paths);
    let here = role_binding::area_id
        .eq_any(inside().select(area::id.nullable()))
        .or(role_binding::unit_id
            .eq_any(unit::table.filter(unit::area_id.eq_any(inside())).select(unit::id.nullable())))
        .or(role_binding::team_id
            .eq_any(team::table.filter(team::area_id.eq_any(inside())).select(team::id.nullable())));
    role_binding::table.filter(here).select(role_binding::account_id).into_boxed::<Db>()
}

/// The people with a role in these areas, by key, with all their roles.
pub fn page(c: &mut Conn, filter: &PeopleFilter) -> StoreResult<Vec<PersonRead>> {
    let mut holders = holders(&filter.paths);
    if let Some(role) = filter.role {
        holders = holders.filter(role_binding::role.eq(role));
    }
    let mut query = account::table
        .filter(account::id.eq_any(holders).and(account::id.gt(filter.after.0)))
        .select(AccountRow::as_select())
        .order(account::id)
        .limit(filter.limit)
        .into_boxed::<Db>();
    if !filter.disabled_too {
        query = query.filter(account::disabled_at.is_null());
    }
    if let Some(text) = &filter.text {
        let like = areas::containing(text);
        query = query.filter(
            account::name
                .like(like.clone())
                .escape('\\')
                .or(account::login.like(like).escape('\\').assume_not_null()),
        );
    }
    let rows: Vec<AccountRow> = query.load(c)?;
    with_roles(c, rows)
}

/// These accounts with their roles.
pub fn with_roles(c: &mut Conn, rows: Vec<AccountRow>) -> StoreResult<Vec<PersonRead>> {
    let keys: Vec<AccountId> = rows.iter().map(|r| AccountId(r.id)).collect();
    let mut held = roles::of(c, &keys)?;
    Ok(rows
        .into_iter()
        .map(|account| PersonRead {
            roles: held.remove(&AccountId(account.id)).unwrap_or_default(),
            phone: None,
            account,
        })
        .collect())
}

/// The same with their phones.
pub fn with_phones(
    c: &mut Conn,
    keyring: &Keyring,
    mut people: Vec<PersonRead>,
) -> StoreResult<Vec<PersonRead>> {
    let opener = Opener::of(c, keyring, people.iter().map(|person| &person.account.phone_sealed))?;
    for person in &mut people {
        let place = ACCOUNT_PHONE.of(person.account.id);
        person.phone = person.account.phone_sealed.as_deref().and_then(|s| opener.open(s, place).ok());
    }
    Ok(people)
}
