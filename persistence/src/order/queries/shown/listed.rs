//! The rows of a list's page, and counts.

use super::super::engine::apart;
use super::super::{Conn, NOW, at};
use super::beside;
use crate::catalogue::schema::service_item;
use crate::engine::clock::Clock;
use crate::engine::error::StoreResult;
use crate::engine::sql::Instant;
use crate::engine::sql::cached::CachedList;
use crate::engine::sql::types::Ts;
use crate::order::around::Around;
use crate::order::listing::{Holding, Key, Line, Reader};
use crate::order::map;
use crate::order::rows::{ClaimRow, OrderRow};
use crate::order::schema::{claim, order_text, orders};
use crate::order::values::{ListedOrder, StatusCount};
use crate::organisation::public::{public_key, public_place};
use crate::organisation::schema::area;
use crate::people::schema::account;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use domain::order::{AskKind, Status};
use domain::words::labelled::Labelled;
use domain::words::mask::contains_personal;
use domain::{AccountId, AreaId, OrderId};
use std::collections::BTreeMap;

/// The most a count says.
const COUNT_CAP: i64 = 10_000;
/// Orders that are read to tell the states of one bucket apart.
const TOLD_APART: i64 = 2_000;

/// Orders with what a list shows beside them.
#[diesel::dsl::auto_type]
pub fn joined() -> _ {
    orders::table
        .inner_join(order_text::table.on(order_text::order_id.eq(orders::id)))
        .inner_join(service_item::table.on(service_item::id.eq(orders::service_item_id)))
        .inner_join(area::table.on(area::id.eq(orders::area_id)))
        .left_join(account::table.on(account::id.nullable().eq(orders::lead_id)))
}

/// The orders with these keys, in their order. One statement. What cannot be read is left out.
pub fn rows(c: &mut Conn, keys: &[Key]) -> StoreResult<Vec<ListedOrder>> {
    let ids: Vec<i64> = keys.iter().map(|k| k.1.0).collect();
    let found: Vec<ListedOrder> = apart::readable(c, "order", &ids, |c, ids| {
        let of_keys = joined().filter(orders::id.eq_any(ids.to_vec()));
        Ok(CachedList(of_keys.select(ListedOrder::as_select())).load(c)?)
    })?;
    Ok(in_order(keys, found.into_iter().map(|listed| (OrderId(listed.row.id), listed))))
}

/// The rows of a page with these keys, in their order, for this reader. One statement, one for the claims where something
/// hangs on them, and those of [`beside::complete`]. What cannot be read is left out.
pub fn lines(c: &mut Conn, clock: &Clock, reader: &Reader, keys: &[Key]) -> StoreResult<Vec<Line>> {
    let ids: Vec<i64> = keys.iter().map(|k| k.1.0).collect();
    let found = apart::readable(c, "order", &ids, |c, ids| of_orders(c, clock, ids))?;
    let mut lines = in_order(keys, found.into_iter().map(|line| (line.order.id, line)));
    let matters = |line: &Line| {
        line.filled > 0
            && (line.waits_to_be_claimed() || !line.is_read_whole(reader) || contains_personal(&line.title))
    };
    let held: Vec<i64> = lines.iter().filter(|line| matters(line)).map(|line| line.order.id.0).collect();
    let claims = claims_of(c, held)?;
    for line in &mut lines {
        let of = claims.iter().filter(|claim| claim.order_id == line.order.id.0);
        line.order.claims = of.map(map::claim).collect();
    }
    beside::complete(c, &mut lines)?;
    Ok(lines)
}

fn of_orders(c: &mut Conn, clock: &Clock, ids: &[i64]) -> StoreResult<Vec<Line>> {
    type Names = (String, String, i64, String, Option<String>);
    let inbox = diesel::alias!(area as inbox);
    let of_keys = joined()
        .inner_join(inbox.on(inbox.field(area::id).eq(orders::inbox_id)))
        .filter(orders::id.eq_any(ids.to_vec()))
        .select((
            OrderRow::as_select(),
            (order_text::title, service_item::name, public_key(), public_place(), account::name.nullable()),
            (area::path, inbox.field(area::path)),
            sql::<Instant>(NOW),
        ));
    let rows: Vec<(OrderRow, Names, (String, String), Ts)> = CachedList(of_keys).load(c)?;
    let line = |(row, names, (area_path, inbox_path), now): (OrderRow, Names, (String, String), Ts)| {
        let (title, item_name, key, name, lead_name) = names;
        let (filled, number, lead_id) = (row.filled, row.number.clone(), row.lead_id);
        let order = map::order(row, &[], Vec::new())?;
        Ok(Line {
            filled,
            number,
            title,
            item_name,
            place: (AreaId(key), name),
            area_path,
            inbox_path,
            lead_id: lead_id.map(AccountId),
            lead: lead_name.map(|name| Holding { name, roles: Vec::new() }),
            directed: None,
            around: Around::default(),
            lapsed: None,
            now: at(now, clock).max(order.updated_at),
            order,
        })
    };
    rows.into_iter().map(line).collect()
}

