//! What stands around an order: its inbox's community and office, whom it is offered to, and as what people act.

use super::{Conn, areas, orders as order_queries};
use crate::around::Around;
use crate::error::StoreResult;
use crate::rows::AreaRow;
use crate::schema::{account, order_ring, role_binding, scope_member};
use diesel::prelude::*;
use domain::order::sentence::Offered;
use domain::order::{Order, Status};
use domain::people::Role;
use domain::words::labelled::Labelled;
use std::collections::{BTreeMap, BTreeSet};

/// So many people are told apart by what they are; more are workers of all kinds to whoever reads.
pub const TOLD_APART: usize = 200;

/// What people are who are offered an order, the one that is named first where all of them are several things.
const OFFERED: [Role; 6] = [
    Role::GridWorker,
    Role::GridLeader,
    Role::BuildingLead,
    Role::Liaison,
    Role::UnitHandler,
    Role::Volunteer,
];

/// The surroundings of this order, whose area and those above it are given, the top first.
///
/// # Errors
/// `NotFound`.
pub fn read(c: &mut Conn, order: &Order, above: &[AreaRow]) -> StoreResult<Around> {
    let around = match order.inbox == order.area {
        true => Around::of(above),
        false => Around::of(&areas::ancestors(c, order.inbox)?),
    };
    let offered = if order.status == Status::Pooled { Some(offered(c, order)?) } else { None };
    Ok(Around { offered, ..around })
}

/// To how many people the current attempt is offered, and what all of them are.
fn offered(c: &mut Conn, order: &Order) -> StoreResult<Offered> {
    let people = order_queries::count_candidates(c, order.id, order.attempt)?;
    if people == 0 || usize::try_from(people).is_ok_and(|people| people > TOLD_APART) {
        return Ok(Offered { people, role: None });
    }
    let held: Vec<(String, i64)> = order_ring::table
        .inner_join(scope_member::table.on(scope_member::scope_id.eq(order_ring::scope_id)))
        .inner_join(role_binding::table.on(role_binding::account_id.eq(scope_member::account_id)))
        .filter(order_ring::order_id.eq(order.id.0))
        .filter(order_ring::attempt.eq(order.attempt))
        .group_by(role_binding::role)
        .select((role_binding::role, diesel::dsl::count(scope_member::account_id).aggregate_distinct()))
        .load(c)?;
    let all = |role: &&Role| held.iter().any(|(word, count)| word == role.as_str() && *count == people);
    Ok(Offered { people, role: OFFERED.iter().find(all).copied() })
}

/// What all of these people are, given their roles.
#[must_use]
pub fn told_apart(people: &BTreeSet<i64>, roles: &BTreeMap<i64, Vec<Role>>) -> Option<Role> {
    let all = |role: &&Role| people.iter().all(|id| roles.get(id).is_some_and(|held| held.contains(role)));
    let few = !people.is_empty() && people.len() <= TOLD_APART;
    OFFERED.iter().find(all).copied().filter(|_| few)
}

/// The roles of these people, without those whose account is disabled.
///
/// # Errors
/// Those of the connection.
pub fn roles(c: &mut Conn, people: Vec<i64>) -> StoreResult<BTreeMap<i64, Vec<Role>>> {
    let rows: Vec<(i64, String)> = role_binding::table
        .inner_join(account::table.on(account::id.eq(role_binding::account_id)))
        .filter(role_binding::account_id.eq_any(people))
        .filter(account::disabled_at.is_null())
        .select((role_binding::account_id, role_binding::role))
        .load(c)?;
    Ok(by_key(rows))
}

/// Words that this binary does not know are no roles to it.
fn by_key(rows: Vec<(i64, String)>) -> BTreeMap<i64, Vec<Role>> {
    let mut held: BTreeMap<i64, Vec<Role>> = BTreeMap::new();
    for (key, word) in rows {
        if let Some(role) = Role::parse(&word) {
            held.entry(key).or_default().push(role);
        }
    }
    held
}
