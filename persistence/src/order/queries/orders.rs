//! Orders: loading one for a decision, and what surrounds it.

use super::Conn;
use crate::engine::error::StoreResult;
use crate::news::schema::scope;
use crate::order::map;
use crate::order::rows::{ClaimRow, EventRow, OrderRow};
use crate::order::schema::{claim, cool_down, order_event, order_ring, orders};
use crate::order::values::LoadedOrder;
use diesel::prelude::*;
use domain::catalogue::Channel;
use domain::order::{Recorded, RingScope};
use domain::organisation::Scope;
use domain::words::labelled::Labelled;
use domain::{AccountId, OrderId};

/// The order, its live claims and the rings of its attempt.
///
/// # Errors
/// `NotFound`.
pub fn load(c: &mut Conn, id: OrderId) -> StoreResult<LoadedOrder> {
    let row = orders::table.find(id.0).select(OrderRow::as_select()).first(c)?;
    loaded(c, row)
}

/// The same of an order whose row was read.
pub fn loaded(c: &mut Conn, row: OrderRow) -> StoreResult<LoadedOrder> {
    let id = OrderId(row.id);
    let claims = if row.filled == 0 { Vec::new() } else { live_claims(c, id)? };
    let rings = rings(c, id, row.attempt)?;
    let (number, external_number) = (row.number.clone(), row.external_number.clone());
    Ok(LoadedOrder { order: map::order(row, &claims, rings)?, number, external_number })
}

/// Live claims by ascending slot.
pub fn live_claims(c: &mut Conn, id: OrderId) -> StoreResult<Vec<ClaimRow>> {
    Ok(claim::table
        .filter(claim::order_id.eq(id.0))
        .filter(claim::released_at.is_null())
        .order(claim::slot)
        .select(ClaimRow::as_select())
        .load(c)?)
}

/// Every claim of one attempt, released ones too.
pub fn claims_of_attempt(c: &mut Conn, id: OrderId, attempt: i32) -> StoreResult<Vec<ClaimRow>> {
    Ok(claim::table
        .filter(claim::order_id.eq(id.0))
        .filter(claim::attempt.eq(attempt))
        .order(claim::slot)
        .select(ClaimRow::as_select())
        .load(c)?)
}

fn rings(c: &mut Conn, id: OrderId, attempt: i32) -> StoreResult<Vec<RingScope>> {
    let rows: Vec<(i32, String, i64)> = order_ring::table
        .inner_join(scope::table.on(scope::id.eq(order_ring::scope_id)))
        .filter(order_ring::order_id.eq(id.0))
        .filter(order_ring::attempt.eq(attempt))
        .select((order_ring::ring, scope::kind, scope::ref_id))
        .load(c)?;
    let mut rings: Vec<RingScope> = rows
        .into_iter()
        .filter_map(|(ring, kind, id)| Some(RingScope { ring, scope: Scope::from_parts(&kind, id)? }))
        .collect();
    rings.sort_unstable();
    Ok(rings)
}

/// The history, oldest first.
pub fn history(c: &mut Conn, id: OrderId) -> StoreResult<Vec<Recorded>> {
    let rows: Vec<EventRow> = order_event::table
        .filter(order_event::order_id.eq(id.0))
        .order(order_event::seq)
        .select(EventRow::as_select())
        .load(c)?;
    rows.into_iter().map(map::recorded).collect()
}

/// The order with this number.
///
/// # Errors
/// `NotFound`.
pub fn id_by_number(c: &mut Conn, number: &str) -> StoreResult<OrderId> {
    Ok(OrderId(orders::table.filter(orders::number.eq(number)).select(orders::id).first(c)?))
}

/// Until when this person may not claim this order again.
pub fn cooling_until(c: &mut Conn, id: OrderId, account: AccountId) -> StoreResult<Option<domain::At>> {
    let until: Option<crate::engine::sql::types::Ts> =
        cool_down::table.find((id.0, account.0)).select(cool_down::until_at).first(c).optional()?;
    Ok(until.map(|t| t.0))
}

/// Whether an order with this external number came in by this channel already.
pub fn external_taken(c: &mut Conn, channel: Channel, number: &str) -> StoreResult<Option<OrderId>> {
    Ok(orders::table
        .filter(orders::channel.eq(channel.as_str()))
        .filter(orders::external_number.eq(number))
        .select(orders::id)
        .first(c)
        .optional()?
        .map(OrderId))
}
