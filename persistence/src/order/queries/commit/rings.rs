//! What an order is offered to.

use super::super::Conn;
use super::super::news::scopes;
use crate::engine::error::StoreResult;
use crate::engine::sql::cached::Cached;
use crate::news::schema::scope;
use crate::order::schema::order_ring;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer};
use domain::order::{Order, RingScope};

pub fn write(c: &mut Conn, before: Option<&Order>, after: &Order) -> StoreResult<()> {
    // every change of the attempt comes through here, so what is on a list of open offers is of the one before
    if before.is_some_and(|b| b.attempt != after.attempt && !b.rings.is_empty()) {
        let earlier = order_ring::table
            .filter(order_ring::order_id.eq(after.id.0))
            .filter(order_ring::attempt.ne(after.attempt))
            .filter(order_ring::live.eq(true));
        Cached(diesel::update(earlier).set(order_ring::live.eq(false))).execute(c)?;
    }
    let known = before.filter(|b| b.attempt == after.attempt).map_or(&[][..], |b| &b.rings);
    for ring in after.rings.iter().filter(|ring| !known.contains(ring)) {
        offer(c, after, *ring)?;
    }
    Ok(())
}

/// Puts the attempt on a scope's list of open offers. Most scopes are there: that costs one statement.
fn offer(c: &mut Conn, order: &Order, ring: RingScope) -> StoreResult<()> {
    if list(c, order, ring)? == 0 {
        scopes::ensure(c, &[ring.scope])?;
        list(c, order, ring)?;
    }
    Ok(())
}

fn list(c: &mut Conn, order: &Order, ring: RingScope) -> StoreResult<usize> {
    let (kind, ref_id) = ring.scope.parts();
    let there = scope::table.filter(scope::kind.eq(kind).and(scope::ref_id.eq(ref_id))).select((
        order.id.0.into_sql::<BigInt>(),
        order.attempt.into_sql::<Integer>(),
        scope::id,
        ring.ring.into_sql::<Integer>(),
        true.into_sql::<Bool>(),
        false.into_sql::<Bool>(),
    ));
    let listed = there
        .insert_into(order_ring::table)
        .into_columns((
            order_ring::order_id,
            order_ring::attempt,
            order_ring::scope_id,
            order_ring::ring,
            order_ring::live,
            order_ring::told,
        ))
        .on_conflict_do_nothing();
    Ok(Cached(listed).execute(c)?)
}
