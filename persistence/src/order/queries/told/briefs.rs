//! What messages say of orders: as they are now, and what a scope that was told earlier may still know.

use super::super::engine::apart;
use super::super::shown::listed;
use super::super::{Conn, NOW, at};
use crate::engine::clock::Clock;
use crate::engine::error::StoreResult;
use crate::engine::sql::Instant;
use crate::engine::sql::cached::CachedList;
use crate::engine::sql::types::{Json, Ts};
use crate::engine::word::word;
use crate::order::listing::Key;
use crate::order::past::Later;
use crate::order::schema::{claim, order_ring, orders};
use crate::order::values::{Brief, Closing, ListedOrder};
use crate::people::schema::account;
use diesel::dsl::sql;
use diesel::prelude::*;
use domain::order::{Clocks, offer_ends_at};
use domain::{AccountId, At, OrderId, ScopeId};
use serde::Deserialize;

/// Of an order's document, the times that an offer tells.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OfferTimes {
    acknowledge_due_at: Option<At>,
    wanted_at: Option<At>,
}

/// What messages show of these orders, in the order of the keys. What cannot be read is left out.
pub fn briefs(c: &mut Conn, clock: &Clock, keys: &[Key]) -> StoreResult<Vec<Brief>> {
    type Found = (ListedOrder, Json<Clocks>, Json<OfferTimes>, Ts);
    let ids: Vec<i64> = keys.iter().map(|k| k.1.0).collect();
    let found: Vec<Found> = apart::readable(c, "order", &ids, |c, ids| {
        let of_keys = listed::joined().filter(orders::id.eq_any(ids.to_vec()));
        let columns = (ListedOrder::as_select(), orders::clocks, orders::case_file, sql::<Instant>(NOW));
        Ok(CachedList(of_keys.select(columns)).load(c)?)
    })?;
    let brief = |(listed, Json(clocks), Json(times), now): Found| {
        let ends_at = word(&listed.row.status)
            .ok()
            .and_then(|status| offer_ends_at(status, &clocks, times.acknowledge_due_at));
        let left = ends_at.map(|ends| ends - at(now, clock));
        (OrderId(listed.row.id), Brief { left, wanted_at: times.wanted_at, listed })
    };
    Ok(listed::in_order(keys, found.into_iter().map(brief)))
}

/// What of these orders a scope that was told earlier may know, though they have changed since.
pub fn later(c: &mut Conn, orders: &[OrderId]) -> StoreResult<Later> {
    let offered: Vec<(i64, i64, Option<i32>)> = order_ring::table
        .filter(order_ring::order_id.eq_any(OrderId::keys(orders)))
        .group_by((order_ring::order_id, order_ring::scope_id))
        .select((order_ring::order_id, order_ring::scope_id, diesel::dsl::max(order_ring::attempt)))
        .load(c)?;
    let held: Vec<(i64, String, Ts, Option<Ts>)> = claim::table
        .inner_join(account::table.on(account::id.eq(claim::account_id)))
        .filter(claim::order_id.eq_any(OrderId::keys(orders)))
        .order((claim::order_id, claim::slot, claim::id))
        .select((claim::order_id, account::name, claim::at, claim::released_at))
        .load(c)?;
    Ok(Later {
        offered: offered
            .into_iter()
            .filter_map(|(order, scope, last)| Some(((OrderId(order), ScopeId(scope)), last?)))
            .collect(),
        held: held
            .into_iter()
            .map(|(order, name, at, until)| (OrderId(order), name, at.0, until.map(|t| t.0)))
            .collect(),
    })
}

/// What losers of an attempt that is over are told.
///
/// # Errors
/// `NotFound`.
pub fn closing(c: &mut Conn, order: OrderId, attempt: i32) -> StoreResult<Closing> {
    let (version, reporter, beneficiary): (i32, Option<i64>, Option<i64>) = orders::table
        .find(order.0)
        .select((orders::version, orders::reporter_id, orders::beneficiary_id))
        .first(c)?;
    let won: Vec<(i64, String, Ts)> = claim::table
        .inner_join(account::table.on(account::id.eq(claim::account_id)))
        .filter(claim::order_id.eq(order.0).and(claim::attempt.eq(attempt)))
        .order(claim::slot)
        .select((claim::account_id, account::name, claim::at))
        .load(c)?;
    let holders: Vec<i64> = claim::table
        .filter(claim::order_id.eq(order.0).and(claim::attempt.le(attempt)))
        .filter(claim::released_attempt.is_null().or(claim::released_attempt.ge(attempt)))
        .select(claim::account_id)
        .load(c)?;
    let scopes: Vec<i64> = order_ring::table
        .filter(order_ring::order_id.eq(order.0).and(order_ring::attempt.eq(attempt)))
        .select(order_ring::scope_id)
        .load(c)?;
    Ok(Closing {
        at: won.first().map(|w| w.2.0),
        winners: won.into_iter().map(|(id, name, _)| (AccountId(id), name)).collect(),
        holders: holders.into_iter().map(AccountId).collect(),
        version,
        own: reporter.into_iter().chain(beneficiary).map(AccountId).collect(),
        scopes: scopes.into_iter().map(ScopeId).collect(),
    })
}
