//! What the rows of a page say besides their orders: who acts for each, whom to ask, whom it is offered to, who holds it. Read
//! for all rows at once, and only what some row needs: orders of a page share areas, scopes and people.

use super::Conn;
use super::around::{self, TOLD_APART, told_apart};
use super::scopes::path_ids;
use super::views::people_names;
use crate::around::Around;
use crate::cached::CachedList;
use crate::error::StoreResult;
use crate::listing::{Holding, Line};
use crate::rows::AreaRow;
use crate::schema::{area, order_event, order_ring, orders, scope_member, service_item, team, unit};
use crate::types::Json;
use diesel::prelude::*;
use domain::catalogue::ServiceRules;
use domain::dispatch::Assignee;
use domain::order::Status;
use domain::order::sentence::Offered;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Completes the rows.
///
/// # Errors
/// Those of the connection.
pub fn complete(c: &mut Conn, lines: &mut [Line]) -> StoreResult<()> {
    around_them(c, lines)?;
    offered_to(c, lines)?;
    held_by(c, lines)?;
    lapsed(c, lines)
}

/// Communities and offices. One statement.
fn around_them(c: &mut Conn, lines: &mut [Line]) -> StoreResult<()> {
    let ids: BTreeSet<i64> = lines.iter().flat_map(|line| path_ids(&line.inbox_path)).collect();
    let of_ids = area::table.filter(area::id.eq_any(ids.into_iter().collect::<Vec<_>>()));
    let rows: Vec<AreaRow> = CachedList(of_ids.select(AreaRow::as_select())).load(c)?;
    let rows: BTreeMap<i64, AreaRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    for line in lines {
        let above: Vec<AreaRow> =
            path_ids(&line.inbox_path).filter_map(|id| rows.get(&id).cloned()).collect();
        line.around = Around::of(&above);
    }
    Ok(())
}

/// How many people the present attempts are offered to, and what they are. Three statements where one waits to be claimed.
fn offered_to(c: &mut Conn, lines: &mut [Line]) -> StoreResult<()> {
    let pooled = |line: &&Line| line.order.status == Status::Pooled && line.order.case.suspension.is_none();
    let ids: Vec<i64> = lines.iter().filter(pooled).map(|line| line.order.id.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut of: BTreeMap<i64, Vec<i64>> = ids.iter().map(|id| (*id, Vec::new())).collect();
    let present = orders::id.eq(order_ring::order_id).and(orders::attempt.eq(order_ring::attempt));
    let rings = order_ring::table
        .inner_join(orders::table.on(present))
        .filter(order_ring::order_id.eq_any(ids))
        .select((order_ring::order_id, order_ring::scope_id));
    for (order, scope) in CachedList(rings).load::<(i64, i64)>(c)? {
        of.entry(order).or_default().push(scope);
    }
    let scopes: BTreeSet<i64> = of.values().flatten().copied().collect();
    let members = scope_member::table
        .filter(scope_member::scope_id.eq_any(scopes.into_iter().collect::<Vec<_>>()))
        .select((scope_member::scope_id, scope_member::account_id));
    let mut there: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (scope, account) in CachedList(members).load::<(i64, i64)>(c)? {
        there.entry(scope).or_default().push(account);
    }
    let people = |scopes: &Vec<i64>| -> BTreeSet<i64> {
        scopes.iter().filter_map(|scope| there.get(scope)).flatten().copied().collect()
    };
    let of: BTreeMap<i64, BTreeSet<i64>> =
        of.iter().map(|(order, scopes)| (*order, people(scopes))).collect();
    let few: BTreeSet<i64> = of.values().filter(|who| who.len() <= TOLD_APART).flatten().copied().collect();
    let roles = around::roles(c, few.into_iter().collect())?;
    for line in lines {
        line.around.offered = of.get(&line.order.id.0).map(|who| Offered {
            people: i64::try_from(who.len()).unwrap_or(i64::MAX),
            role: told_apart(who, &roles),
        });
    }
    Ok(())
}

/// The roles of those who lead, and whom what waits for a signature is directed to. One statement where somebody holds one,
/// one for each kind of those it is directed to.
fn held_by(c: &mut Conn, lines: &mut [Line]) -> StoreResult<()> {
    let (mut people, mut units, mut teams) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let waits = |line: &Line| line.order.assignee.filter(|_| line.lead.is_none());
    for line in &*lines {
        match waits(line) {
            Some(Assignee::Person(id)) => drop(people.insert(id.0)),
            Some(Assignee::Unit(id)) => drop(units.insert(id.0)),
            Some(Assignee::Team(id)) => drop(teams.insert(id.0)),
            None => {}
        }
    }
    let leads: BTreeSet<i64> = lines.iter().filter_map(|line| line.lead_id).collect();
    let roles = match leads.is_empty() && people.is_empty() {
        true => BTreeMap::new(),
        false => around::roles(c, leads.union(&people).copied().collect())?,
    };
    let names = match people.is_empty() {
        true => BTreeMap::new(),
        false => people_names(c, people.into_iter().collect())?,
    };
    let units: BTreeMap<i64, String> = match units.is_empty() {
        true => BTreeMap::new(),
        false => {
            let of = unit::table.filter(unit::id.eq_any(units.into_iter().collect::<Vec<_>>()));
            of.select((unit::id, unit::name)).load::<(i64, String)>(c)?.into_iter().collect()
        }
    };
    let teams: BTreeMap<i64, String> = match teams.is_empty() {
        true => BTreeMap::new(),
        false => {
            let of = team::table.filter(team::id.eq_any(teams.into_iter().collect::<Vec<_>>()));
            of.select((team::id, team::name)).load::<(i64, String)>(c)?.into_iter().collect()
        }
    };
    let named = |names: &BTreeMap<i64, String>, id: i64| names.get(&id).cloned().unwrap_or_default();
    for line in lines {
        if let (Some(lead), Some(id)) = (&mut line.lead, line.lead_id) {
            lead.roles = roles.get(&id).cloned().unwrap_or_default();
        }
        line.directed = waits(line).map(|who| match who {
            Assignee::Person(id) => {
                Holding { name: named(&names, id.0), roles: roles.get(&id.0).cloned().unwrap_or_default() }
            }
            Assignee::Unit(id) => Holding { name: named(&units, id.0), roles: Vec::new() },
            Assignee::Team(id) => Holding { name: named(&teams, id.0), roles: Vec::new() },
        });
    }
    Ok(())
}

/// Which were withdrawn because a question was not answered. One statement where one was withdrawn.
fn lapsed(c: &mut Conn, lines: &mut [Line]) -> StoreResult<()> {
    let withdrawn = lines.iter().filter(|line| line.order.status == Status::Withdrawn);
    let ids: Vec<i64> = withdrawn.map(|line| line.order.id.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let ends: Vec<(i64, Json<Value>, Json<ServiceRules>)> = order_event::table
        .inner_join(orders::table.on(orders::id.eq(order_event::order_id)))
        .inner_join(service_item::table.on(service_item::id.eq(orders::service_item_id)))
        .filter(order_event::order_id.eq_any(ids).and(order_event::kind.eq("withdrawn")))
        .order((order_event::order_id, order_event::seq))
        .select((order_event::order_id, order_event::data, service_item::rules))
        .load(c)?;
    for (order, Json(event), Json(rules)) in ends {
        let days = event.get("reason").is_none_or(Value::is_null).then_some(rules.info_days);
        for line in lines.iter_mut().filter(|line| line.order.id.0 == order) {
            line.lapsed = days;
        }
    }
    Ok(())
}
