//! The log of personal data that was read: contacts of orders, and phones that were looked for. It counts, too: whoever
//! looks for phones may do so only so often, on all replicas together and however often they are started.

use super::super::people::accounts;
use super::super::shown::views;
use super::super::{CHUNK, Conn};
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::sql::types::Ts;
use crate::order::listing::{Found, Key as OrderKey, LOOKED_AT};
use crate::order::readings::{Allowance, Key, PhoneSearch, Reading, ReadingFilter};
use crate::order::schema::{contact_read, order_area, order_contact, orders};
use chrono::TimeDelta;
use diesel::prelude::*;
use domain::people::lookup::{self, DAILY};
use domain::{AccountId, AreaId, At, OrderId};
use std::collections::{BTreeMap, BTreeSet};

/// Readings that are looked at in one step.
const STEP: i64 = 200;

/// Logs that somebody looks for a phone, unless they did so too often.
///
/// # Errors
/// `NotFound` when the account is disabled.
pub fn log_search(c: &mut Conn, search: &PhoneSearch, now: At) -> StoreResult<Allowance> {
    // the account is held: of two at once, the second counts the first
    if !accounts::hold_enabled(c, search.account)? {
        return Err(StoreError::NotFound);
    }
    let most = i64::try_from(DAILY).unwrap_or(i64::MAX);
    let earlier: Vec<Ts> = contact_read::table
        .filter(contact_read::account_id.eq(search.account.0))
        .filter(contact_read::at.gt(Ts(now - TimeDelta::days(1))))
        .filter(contact_read::searched.is_not_null())
        .order((contact_read::at.desc(), contact_read::id.desc()))
        .limit(most)
        .select(contact_read::at)
        .load(c)?;
    let earlier: Vec<At> = earlier.into_iter().map(|at| at.0).collect();
    if let Some(next) = lookup::next_at(&earlier, now) {
        return Ok(Allowance::UsedUp { next, wait: next - now });
    }
    diesel::insert_into(contact_read::table)
        .values((
            contact_read::account_id.eq(search.account.0),
            contact_read::request_id.eq(&search.request_id),
            contact_read::at.eq(Ts(now)),
            contact_read::phone_masked.eq(Some(&search.masked)),
            contact_read::searched.eq(Some(search.searched())),
        ))
        .execute(c)?;
    Ok(Allowance::Logged)
}

/// The newest orders with this phone in these areas, and whether there may be more: at most `most` of those 4,000 that came
/// last with it anywhere.
pub fn orders_of_phone(
    c: &mut Conn,
    search: &PhoneSearch,
    most: usize,
) -> StoreResult<(Vec<OrderKey>, bool)> {
    let with_it: Vec<i64> = order_contact::table
        .filter(order_contact::phone_hash.eq_any(&search.hashes))
        .order(order_contact::order_id.desc())
        .limit(LOOKED_AT)
        .select(order_contact::order_id)
        .load(c)?;
    let areas: Vec<i64> = search.areas.iter().map(|(key, _)| key.0).collect();
    let mut found = Vec::new();
    for some in with_it.chunks(CHUNK) {
        let there = within(c, &areas, some)?;
        found.extend(some.iter().copied().filter(|order| there.contains(order)));
        if found.len() > most {
            break;
        }
    }
    let more = found.len() > most;
    found.truncate(most);
    let keys: Vec<(Ts, i64)> =
        orders::table.filter(orders::id.eq_any(&found)).select((orders::created_at, orders::id)).load(c)?;
    let by_id: BTreeMap<i64, OrderKey> = keys.into_iter().map(|(at, id)| (id, (at, OrderId(id)))).collect();
    Ok((found.iter().filter_map(|order| by_id.get(order).copied()).collect(), more))
}

/// Those of these orders that lie, or whose inbox lies, in these areas.
fn within(c: &mut Conn, areas: &[i64], ids: &[i64]) -> StoreResult<BTreeSet<i64>> {
    let there = order_area::table
        .filter(order_area::order_id.eq_any(ids))
        .filter(order_area::area_id.eq_any(areas))
        .select(order_area::order_id);
    Ok(there.load::<i64>(c)?.into_iter().collect())
}

/// A row of the log.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = contact_read)]
struct Row {
    id: i64,
    order_id: Option<i64>,
    account_id: i64,
    request_id: String,
    at: Ts,
    phone_masked: Option<String>,
    searched: Option<String>,
}