fn claims_of(c: &mut Conn, ids: Vec<i64>) -> StoreResult<Vec<ClaimRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let live = claim::table
        .filter(claim::order_id.eq_any(ids).and(claim::released_at.is_null()))
        .select(ClaimRow::as_select());
    let mut found: Vec<ClaimRow> = CachedList(live).load(c)?;
    found.sort_unstable_by_key(|claim| claim.slot);
    Ok(found)
}

/// What was found of orders, in the order of the keys.
pub fn in_order<T>(keys: &[Key], found: impl Iterator<Item = (OrderId, T)>) -> Vec<T> {
    let mut by_id: BTreeMap<OrderId, T> = found.collect();
    keys.iter().filter_map(|k| by_id.remove(&k.1)).collect()
}

#[derive(diesel::QueryableByName)]
struct Counted {
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many orders of one bucket an area has, by status, at most 10,000. The bucket that several states share is told
/// apart by reading its newest 2,000 orders.
pub fn count_bucket(c: &mut Conn, area: AreaId, bucket: &str) -> StoreResult<Vec<StatusCount>> {
    if Status::parse(bucket).is_some() {
        let row: Total = sql_query(
            "SELECT count(*) AS n FROM (SELECT 1 FROM order_area WHERE area_id = $1 AND bucket = $2 LIMIT $3) a",
        )
        .bind::<BigInt, _>(area.0)
        .bind::<Text, _>(bucket)
        .bind::<BigInt, _>(COUNT_CAP)
        .get_result(c)?;
        let some = (row.n > 0).then(|| StatusCount { status: bucket.into(), count: row.n });
        return Ok(some.into_iter().collect());
    }
    let rows: Vec<Counted> = sql_query(
        "SELECT o.status AS status, count(*) AS n FROM (SELECT order_id FROM order_area \
         WHERE area_id = $1 AND bucket = $2 ORDER BY created_at DESC, order_id DESC LIMIT $3) a \
         JOIN orders o ON o.id = a.order_id GROUP BY o.status",
    )
    .bind::<BigInt, _>(area.0)
    .bind::<Text, _>(bucket)
    .bind::<BigInt, _>(TOLD_APART)
    .load(c)?;
    Ok(rows.into_iter().map(|r| StatusCount { status: r.status, count: r.n }).collect())
}

#[derive(diesel::QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many open orders of an area are past their limit, at most 10,000.
pub fn count_overdue(c: &mut Conn, area: AreaId, now: Ts) -> StoreResult<i64> {
    let row: Total = sql_query(
        "SELECT count(*) AS n FROM (SELECT 1 FROM order_area WHERE area_id = $1 AND due_at < $2 LIMIT $3) a",
    )
    .bind::<BigInt, _>(area.0)
    .bind::<crate::engine::sql::Instant, _>(now)
    .bind::<BigInt, _>(COUNT_CAP)
    .get_result(c)?;
    Ok(row.n)
}

/// How many requests wait for a decision in an area, among the newest 2,000 that were made: none on an order that is about
/// the reader.
pub fn count_requests(c: &mut Conn, area: AreaId, reader: AccountId) -> StoreResult<i64> {
    // one to hand back waits until somebody acknowledges (`Order::pending_request`)
    let row: Total = sql_query(format!(
        "SELECT count(*) AS n FROM (SELECT order_id, asked FROM order_area WHERE area_id = $1 AND asked IS NOT NULL \
         ORDER BY created_at DESC, order_id DESC LIMIT $2) a JOIN orders o ON o.id = a.order_id \
         WHERE (a.asked <> '{}' OR o.status = '{}') AND (o.reporter_id IS NULL OR o.reporter_id <> $3) \
         AND (o.beneficiary_id IS NULL OR o.beneficiary_id <> $3)",
        AskKind::HandBack,
        Status::Assigned
    ))
    .bind::<BigInt, _>(area.0)
    .bind::<BigInt, _>(TOLD_APART)
    .bind::<BigInt, _>(reader.0)
    .get_result(c)?;
    Ok(row.n)
}
