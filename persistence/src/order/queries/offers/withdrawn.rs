//! Pooled orders through whose offer somebody is no candidate any more.

use super::super::Conn;
use crate::engine::error::StoreResult;
use crate::news::schema::{scope, scope_member};
use crate::order::schema::{order_ring, orders};
use diesel::dsl::not;
use diesel::prelude::*;
use domain::order::Status;
use domain::organisation::Scope;
use domain::words::labelled::Labelled;
use domain::{AccountId, OrderId, ScopeId};

/// Pooled orders that are offered to this person by name.
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
pub fn live_offers_in(c: &mut Conn, scopes: &[ScopeId], lost_by: AccountId) -> StoreResult<Vec<OrderId>> {
    let scopes = ScopeId::keys(scopes);
    let (ring, still) = diesel::alias!(order_ring as ring, order_ring as still);
    let candidate = still
        .inner_join(scope_member::table.on(scope_member::scope_id.eq(still.field(order_ring::scope_id))))
        .filter(still.field(order_ring::order_id).eq(orders::id))
        .filter(still.field(order_ring::attempt).eq(orders::attempt))
        .filter(still.field(order_ring::scope_id).ne_all(scopes.clone()))
        .filter(scope_member::account_id.eq(lost_by.0));
    let ids: Vec<i64> = ring
        .inner_join(orders::table.on(orders::id.eq(ring.field(order_ring::order_id))))
        .filter(ring.field(order_ring::scope_id).eq_any(scopes))
        .filter(ring.field(order_ring::live).eq(true))
        .filter(ring.field(order_ring::attempt).eq(orders::attempt))
        .filter(orders::status.eq(Status::Pooled.as_str()))
        .filter(not(diesel::dsl::exists(candidate)))
        .select(orders::id)
        .distinct()
        .load(c)?;
    Ok(ids.into_iter().map(OrderId).collect())
}
