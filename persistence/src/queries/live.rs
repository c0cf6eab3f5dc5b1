//! What live clients need: where they belong, what their scopes were told, how far they have read.

use super::{CHUNK, Conn, NOW, apart, at, listed};
use crate::cached::CachedList;
use crate::clock::Clock;
use crate::error::StoreResult;
use crate::map;
use crate::past::Later;
use crate::queue::Entry;
use crate::rows::NotificationRow;
use crate::schema::sql::Instant;
use crate::schema::{
    account, claim, notification, order_ring, orders, presence, scope, scope_member, session,
};
use crate::types::{Json, Ts};
use crate::values::{Brief, Closing, Duty, ListedOrder, Membership};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_query;
use domain::order::{Clocks, offer_ends_at};
use domain::{AccountId, At, OrderId};
use serde::Deserialize;
use std::collections::HashMap;

/// The scopes of these people with their heads, ascending.
///
/// # Errors
/// Those of the connection.
pub fn memberships(c: &mut Conn, accounts: &[i64]) -> StoreResult<HashMap<i64, Vec<Membership>>> {
    let mut found: HashMap<i64, Vec<Membership>> = HashMap::new();
    for chunk in accounts.chunks(CHUNK) {
        let mut rows: Vec<(i64, i64, String, i64, i64)> = scope_member::table
            .inner_join(scope::table.on(scope::id.eq(scope_member::scope_id)))
            .filter(scope_member::account_id.eq_any(chunk.to_vec()))
            .select((scope_member::account_id, scope::id, scope::kind, scope::ref_id, scope::seq))
            .load(c)?;
        rows.sort_unstable();
        for (account, scope, kind, of, head) in rows {
            found.entry(account).or_default().push(Membership { scope, kind, of, head });
        }
    }
    Ok(found)
}

/// Whether each of these people is still a member of exactly these scopes: who is not, is returned.
///
/// # Errors
/// Those of the connection.
pub fn moved(c: &mut Conn, known: &[(i64, Vec<i64>)]) -> StoreResult<Vec<i64>> {
    let mut moved = Vec::new();
    for chunk in known.chunks(CHUNK) {
        let accounts: Vec<i64> = chunk.iter().map(|k| k.0).collect();
        let mut rows: Vec<(i64, i64)> = scope_member::table
            .filter(scope_member::account_id.eq_any(accounts))
            .select((scope_member::account_id, scope_member::scope_id))
            .load(c)?;
        rows.sort_unstable();
        for (account, scopes) in chunk {
            let now = rows.iter().filter(|r| r.0 == *account).map(|r| r.1);
            if !now.eq(scopes.iter().copied()) {
                moved.push(*account);
            }
        }
    }
    Ok(moved)
}

/// Of these sessions, those that are over.
///
/// # Errors
/// Those of the connection.
pub fn sessions_over(c: &mut Conn, known: &[i64], now: At) -> StoreResult<Vec<i64>> {
    let mut over = Vec::new();
    for chunk in known.chunks(CHUNK) {
        let alive: Vec<i64> = session::table
            .filter(session::id.eq_any(chunk.to_vec()))
            .filter(session::revoked_at.is_null().and(session::expires_at.gt(Ts(now))))
            .select(session::id)
            .load(c)?;
        over.extend(chunk.iter().filter(|id| !alive.contains(id)));
    }
    Ok(over)
}

/// What a scope was told after a number, oldest first.
///
/// # Errors
/// Those of the connection.
pub fn told(c: &mut Conn, scope_id: i64, after: i64, limit: i64) -> StoreResult<Vec<Entry>> {
    let rows: Vec<NotificationRow> = notification::table
        .filter(notification::scope_id.eq(scope_id))
        .filter(notification::seq.gt(after))
        .order(notification::seq)
        .limit(limit)
        .select(NotificationRow::as_select())
        .load(c)?;
    Ok(rows.into_iter().map(NotificationRow::into_entry).collect())
}

