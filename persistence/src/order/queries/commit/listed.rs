//! Where an order is listed: rows of `order_area` for its area, its inbox and all above them, and the terms it is found by.

use super::super::organisation::areas;
use super::super::{Conn, lists, past};
use crate::engine::error::StoreResult;
use crate::engine::sql::cached::Cached;
use crate::engine::sql::types::Ts;
use crate::order::listing::terms;
use crate::order::map;
use crate::order::schema::order_area;
use diesel::prelude::*;
use domain::AreaId;
use domain::order::Order;

/// Rows of `order_area` for every ancestor of these areas, whose keys are returned.
pub fn insert(c: &mut Conn, order: &Order, of: &[AreaId]) -> StoreResult<Vec<AreaId>> {
    let mut ids = Vec::new();
    for id in of {
        ids.extend(areas::path_ids(&areas::path(c, *id)?));
    }
    ids.sort_unstable();
    ids.dedup();
    let (bucket, due, next_due, asked) = map::listed(order);
    for id in &ids {
        diesel::insert_into(order_area::table)
            .values((
                order_area::order_id.eq(order.id.0),
                order_area::area_id.eq(id.0),
                order_area::bucket.eq(bucket),
                order_area::open.eq(order.status.is_open()),
                order_area::created_at.eq(Ts(order.created_at)),
                order_area::due_at.eq(due),
                order_area::next_due_at.eq(next_due),
                order_area::asked.eq(asked),
            ))
            .on_conflict_do_nothing()
            .execute(c)?;
    }
    Ok(ids)
}

pub fn write(c: &mut Conn, before: &Order, after: &Order) -> StoreResult<()> {
    if (before.area, before.inbox) != (after.area, after.inbox) {
        let now = insert(c, after, &[after.area, after.inbox])?;
        past::leave_areas(c, after, &now)?;
    }
    if before.service_item != after.service_item {
        lists::terms::file(c, after.id, Ts(after.created_at), &[terms::item(after.service_item)])?;
    }
    if map::listed(before) != map::listed(after) {
        let (bucket, due, next_due, asked) = map::listed(after);
        let update = diesel::update(order_area::table.filter(order_area::order_id.eq(after.id.0))).set((
            order_area::bucket.eq(bucket),
            order_area::open.eq(after.status.is_open()),
            order_area::due_at.eq(due),
            order_area::next_due_at.eq(next_due),
            order_area::asked.eq(asked),
        ));
        Cached(update).execute(c)?;
    }
    Ok(())
}
