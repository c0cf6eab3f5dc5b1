//! Before a dispatch: who would be told, who of them is there, and what became of the last such orders.
//!
//! Memberships are ranges of `scope_member`'s key, presence is looked up by its key, past orders are a bounded piece of
//! `order_area_all`. Keys are numbers and stand in the text.

use super::super::Conn;
use super::super::people::staff;
use crate::engine::error::StoreResult;
use crate::engine::sql::Instant;
use crate::engine::sql::types::Ts;
use crate::news::schema::scope;
use crate::order::reach::{PAST, PastOrder, PreviewAsk, PreviewRead, RingReach, SHOWN, ScopeNames, Told};
use crate::order::schema::order_event;
use crate::organisation::schema::{area, team, unit};
use crate::people::rows::AccountRow;
use crate::people::schema::account;
use crate::people::values::PersonRead;
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Text};
use domain::order::Status;
use domain::organisation::Scope;
use domain::words::labelled::Labelled;
use domain::{AccountId, At};
use std::collections::BTreeMap;

/// Whoever was seen within this time is there.
const THERE: TimeDelta = TimeDelta::seconds(60);
/// People of a ring that are counted.
const COUNTED: i64 = 20_000;
/// Orders of the area that are looked through for those of the item.
const LOOKED_THROUGH: i64 = 2_000;

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = BigInt)]
    members: i64,
    #[diesel(sql_type = BigInt)]
    online: i64,
    #[diesel(sql_type = BigInt)]
    off_duty: i64,
}

#[derive(QueryableByName)]
struct First {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Bool)]
    online: bool,
    #[diesel(sql_type = Bool)]
    on_duty: bool,
}

#[derive(QueryableByName)]
struct Past {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    status: String,
}

/// Everything a preview tells.
pub fn preview(c: &mut Conn, ask: &PreviewAsk, now: At) -> StoreResult<PreviewRead> {
    let all: Vec<Scope> = ask.rings.iter().flatten().copied().collect();
    let mut rings = Vec::with_capacity(ask.rings.len());
    let mut before: Vec<Scope> = Vec::new();
    for ring in &ask.rings {
        rings.push(ring_reach(c, ring, &before, &ask.own, now)?);
        before.extend(ring);
    }
    Ok(PreviewRead { rings, names: names(c, &all)?, past: past(c, ask)? })
}

fn ring_reach(
    c: &mut Conn,
    ring: &[Scope],
    before: &[Scope],
    own: &[AccountId],
    now: At,
) -> StoreResult<RingReach> {
    let told = format!(
        "WITH told AS (SELECT h.account_id FROM ({}) h WHERE h.account_id NOT IN ({}) \
         AND h.account_id NOT IN ({}) ORDER BY h.account_id LIMIT {COUNTED})",
        people_of(c, ring)?,
        keys(own.iter().map(|who| who.0)),
        people_of(c, before)?,
    );
    let there = "COALESCE(p.on_duty AND p.seen_at >= $1, FALSE)";
    let joined = "FROM told LEFT JOIN presence p ON p.account_id = told.account_id";
    let counts: Counts = sql_query(format!(
        "{told} SELECT count(*) AS members, count(CASE WHEN {there} THEN 1 END) AS online, \
         count(CASE WHEN NOT p.on_duty THEN 1 END) AS off_duty {joined}"
    ))
    .bind::<Instant, _>(Ts(now - THERE))
    .get_result(c)?;
    let first: Vec<First> = sql_query(format!(
        "{told} SELECT told.account_id AS id, {there} AS online, COALESCE(p.on_duty, TRUE) AS on_duty {joined} \
         ORDER BY 2 DESC, 1 LIMIT {SHOWN}"
    ))
    .bind::<Instant, _>(Ts(now - THERE))
    .load(c)?;
    let mut people = people(c, &first.iter().map(|f| AccountId(f.id)).collect::<Vec<_>>())?;
    Ok(RingReach {
        members: counts.members,
        online: counts.online,
        off_duty: counts.off_duty,
        first: first
            .into_iter()
            .filter_map(|f| {
                Some(Told { person: people.remove(&AccountId(f.id))?, online: f.online, on_duty: f.on_duty })
            })
            .collect(),
    })
}

