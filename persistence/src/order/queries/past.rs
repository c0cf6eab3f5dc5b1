//! Who took part in an order and does no more: up to which event they read it (FIELD.md: reading ends when the right
//! ends). Written in the commit of the change that ended it; `order_area` and `order_party` hold what is now.

use super::{Conn, orders as order_queries};
use crate::catalogue::schema::service_item;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::sql::types::Ts;
use crate::order::map;
use crate::order::past::{Former, FormerFilter, FormerOf, Past};
use crate::order::rows::EventRow;
use crate::order::schema::{claim, order_area, order_event, order_party, order_past, order_text, orders};
use crate::organisation::public::{public_key, public_place};
use crate::organisation::schema::area;
use diesel::prelude::*;
use diesel::upsert::excluded;
use domain::order::{Order, Recorded, Status};
use domain::organisation::Scope;
use domain::words::labelled::Labelled;
use domain::{AreaId, OrderId};
use std::collections::BTreeMap;

/// The order is listed in these areas and no others: those it left keep what was there up to now.
pub fn leave_areas(c: &mut Conn, after: &Order, now: &[AreaId]) -> StoreResult<()> {
    let elsewhere = order_area::table
        .filter(order_area::order_id.eq(after.id.0))
        .filter(diesel::dsl::not(order_area::area_id.eq_any(AreaId::keys(now))));
    let left: Vec<i64> = diesel::delete(elsewhere).returning(order_area::area_id).load(c)?;
    for area in left {
        keep(c, after, Scope::Area(AreaId(area)))?;
    }
    Ok(())
}

/// Whoever handles the order no more keeps what was there up to now. Most changes end nobody's part, and cost nothing.
pub fn end_parts(c: &mut Conn, before: &Order, after: &Order) -> StoreResult<()> {
    for who in before.directed().difference(&after.directed()) {
        let (kind, id) = who.parts();
        let row = order_party::table
            .filter(order_party::order_id.eq(after.id.0).and(order_party::part.eq("handler")))
            .filter(order_party::kind.eq(kind).and(order_party::ref_id.eq(id)));
        diesel::delete(row).execute(c)?;
    }
    for who in before.parties().difference(&after.parties()) {
        keep(c, after, who.scope())?;
    }
    Ok(())
}

fn keep(c: &mut Conn, order: &Order, who: Scope) -> StoreResult<()> {
    let (kind, ref_id) = who.parts();
    diesel::insert_into(order_past::table)
        .values((
            order_past::order_id.eq(order.id.0),
            order_past::kind.eq(kind),
            order_past::ref_id.eq(ref_id),
            order_past::until_seq.eq(order.version),
            order_past::until_at.eq(Ts(order.updated_at)),
            order_past::created_at.eq(Ts(order.created_at)),
        ))
        .on_conflict((order_past::order_id, order_past::kind, order_past::ref_id))
        .do_update()
        .set((
            order_past::until_seq.eq(excluded(order_past::until_seq)),
            order_past::until_at.eq(excluded(order_past::until_at)),
        ))
        .execute(c)?;
    Ok(())
}

/// Up to which event these took part in the order, the last of them; none if they never did.
pub fn of(c: &mut Conn, id: OrderId, of: &FormerOf) -> StoreResult<Option<Past>> {
    let rows: Vec<(String, i64, i32, Ts)> = order_past::table
        .filter(order_past::order_id.eq(id.0))
        .select((order_past::kind, order_past::ref_id, order_past::until_seq, order_past::until_at))
        .load(c)?;
    let mine = rows.into_iter().filter(|(kind, ref_id, ..)| is_one(of, kind, *ref_id));
    Ok(mine.map(|(_, _, seq, at)| Past { seq, at: at.0 }).max_by_key(|past| past.seq))
}

/// Whether this row of `order_past` is of one of these.
fn is_one(of: &FormerOf, kind: &str, ref_id: i64) -> bool {
    Scope::from_parts(kind, ref_id).is_some_and(|who| of.holds(who))
}

/// The order as it was after its event `seq`.
///
/// # Errors
/// `NotFound`.
pub fn order_at(c: &mut Conn, id: OrderId, seq: i32) -> StoreResult<Order> {
    let mut history = order_queries::history(c, id)?;
    history.retain(|recorded| recorded.seq <= seq);
    domain::order::fold(id, &history).ok_or(StoreError::NotFound)
}

/// Of these orders those in which these took part and do no more, each as it was then.
pub fn of_orders(c: &mut Conn, ids: &[OrderId], of: &FormerOf) -> StoreResult<Vec<Former>> {
    type Row = (i64, String, i64, i32, Ts, Ts);
    let found: Vec<Row> = order_past::table
        .filter(order_past::order_id.eq_any(OrderId::keys(ids)))
        .select((
            order_past::order_id,
            order_past::kind,
            order_past::ref_id,
            order_past::until_seq,
            order_past::until_at,
            order_past::created_at,
        ))
        .load(c)?;
    let mut last: BTreeMap<i64, (Ts, i64, i32, Ts)> = BTreeMap::new();
    for (order, kind, ref_id, seq, at, created) in found {
        let later = last.get(&order).is_none_or(|known| known.2 < seq);
        if later && is_one(of, &kind, ref_id) {
            last.insert(order, (created, order, seq, at));
        }
    }
    rows(c, &last.into_values().collect::<Vec<_>>())
}