/// Heads of the scopes that were told something since an instant.
///
/// # Errors
/// Those of the connection.
pub fn heads_since(c: &mut Conn, since: At) -> StoreResult<Vec<(i64, i64)>> {
    Ok(scope::table.filter(scope::seq_at.ge(Ts(since))).select((scope::id, scope::seq)).load(c)?)
}

/// Heads of these scopes.
///
/// # Errors
/// Those of the connection.
pub fn heads(c: &mut Conn, ids: &[i64]) -> StoreResult<Vec<(i64, i64)>> {
    let mut heads = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let some = scope::table.filter(scope::id.eq_any(chunk.to_vec())).select((scope::id, scope::seq));
        heads.extend(some.load::<(i64, i64)>(c)?);
    }
    Ok(heads)
}

/// The offers that stand in a scope, oldest first.
///
/// # Errors
/// Those of the connection.
pub fn standing(c: &mut Conn, clock: &Clock, scope_id: i64, limit: i64) -> StoreResult<Vec<Brief>> {
    let keys: Vec<(Ts, i64)> = order_ring::table
        .inner_join(orders::table.on(orders::id.eq(order_ring::order_id)))
        .filter(order_ring::scope_id.eq(scope_id))
        .filter(order_ring::live)
        .filter(order_ring::attempt.eq(orders::attempt))
        .filter(orders::status.eq_any(["pooled", "assigned"]))
        .filter(orders::suspended_until.is_null())
        .order((orders::updated_at, orders::id))
        .select((orders::updated_at, orders::id))
        .limit(limit)
        .load(c)?;
    briefs(c, clock, &keys)
}

/// Of an order's document, the times that an offer tells.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OfferTimes {
    acknowledge_due_at: Option<At>,
    wanted_at: Option<At>,
}

/// What messages show of these orders, in the order of the keys. What cannot be read is left out.
///
/// # Errors
/// Those of the connection.
pub fn briefs(c: &mut Conn, clock: &Clock, keys: &[(Ts, i64)]) -> StoreResult<Vec<Brief>> {
    type Found = (ListedOrder, Json<Clocks>, Json<OfferTimes>, Ts);
    let ids: Vec<i64> = keys.iter().map(|k| k.1).collect();
    let found: Vec<Found> = apart::readable(c, "order", &ids, |c, ids| {
        let of_keys = listed::joined().filter(orders::id.eq_any(ids.to_vec()));
        let columns = (ListedOrder::as_select(), orders::clocks, orders::case_file, sql::<Instant>(NOW));
        Ok(CachedList(of_keys.select(columns)).load(c)?)
    })?;
    let brief = |(listed, Json(clocks), Json(times), now): Found| {
        let ends_at = map::word(&listed.row.status)
            .ok()
            .and_then(|status| offer_ends_at(status, &clocks, times.acknowledge_due_at));
        let left = ends_at.map(|ends| ends - at(now, clock));
        (listed.row.id, Brief { left, wanted_at: times.wanted_at, listed })
    };
    Ok(listed::in_order(keys, found.into_iter().map(brief)))
}

