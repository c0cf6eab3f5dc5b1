//! The rows of a list's page, counts, and what a worker is offered now.

use super::{Conn, apart};
use crate::cached::CachedList;
use crate::error::StoreResult;
use crate::listing::Key;
use crate::schema::{account, area, claim, order_ring, order_text, orders, scope_member, service_item};
use crate::types::Ts;
use crate::values::{ListedOrder, StatusCount};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use domain::AccountId;
use domain::labelled::Labelled;
use domain::order::Status;
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
///
/// # Errors
/// Those of the connection.
pub fn rows(c: &mut Conn, keys: &[Key]) -> StoreResult<Vec<ListedOrder>> {
    let ids: Vec<i64> = keys.iter().map(|k| k.1).collect();
    let found: Vec<ListedOrder> = apart::readable(c, "order", &ids, |c, ids| {
        let of_keys = joined().filter(orders::id.eq_any(ids.to_vec()));
        Ok(CachedList(of_keys.select(ListedOrder::as_select())).load(c)?)
    })?;
    Ok(in_order(keys, found.into_iter().map(|listed| (listed.row.id, listed))))
}

/// What was found of orders, in the order of the keys.
pub fn in_order<T>(keys: &[Key], found: impl Iterator<Item = (i64, T)>) -> Vec<T> {
    let mut by_id: BTreeMap<i64, T> = found.collect();
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
///
/// # Errors
/// Those of the connection.
pub fn count_bucket(c: &mut Conn, area_id: i64, bucket: &str) -> StoreResult<Vec<StatusCount>> {
    if Status::parse(bucket).is_some() {
        let row: Total = sql_query(
            "SELECT count(*) AS n FROM (SELECT 1 FROM order_area WHERE area_id = $1 AND bucket = $2 LIMIT $3) a",
        )
        .bind::<BigInt, _>(area_id)
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
    .bind::<BigInt, _>(area_id)
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
///
/// # Errors
/// Those of the connection.
pub fn count_overdue(c: &mut Conn, area_id: i64, now: Ts) -> StoreResult<i64> {
    let row: Total = sql_query(
        "SELECT count(*) AS n FROM (SELECT 1 FROM order_area WHERE area_id = $1 AND due_at < $2 LIMIT $3) a",
    )
    .bind::<BigInt, _>(area_id)
    .bind::<crate::schema::sql::Instant, _>(now)
    .bind::<BigInt, _>(COUNT_CAP)
    .get_result(c)?;
    Ok(row.n)
}

/// Orders that are offered to this person now, the oldest first, at most 50.
///
/// # Errors
/// Those of the connection.
pub fn offers(c: &mut Conn, who: AccountId) -> StoreResult<Vec<ListedOrder>> {
    let held = claim::table
        .filter(claim::order_id.eq(orders::id))
        .filter(claim::account_id.eq(who.0))
        .filter(claim::released_at.is_null());
    let keys: Vec<Key> = order_ring::table
        .inner_join(scope_member::table.on(scope_member::scope_id.eq(order_ring::scope_id)))
        .inner_join(orders::table.on(orders::id.eq(order_ring::order_id)))
        .filter(scope_member::account_id.eq(who.0))
        .filter(order_ring::live)
        .filter(order_ring::attempt.eq(orders::attempt))
        .filter(orders::status.eq_any(["pooled", "assigned"]))
        .filter(orders::suspended_until.is_null())
        .filter(orders::reporter_id.is_null().or(orders::reporter_id.ne(who.0)))
        .filter(orders::beneficiary_id.is_null().or(orders::beneficiary_id.ne(who.0)))
        .filter(diesel::dsl::not(diesel::dsl::exists(held)))
        .order((orders::updated_at, orders::id))
        .select((orders::updated_at, orders::id))
        .distinct()
        .limit(50)
        .load(c)?;
    rows(c, &keys)
}