/// A page of the orders that these took part in and do no more, newest first, each as it was then.
pub fn page(c: &mut Conn, filter: &FormerFilter) -> StoreResult<(Vec<Former>, bool)> {
    let mut keys: Vec<(Ts, i64, i32, Ts)> = Vec::new();
    for who in filter.of.each() {
        keys.extend(of_one(c, who, filter)?);
    }
    // of several parts in one order the last
    keys.sort_unstable_by(|a, b| b.cmp(a));
    keys.dedup_by_key(|key| key.1);
    let limit = usize::try_from(filter.limit).unwrap_or(0);
    let more = keys.len() > limit;
    keys.truncate(limit);
    Ok((rows(c, &keys)?, more))
}

fn of_one(c: &mut Conn, who: Scope, filter: &FormerFilter) -> StoreResult<Vec<(Ts, i64, i32, Ts)>> {
    let (kind, ref_id) = who.parts();
    let finished: Vec<&str> = Status::ALL.iter().filter(|s| s.is_finished()).map(|s| s.as_str()).collect();
    let mut query = order_past::table
        .inner_join(orders::table.on(orders::id.eq(order_past::order_id)))
        .filter(order_past::kind.eq(kind).and(order_past::ref_id.eq(ref_id)))
        .filter(diesel::dsl::not(
            orders::status.eq_any(finished).and(orders::updated_at.lt(Ts(filter.finished_since))),
        ))
        .into_boxed();
    // who takes part again reads it among the others
    if matches!(who, Scope::Area(_)) {
        let listed = order_area::table
            .filter(order_area::order_id.eq(order_past::order_id).and(order_area::area_id.eq(ref_id)));
        query = query.filter(diesel::dsl::not(diesel::dsl::exists(listed)));
    } else {
        let directed = order_party::table
            .filter(order_party::order_id.eq(order_past::order_id).and(order_party::part.eq("handler")))
            .filter(order_party::kind.eq(kind).and(order_party::ref_id.eq(ref_id)));
        query = query.filter(diesel::dsl::not(diesel::dsl::exists(directed)));
    }
    if matches!(who, Scope::Person(_)) {
        let held = claim::table
            .filter(claim::order_id.eq(order_past::order_id).and(claim::account_id.eq(ref_id)))
            .filter(claim::released_at.is_null());
        query = query.filter(diesel::dsl::not(diesel::dsl::exists(held)));
    }
    if let Some((at, OrderId(id))) = filter.after {
        query = query
            .filter(order_past::created_at.le(at))
            .filter(order_past::created_at.lt(at).or(order_past::order_id.lt(id)));
    }
    Ok(query
        .order((order_past::created_at.desc(), order_past::order_id.desc()))
        .limit(filter.limit + 1)
        .select((order_past::created_at, order_past::order_id, order_past::until_seq, order_past::until_at))
        .load(c)?)
}

/// What a list shows of orders as they were: one statement a table.
fn rows(c: &mut Conn, keys: &[(Ts, i64, i32, Ts)]) -> StoreResult<Vec<Former>> {
    let ids: Vec<i64> = keys.iter().map(|key| key.1).collect();
    let mut until: BTreeMap<i64, i32> = keys.iter().map(|key| (key.1, key.2)).collect();
    let events: Vec<EventRow> = order_event::table
        .filter(order_event::order_id.eq_any(ids.clone()))
        .order((order_event::order_id, order_event::seq))
        .select(EventRow::as_select())
        .load(c)?;
    let mut histories: BTreeMap<i64, Vec<Recorded>> = BTreeMap::new();
    for event in events {
        if until.get(&event.order_id).is_none_or(|last| event.seq > *last) {
            continue;
        }
        let order = event.order_id;
        match map::recorded(event) {
            Ok(recorded) => histories.entry(order).or_default().push(recorded),
            // the order is left out, the others are shown
            Err(StoreError::Unreadable(_)) => drop(until.remove(&order)),
            Err(e) => return Err(e),
        }
    }
    let words: Vec<(i64, String, String)> = orders::table
        .inner_join(order_text::table.on(order_text::order_id.eq(orders::id)))
        .filter(orders::id.eq_any(ids))
        .select((orders::id, orders::number, order_text::title))
        .load(c)?;
    let words: BTreeMap<i64, (String, String)> =
        words.into_iter().map(|(id, number, title)| (id, (number, title))).collect();
    let folded = keys.iter().filter_map(|(_, id, _, at)| {
        let history = until.get(id).and_then(|_known| histories.get(id))?;
        Some((domain::order::fold(OrderId(*id), history)?, at.0, words.get(id)?.clone()))
    });
    let folded: Vec<_> = folded.collect();
    let items: Vec<i64> = folded.iter().map(|row| row.0.service_item.0).collect();
    let items: Vec<(i64, String)> = service_item::table
        .filter(service_item::id.eq_any(items))
        .select((service_item::id, service_item::name))
        .load(c)?;
    let areas: Vec<i64> = folded.iter().map(|row| row.0.area.0).collect();
    let areas: Vec<(i64, i64, String)> = area::table
        .filter(area::id.eq_any(areas))
        .select((area::id, public_key(), public_place()))
        .load(c)?;
    let name = |names: &[(i64, String)], of: i64| {
        names.iter().find(|(id, _)| *id == of).map(|(_, name)| name.clone()).unwrap_or_default()
    };
    let place = |of: i64| {
        let found = areas.iter().find(|(id, ..)| *id == of);
        found.map_or((AreaId(0), String::new()), |(_, key, name)| (AreaId(*key), name.clone()))
    };
    let row = |(order, at, (number, title)): (Order, _, (String, String))| Former {
        item_name: name(&items, order.service_item.0),
        place: place(order.area.0),
        order,
        number,
        title,
        at,
    };
    Ok(folded.into_iter().map(row).collect())
}