/// A page of the log. It is short, or empty, with a place to go on from where as many were looked at as are for one page.
pub fn page(c: &mut Conn, filter: &ReadingFilter) -> StoreResult<Found<Reading, Key>> {
    let (mut looked, mut after, mut list) = (0, filter.after, Vec::new());
    let next = loop {
        let rows = step(c, filter, after)?;
        let last = i64::try_from(rows.len()).unwrap_or(i64::MAX) < STEP;
        let ids: Vec<i64> = rows.iter().filter_map(|row| row.order_id).collect();
        let areas: Vec<i64> = filter.areas.iter().map(|(key, _)| key.0).collect();
        let there = within(c, &areas, &ids)?;
        let mut full = false;
        for row in rows {
            full = list.len() >= filter.limit;
            if full {
                break;
            }
            after = Some((row.at, row.id));
            if row.order_id.map_or_else(|| is_met(row.searched.as_deref(), filter), |id| there.contains(&id))
            {
                list.push(row);
            }
        }
        looked += STEP;
        if full || (!last && looked >= LOOKED_AT) {
            break after;
        }
        if last {
            break None;
        }
    };
    Ok(Found { list: with_words(c, list)?, next })
}

/// Whether one of the areas in which a phone was looked for lies in the reader's, or they in it.
fn is_met(searched: Option<&str>, filter: &ReadingFilter) -> bool {
    let paths = || filter.areas.iter().map(|(_, path)| path.as_str());
    searched
        .unwrap_or_default()
        .split(' ')
        .filter(|path| !path.is_empty())
        .any(|searched| paths().any(|path| searched.starts_with(path) || path.starts_with(searched)))
}

/// The next rows behind a key, the newest first.
fn step(c: &mut Conn, filter: &ReadingFilter, after: Option<Key>) -> StoreResult<Vec<Row>> {
    let mut query = contact_read::table.select(Row::as_select()).into_boxed();
    if let Some(account) = filter.account {
        query = query.filter(contact_read::account_id.eq(account.0));
    }
    if let Some(order) = filter.order {
        query = query.filter(contact_read::order_id.eq(order.0));
    }
    if let Some(from) = filter.from {
        query = query.filter(contact_read::at.ge(Ts(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(contact_read::at.lt(Ts(to)));
    }
    if let Some((at, id)) = after {
        query =
            query.filter(contact_read::at.le(at)).filter(contact_read::at.lt(at).or(contact_read::id.lt(id)));
    }
    Ok(query.order((contact_read::at.desc(), contact_read::id.desc())).limit(STEP).load(c)?)
}

/// With the names, numbers and masked phones that stand elsewhere.
fn with_words(c: &mut Conn, rows: Vec<Row>) -> StoreResult<Vec<Reading>> {
    let names = views::people_names(c, rows.iter().map(|row| AccountId(row.account_id)).collect())?;
    let of: Vec<i64> = rows.iter().filter_map(|row| row.order_id).collect();
    let numbers: Vec<(i64, String, Option<String>)> = orders::table
        .left_join(order_contact::table.on(order_contact::order_id.eq(orders::id)))
        .filter(orders::id.eq_any(of))
        .select((orders::id, orders::number, order_contact::phone_masked.nullable()))
        .load(c)?;
    let numbers: BTreeMap<i64, (String, Option<String>)> =
        numbers.into_iter().map(|(id, number, phone)| (id, (number, phone))).collect();
    let reading = |row: Row| {
        let found = row.order_id.and_then(|id| numbers.get(&id).cloned());
        let (number, phone) = found.unwrap_or_default();
        let last = |path: &str| path.trim_end_matches('/').rsplit('/').next()?.parse().ok().map(AreaId);
        Reading {
            id: row.id,
            at: row.at,
            account: AccountId(row.account_id),
            name: names.get(&AccountId(row.account_id)).cloned().unwrap_or_default(),
            order: row.order_id.map(|id| (OrderId(id), number)),
            phone: row.phone_masked.or(phone),
            searched: row.searched.unwrap_or_default().split(' ').filter_map(last).collect(),
            request_id: row.request_id,
        }
    };
    Ok(rows.into_iter().map(reading).collect())
}
