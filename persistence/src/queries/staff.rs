//! Lists of people in areas, and of orders that were offered to somebody.

use super::seals::Opener;
use super::{Conn, areas, roles};
use crate::error::StoreResult;
use crate::people::{PeopleFilter, PersonRead};
use crate::rows::AccountRow;
use crate::schema::{
    account, area, order_area, order_party, order_ring, orders, role_binding, scope, team, unit,
};
use crate::seal::{ACCOUNT_PHONE, Keyring};
use diesel::dsl::not;
use diesel::prelude::*;
use domain::order::Status;
use domain::organisation::Scope;
use domain::words::labelled::Labelled;
use domain::{AccountId, OrderId};

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
///
/// # Errors
/// Those of the connection.
pub fn page(c: &mut Conn, filter: &PeopleFilter) -> StoreResult<Vec<PersonRead>> {
    let mut holders = holders(&filter.paths);
    if let Some(role) = filter.role {
        holders = holders.filter(role_binding::role.eq(role));
    }
    let mut query = account::table
        .filter(account::id.eq_any(holders).and(account::id.gt(filter.after)))
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
///
/// # Errors
/// Those of the connection.
pub fn with_roles(c: &mut Conn, rows: Vec<AccountRow>) -> StoreResult<Vec<PersonRead>> {
    let keys: Vec<i64> = rows.iter().map(|r| r.id).collect();
    let mut held = roles::of(c, &keys)?;
    Ok(rows
        .into_iter()
        .map(|account| PersonRead {
            roles: held.remove(&account.id).unwrap_or_default(),
            phone: None,
            account,
        })
        .collect())
}

/// The same with their phones.
///
/// # Errors
/// Those of the connection.
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

/// Pooled orders that are offered to this person by name.
///
/// # Errors
/// Those of the connection.
pub fn live_offers_to(c: &mut Conn, who: AccountId) -> StoreResult<Vec<OrderId>> {
    let (kind, ref_id) = Scope::Person(who).parts();
    let ids: Vec<i64> = order_ring::table
        .inner_join(scope::table.on(scope::id.eq(order_ring::scope_id)))
        .inner_join(orders::table.on(orders::id.eq(order_ring::order_id)))
        .filter(scope::kind.eq(kind).and(scope::ref_id.eq(ref_id)))
        .filter(order_ring::live.eq(true).and(order_ring::attempt.eq(orders::attempt)))
        .filter(orders::status.eq(Status::Pooled.as_str()))
        .select(orders::id)
        .distinct()
        .load(c)?;
    Ok(ids.into_iter().map(OrderId).collect())
}

/// Pooled orders whose offer stands in one of these scopes, through which this person is no candidate any more.
///
/// # Errors
/// Those of the connection.
pub fn live_offers_in(c: &mut Conn, scopes: &[i64], lost_by: i64) -> StoreResult<Vec<OrderId>> {
    use crate::schema::scope_member;
    let (ring, still) = diesel::alias!(order_ring as ring, order_ring as still);
    let candidate = still
        .inner_join(scope_member::table.on(scope_member::scope_id.eq(still.field(order_ring::scope_id))))
        .filter(still.field(order_ring::order_id).eq(orders::id))
        .filter(still.field(order_ring::attempt).eq(orders::attempt))
        .filter(still.field(order_ring::scope_id).ne_all(scopes.to_vec()))
        .filter(scope_member::account_id.eq(lost_by));
    let ids: Vec<i64> = ring
        .inner_join(orders::table.on(orders::id.eq(ring.field(order_ring::order_id))))
        .filter(ring.field(order_ring::scope_id).eq_any(scopes.to_vec()))
        .filter(ring.field(order_ring::live).eq(true))
        .filter(ring.field(order_ring::attempt).eq(orders::attempt))
        .filter(orders::status.eq(Status::Pooled.as_str()))
        .filter(not(diesel::dsl::exists(candidate)))
        .select(orders::id)
        .distinct()
        .load(c)?;
    Ok(ids.into_iter().map(OrderId).collect())
}

/// Those of these people who have something to do with these areas (topmost ones: key and path): a role there, or an order
/// of their own; none that is disabled. It asks the same of every number, whoever has it.
///
/// # Errors
/// Those of the connection.
pub fn belonging(c: &mut Conn, people: &[i64], areas: &[(i64, String)]) -> StoreResult<Vec<i64>> {
    let (keys, paths): (Vec<i64>, Vec<String>) = areas.iter().cloned().unzip();
    let enabled = account::table.filter(account::id.eq_any(people)).filter(account::disabled_at.is_null());
    let enabled: Vec<i64> = enabled.select(account::id).load(c)?;
    let mut there: Vec<i64> = holders(&paths).filter(role_binding::account_id.eq_any(people)).load(c)?;
    for person in people {
        let reported = order_party::table
            .inner_join(order_area::table.on(order_area::order_id.eq(order_party::order_id)))
            .filter(order_party::kind.eq("person").and(order_party::ref_id.eq(person)))
            .filter(order_party::part.eq("resident").and(order_area::area_id.eq_any(&keys)))
            .select(order_party::ref_id)
            .limit(1);
        there.extend(reported.load::<i64>(c)?);
    }
    Ok(enabled.into_iter().filter(|person| there.contains(person)).collect())
}
