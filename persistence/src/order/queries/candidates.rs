//! Who is a candidate, and which offers stand: each condition once, for every statement that asks.
//!
//! Two statements say them in words of their own: the claim on PostgreSQL (`order/claim/pg.rs`), which does everything at once and
//! is held to these by a test of both databases, and the making of pushes (`pushes/make.rs`), which asks more of each member.

use super::Conn;
use crate::engine::error::StoreResult;
use crate::engine::sql::cached::CachedList;
use crate::news::schema::scope_member;
use crate::order::schema::{order_ring, orders};
use diesel::dsl::{auto_type, exists};
use diesel::prelude::*;
use domain::{AccountId, OrderId};
use std::collections::{BTreeMap, BTreeSet};

/// A row for each member of each scope that an attempt was offered to.
#[auto_type]
pub fn members() -> _ {
    order_ring::table.inner_join(scope_member::table.on(scope_member::scope_id.eq(order_ring::scope_id)))
}

/// Those to whom this attempt was offered. Cool-downs are in the order itself.
#[auto_type]
fn of_attempt(order: i64, attempt: i32) -> _ {
    members().filter(order_ring::order_id.eq(order)).filter(order_ring::attempt.eq(attempt))
}

/// Those to whom the present attempt of the order of the statement around it is offered.
#[auto_type]
pub fn of_present() -> _ {
    members().filter(order_ring::order_id.eq(orders::id)).filter(order_ring::attempt.eq(orders::attempt))
}

/// Of a scope's row beside its order: the offer stands, for whoever is a member.
#[auto_type]
pub fn stands() -> _ {
    let waits: [&'static str; 2] = ["pooled", "assigned"];
    order_ring::live
        .and(order_ring::attempt.eq(orders::attempt))
        .and(orders::status.eq_any(waits))
        .and(orders::suspended_until.is_null())
}

/// Of an order: this person is neither who reported it nor who it is for, and may be offered it.
#[auto_type]
pub fn is_not_own(who: AccountId) -> _ {
    let who: i64 = who.0;
    let reported = orders::reporter_id.is_null().or(orders::reporter_id.ne(who));
    reported.and(orders::beneficiary_id.is_null().or(orders::beneficiary_id.ne(who)))
}

/// Whether this attempt was offered to this person.
pub fn is_one(c: &mut Conn, order: OrderId, attempt: i32, account: AccountId) -> StoreResult<bool> {
    let member = of_attempt(order.0, attempt).filter(scope_member::account_id.eq(account.0));
    Ok(diesel::select(exists(member)).get_result(c)?)
}

/// The people to whom this attempt was offered. One statement.
pub fn of_order(c: &mut Conn, order: OrderId, attempt: i32) -> StoreResult<BTreeSet<AccountId>> {
    let people = of_attempt(order.0, attempt).select(scope_member::account_id).distinct();
    Ok(people.load::<i64>(c)?.into_iter().map(AccountId).collect())
}

/// The people to whom the present attempts of these orders are offered. Two statements: orders of a page share scopes.
pub fn of_orders(c: &mut Conn, ids: Vec<OrderId>) -> StoreResult<BTreeMap<OrderId, BTreeSet<AccountId>>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut of: BTreeMap<OrderId, Vec<i64>> = ids.iter().map(|id| (*id, Vec::new())).collect();
    let present = orders::id.eq(order_ring::order_id).and(orders::attempt.eq(order_ring::attempt));
    let rings = order_ring::table
        .inner_join(orders::table.on(present))
        .filter(order_ring::order_id.eq_any(OrderId::keys(&ids)))
        .select((order_ring::order_id, order_ring::scope_id));
    for (order, scope) in CachedList(rings).load::<(i64, i64)>(c)? {
        of.entry(OrderId(order)).or_default().push(scope);
    }
    let scopes: BTreeSet<i64> = of.values().flatten().copied().collect();
    let members = scope_member::table
        .filter(scope_member::scope_id.eq_any(scopes.into_iter().collect::<Vec<_>>()))
        .select((scope_member::scope_id, scope_member::account_id));
    let mut there: BTreeMap<i64, Vec<AccountId>> = BTreeMap::new();
    for (scope, account) in CachedList(members).load::<(i64, i64)>(c)? {
        there.entry(scope).or_default().push(AccountId(account));
    }
    let people = |scopes: &Vec<i64>| -> BTreeSet<AccountId> {
        scopes.iter().filter_map(|scope| there.get(scope)).flatten().copied().collect()
    };
    Ok(of.iter().map(|(order, scopes)| (*order, people(scopes))).collect())
}