/// What of these orders a scope that was told earlier may know, though they have changed since.
///
/// # Errors
/// Those of the connection.
pub fn later(c: &mut Conn, orders: &[i64]) -> StoreResult<Later> {
    let offered: Vec<(i64, i64, Option<i32>)> = order_ring::table
        .filter(order_ring::order_id.eq_any(orders.to_vec()))
        .group_by((order_ring::order_id, order_ring::scope_id))
        .select((order_ring::order_id, order_ring::scope_id, diesel::dsl::max(order_ring::attempt)))
        .load(c)?;
    let held: Vec<(i64, String, Ts, Option<Ts>)> = claim::table
        .inner_join(account::table.on(account::id.eq(claim::account_id)))
        .filter(claim::order_id.eq_any(orders.to_vec()))
        .order((claim::order_id, claim::slot, claim::id))
        .select((claim::order_id, account::name, claim::at, claim::released_at))
        .load(c)?;
    Ok(Later {
        offered: offered
            .into_iter()
            .filter_map(|(order, scope, last)| Some(((order, scope), last?)))
            .collect(),
        held: held
            .into_iter()
            .map(|(order, name, at, until)| (order, name, at.0, until.map(|t| t.0)))
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
    let holders = claim::table
        .filter(claim::order_id.eq(order.0).and(claim::attempt.le(attempt)))
        .filter(claim::released_attempt.is_null().or(claim::released_attempt.ge(attempt)))
        .select(claim::account_id)
        .load(c)?;
    let scopes = order_ring::table
        .filter(order_ring::order_id.eq(order.0).and(order_ring::attempt.eq(attempt)))
        .select(order_ring::scope_id)
        .load(c)?;
    Ok(Closing {
        at: won.first().map(|w| w.2.0),
        winners: won.into_iter().map(|(id, name, _)| (id, name)).collect(),
        holders,
        version,
        own: reporter.into_iter().chain(beneficiary).collect(),
        scopes,
    })
}

/// Remembers how far people have read: account, scope, number. Never back.
///
/// # Errors
/// Those of the connection.
pub fn acknowledge(c: &mut Conn, acked: &[(i64, i64, i64)], now: At) -> StoreResult<()> {
    for chunk in acked.chunks(CHUNK) {
        let rows: Vec<String> = chunk.iter().map(|(a, s, q)| format!("({a}, {s}, {q}, $1)")).collect();
        sql_query(format!(
            "INSERT INTO receipt (account_id, scope_id, acked, at) VALUES {} ON CONFLICT (account_id, scope_id) \
             DO UPDATE SET acked = excluded.acked, at = excluded.at WHERE excluded.acked > receipt.acked",
            rows.join(", ")
        ))
        .bind::<Instant, _>(Ts(now))
        .execute(c)?;
    }
    Ok(())
}

/// Remembers that these people were there.
///
/// # Errors
/// Those of the connection.
pub fn seen(c: &mut Conn, accounts: &[i64], now: At) -> StoreResult<()> {
    for chunk in accounts.chunks(CHUNK) {
        let rows: Vec<String> = chunk.iter().map(|a| format!("({a}, TRUE, $1)")).collect();
        sql_query(format!(
            "INSERT INTO presence (account_id, on_duty, seen_at) VALUES {} ON CONFLICT (account_id) \
             DO UPDATE SET seen_at = excluded.seen_at",
            rows.join(", ")
        ))
        .bind::<Instant, _>(Ts(now))
        .execute(c)?;
    }
    Ok(())
}

/// Whether these people are on duty, and since when that was said; nothing of whoever never said anything.
///
/// # Errors
/// Those of the connection.
pub fn duties(c: &mut Conn, accounts: &[i64]) -> StoreResult<HashMap<i64, Option<Duty>>> {
    let mut found = HashMap::new();
    for chunk in accounts.chunks(CHUNK) {
        let rows: Vec<(i64, bool, Option<Ts>)> = presence::table
            .filter(presence::account_id.eq_any(chunk.to_vec()))
            .select((presence::account_id, presence::on_duty, presence::duty_at))
            .load(c)?;
        found.extend(rows.into_iter().map(|(who, on, at)| (who, Some((on, at.map(|t| t.0))))));
    }
    Ok(found)
}

/// Sets whether a person is on duty.
///
/// # Errors
/// Those of the connection.
pub fn set_duty(c: &mut Conn, who: AccountId, on: bool, now: At) -> StoreResult<()> {
    diesel::insert_into(presence::table)
        .values((
            presence::account_id.eq(who.0),
            presence::on_duty.eq(on),
            presence::duty_at.eq(Some(Ts(now))),
        ))
        .on_conflict(presence::account_id)
        .do_update()
        .set((presence::on_duty.eq(on), presence::duty_at.eq(Some(Ts(now)))))
        .execute(c)?;
    Ok(())
}
