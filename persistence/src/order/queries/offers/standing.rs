//! Offers that stand: those of a person, and those of a scope.

use super::super::Conn;
use super::super::candidates::{is_not_own, members, stands};
use super::super::lists::typed;
use super::super::told::briefs;
use crate::engine::clock::Clock;
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::news::schema::scope_member;
use crate::order::listing::{Found, Key};
use crate::order::schema::{claim, order_ring, orders};
use crate::order::values::Brief;
use diesel::prelude::*;
use domain::{AccountId, OrderId, ScopeId};

/// A page of the orders that are offered to this person now, behind this key; the oldest first.
pub fn offers(
    c: &mut Conn,
    clock: &Clock,
    who: AccountId,
    after: Option<Key>,
    limit: i64,
) -> StoreResult<Found<Brief>> {
    let mut keys = offered(c, who, after, limit + 1)?;
    let more = i64::try_from(keys.len()).is_ok_and(|n| n > limit);
    keys.truncate(usize::try_from(limit).unwrap_or(0));
    let next = keys.last().copied().filter(|_| more);
    Ok(Found { list: briefs::briefs(c, clock, &keys)?, next })
}

/// Keys of the orders that are offered to this person now: since when, and which.
pub fn offered(c: &mut Conn, who: AccountId, after: Option<Key>, most: i64) -> StoreResult<Vec<Key>> {
    let held = claim::table
        .filter(claim::order_id.eq(orders::id))
        .filter(claim::account_id.eq(who.0))
        .filter(claim::released_at.is_null());
    let mut query = members()
        .inner_join(orders::table.on(orders::id.eq(order_ring::order_id)))
        .filter(scope_member::account_id.eq(who.0))
        .filter(stands())
        .filter(is_not_own(who))
        .filter(diesel::dsl::not(diesel::dsl::exists(held)))
        .order((orders::updated_at, orders::id))
        .select((orders::updated_at, orders::id))
        .distinct()
        .limit(most)
        .into_boxed();
    if let Some((at, OrderId(id))) = after {
        query =
            query.filter(orders::updated_at.ge(at)).filter(orders::updated_at.gt(at).or(orders::id.gt(id)));
    }
    Ok(typed(query.load(c)?))
}

/// The offers that stand in a scope, oldest first.
pub fn in_scope(c: &mut Conn, clock: &Clock, scope: ScopeId, limit: i64) -> StoreResult<Vec<Brief>> {
    let keys: Vec<(Ts, i64)> = order_ring::table
        .inner_join(orders::table.on(orders::id.eq(order_ring::order_id)))
        .filter(order_ring::scope_id.eq(scope.0))
        .filter(stands())
        .order((orders::updated_at, orders::id))
        .select((orders::updated_at, orders::id))
        .limit(limit)
        .load(c)?;
    briefs::briefs(c, clock, &typed(keys))
}