/// A query for the people of these scopes, each once. A person is alone in their scope even before it was ever used.
fn people_of(c: &mut Conn, of: &[Scope]) -> StoreResult<String> {
    let mut ids: Vec<i64> = Vec::new();
    let mut alone: Vec<i64> = Vec::new();
    for one in of {
        match one {
            Scope::Person(person) => alone.push(person.0),
            Scope::Area(_) | Scope::Team(_) | Scope::Unit(_) => {
                let (kind, ref_id) = one.parts();
                let found = scope::table.filter(scope::kind.eq(kind).and(scope::ref_id.eq(ref_id)));
                ids.extend(found.select(scope::id).first::<i64>(c).optional()?);
            }
        }
    }
    Ok(format!(
        "SELECT account_id FROM scope_member WHERE scope_id IN ({}) \
         UNION SELECT id AS account_id FROM account WHERE id IN ({}) AND disabled_at IS NULL",
        keys(ids.into_iter()),
        keys(alone.into_iter())
    ))
}

/// Keys for an `IN`; 0, which is nobody's, where there are none.
fn keys(of: impl Iterator<Item = i64>) -> String {
    let all: Vec<String> = std::iter::once(0).chain(of).map(|key| key.to_string()).collect();
    all.join(",")
}

/// These people with their roles, by key.
pub fn people(c: &mut Conn, ids: &[AccountId]) -> StoreResult<BTreeMap<AccountId, PersonRead>> {
    let rows: Vec<AccountRow> = account::table
        .filter(account::id.eq_any(AccountId::keys(ids)))
        .select(AccountRow::as_select())
        .load(c)?;
    Ok(staff::with_roles(c, rows)?.into_iter().map(|person| (AccountId(person.account.id), person)).collect())
}

/// Names of these scopes.
pub fn names(c: &mut Conn, of: &[Scope]) -> StoreResult<ScopeNames> {
    let ids =
        |kind: &str| of.iter().map(|s| s.parts()).filter(|p| p.0 == kind).map(|p| p.1).collect::<Vec<_>>();
    let mut places = BTreeMap::new();
    let areas = area::table.filter(area::id.eq_any(ids("area"))).select((area::id, area::display_name));
    let teams = team::table.filter(team::id.eq_any(ids("team"))).select((team::id, team::name));
    let units = unit::table.filter(unit::id.eq_any(ids("unit"))).select((unit::id, unit::name));
    for (kind, rows) in [
        ("area", areas.load::<(i64, String)>(c)?),
        ("team", teams.load::<(i64, String)>(c)?),
        ("unit", units.load::<(i64, String)>(c)?),
    ] {
        places.extend(rows.into_iter().filter_map(|(id, name)| Some((Scope::from_parts(kind, id)?, name))));
    }
    let people_ids: Vec<AccountId> = ids("person").into_iter().map(AccountId).collect();
    Ok(ScopeNames { places, people: people(c, &people_ids)? })
}

/// The query for the last orders of an item in an area that were offered to a pool.
#[must_use]
pub fn past_sql(ask: &PreviewAsk) -> String {
    format!(
        "SELECT o.id AS id, o.status AS status FROM (SELECT order_id, created_at FROM order_area WHERE area_id = {} \
         ORDER BY created_at DESC, order_id DESC LIMIT {LOOKED_THROUGH}) a JOIN orders o ON o.id = a.order_id \
         WHERE o.service_item_id = {} AND o.id <> {} AND o.attempt > 0 AND EXISTS (SELECT 1 FROM order_event e \
         WHERE e.order_id = o.id AND e.kind = 'dispatched') ORDER BY a.created_at DESC, a.order_id DESC LIMIT {PAST}",
        ask.area, ask.item, ask.order
    )
}

fn past(c: &mut Conn, ask: &PreviewAsk) -> StoreResult<Vec<PastOrder>> {
    let orders: Vec<Past> = sql_query(past_sql(ask)).load(c)?;
    let ids: Vec<i64> = orders.iter().map(|o| o.id).collect();
    let events: Vec<(i64, String, Ts)> = order_event::table
        .filter(order_event::order_id.eq_any(ids))
        .filter(order_event::kind.eq_any(["dispatched", "claimed"]))
        .order((order_event::order_id, order_event::seq))
        .select((order_event::order_id, order_event::kind, order_event::at))
        .load(c)?;
    let mut past = Vec::with_capacity(orders.len());
    for order in orders {
        let first =
            |kind: &str| events.iter().find(|(id, of, _)| *id == order.id && of == kind).map(|(.., at)| at.0);
        if let (Some(offered_at), Some(status)) = (first("dispatched"), Status::parse(&order.status)) {
            past.push(PastOrder { status, offered_at, claimed_at: first("claimed") });
        }
    }
    Ok(past)
}
