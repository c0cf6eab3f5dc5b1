//! What the rows of a page say besides their orders: who acts for each, whom to ask, whom it is offered to, who holds it. Read
//! for all rows at once, and only what some row needs: orders of a page share areas, scopes and people.

use super::super::organisation::areas::path_ids;
use super::super::{Conn, candidates};
use super::around;
use super::around::{offered_to, told_apart};
use super::views::people_names;
use crate::catalogue::schema::service_item;
use crate::engine::error::StoreResult;
use crate::engine::sql::cached::CachedList;
use crate::engine::sql::types::Json;
use crate::order::around::Around;
use crate::order::listing::{Holding, Line};
use crate::order::schema::{order_event, orders};
use crate::organisation::rows::AreaRow;
use crate::organisation::schema::{area, team, unit};
use diesel::prelude::*;
use domain::catalogue::ServiceRules;
use domain::order::Status;
use domain::organisation::Assignee;
use domain::people::Role;
use domain::{AccountId, AreaId, TeamId, UnitId};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Completes the rows: a statement for areas; two for scopes and members where one waits to be claimed; one for what all
/// these people are; and those of names and ends that few rows need.
pub fn complete(c: &mut Conn, lines: &mut [Line]) -> StoreResult<()> {
    around_them(c, lines)?;
    let waiting = lines.iter().filter(|line| line.waits_to_be_claimed()).map(|line| line.order.id);
    let asked = candidates::of_orders(c, waiting.collect())?;
    let few = asked.values().filter(|people| told_apart(people)).flatten().copied();
    let holders = lines.iter().filter_map(|line| line.lead_id.or_else(|| person(line)));
    let people: BTreeSet<AccountId> = few.chain(holders).collect();
    let roles = match people.is_empty() {
        true => BTreeMap::new(),
        false => around::roles(c, people.into_iter().collect())?,
    };
    for line in &mut *lines {
        line.around.offered = asked.get(&line.order.id).map(|who| offered_to(who, &roles));
    }
    held_by(c, lines, &roles)?;
    lapsed(c, lines)
}

/// Whom what waits for a signature is directed to.
fn waits(line: &Line) -> Option<Assignee> {
    line.order.assignee.filter(|_| line.lead.is_none())
}

fn person(line: &Line) -> Option<AccountId> {
    match waits(line) {
        Some(Assignee::Person(id)) => Some(id),
        Some(Assignee::Unit(_) | Assignee::Team(_)) | None => None,
    }
}

/// Communities and offices. One statement.
fn around_them(c: &mut Conn, lines: &mut [Line]) -> StoreResult<()> {
    let ids: BTreeSet<AreaId> = lines.iter().flat_map(|line| path_ids(&line.inbox_path)).collect();
    let of_ids = area::table.filter(area::id.eq_any(AreaId::keys(&ids)));
    let rows: Vec<AreaRow> = CachedList(of_ids.select(AreaRow::as_select())).load(c)?;
    let rows: BTreeMap<AreaId, AreaRow> = rows.into_iter().map(|row| (AreaId(row.id), row)).collect();
    for line in lines {
        let above: Vec<AreaRow> =
            path_ids(&line.inbox_path).filter_map(|id| rows.get(&id).cloned()).collect();
        line.around = Around::of(&above);
    }
    Ok(())
}

/// What those are who lead, and whom what waits for a signature is directed to. One statement for each kind of these.
fn held_by(c: &mut Conn, lines: &mut [Line], roles: &BTreeMap<AccountId, Vec<Role>>) -> StoreResult<()> {
    let (mut people, mut units, mut teams) = (Vec::new(), Vec::new(), Vec::new());
    for who in lines.iter().filter_map(waits) {
        match who {
            Assignee::Person(id) => people.push(id),
            Assignee::Unit(id) => units.push(id.0),
            Assignee::Team(id) => teams.push(id.0),
        }
    }
    let mut names: BTreeMap<Assignee, String> = BTreeMap::new();
    if !people.is_empty() {
        names.extend(people_names(c, people)?.into_iter().map(|(id, name)| (Assignee::Person(id), name)));
    }
    if !units.is_empty() {
        let of = unit::table.filter(unit::id.eq_any(units)).select((unit::id, unit::name));
        names.extend(of.load(c)?.into_iter().map(|(id, name)| (Assignee::Unit(UnitId(id)), name)));
    }
    if !teams.is_empty() {
        let of = team::table.filter(team::id.eq_any(teams)).select((team::id, team::name));
        names.extend(of.load(c)?.into_iter().map(|(id, name)| (Assignee::Team(TeamId(id)), name)));
    }
    for line in lines {
        if let (Some(lead), Some(id)) = (&mut line.lead, line.lead_id) {
            lead.roles = roles.get(&id).cloned().unwrap_or_default();
        }
        line.directed = waits(line).map(|who| {
            let name = names.get(&who).cloned().unwrap_or_default();
            let held = person(line).and_then(|id| roles.get(&id)).cloned().unwrap_or_default();
            Holding { name, roles: held }
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
