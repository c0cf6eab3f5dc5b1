//! Filing orders under their terms: `order_term (term, created_at, order_id)`, so that what is rare is found at once.
//! Orders are filed when they are placed; those of an earlier version, afterwards ([`file_more`]).

use super::super::Conn;
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::order::listing::terms;
use crate::order::schema::{order_term, order_text, orders};
use diesel::prelude::*;
use domain::{OrderId, ServiceItemId};

/// Files an order. What it is filed under already stays.
pub fn file(c: &mut Conn, order: OrderId, created: Ts, under: &[i64]) -> StoreResult<()> {
    let row = |term: &i64| {
        (order_term::term.eq(*term), order_term::created_at.eq(created), order_term::order_id.eq(order.0))
    };
    let rows: Vec<_> = under.iter().map(row).collect();
    diesel::insert_into(order_term::table).values(rows).on_conflict_do_nothing().execute(c)?;
    Ok(())
}

/// Files at most `most` orders that never were, the newest first; how many.
pub fn file_more(c: &mut Conn, most: i64) -> StoreResult<usize> {
    let never: Vec<(i64, String)> = order_text::table
        .filter(diesel::dsl::not(order_text::filed))
        .order(order_text::order_id.desc())
        .limit(most)
        .select((order_text::order_id, order_text::search))
        .load(c)?;
    for (order, search) in &never {
        let (created, item, channel): (Ts, i64, String) = orders::table
            .find(order)
            .select((orders::created_at, orders::service_item_id, orders::channel))
            .first(c)?;
        file(c, OrderId(*order), created, &terms::of(search, ServiceItemId(item), &channel))?;
        diesel::update(order_text::table.find(order)).set(order_text::filed.eq(true)).execute(c)?;
    }
    Ok(never.len())
}
