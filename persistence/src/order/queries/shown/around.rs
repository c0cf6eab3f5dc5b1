//! What stands around an order: its inbox's community and office, whom it is offered to, and as what people act.

use super::super::organisation::areas;
use super::super::{Conn, candidates};
use crate::engine::error::StoreResult;
use crate::order::around::Around;
use crate::organisation::rows::AreaRow;
use crate::people::schema::{account, role_binding};
use diesel::prelude::*;
use domain::AccountId;
use domain::order::sentence::Offered;
use domain::order::{Order, Status};
use domain::people::Role;
use domain::words::labelled::Labelled;
use std::collections::{BTreeMap, BTreeSet};

/// [`told_apart`].
const TOLD_APART: usize = 200;

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
    let people = candidates::of_order(c, order.id, order.attempt)?;
    let few = if told_apart(&people) { people.iter().copied().collect() } else { Vec::new() };
    let roles = if few.is_empty() { BTreeMap::new() } else { roles(c, few)? };
    Ok(offered_to(&people, &roles))
}

/// Whether so many people are told apart by what they are: more are workers of all kinds to whoever reads.
#[must_use]
pub fn told_apart(people: &BTreeSet<AccountId>) -> bool {
    people.len() <= TOLD_APART
}

/// An offer to these people, and what all of them are, given their roles where they are told apart.
#[must_use]
pub fn offered_to(people: &BTreeSet<AccountId>, roles: &BTreeMap<AccountId, Vec<Role>>) -> Offered {
    let all = |role: &&Role| people.iter().all(|id| roles.get(id).is_some_and(|held| held.contains(role)));
    let few = !people.is_empty() && told_apart(people);
    let role = OFFERED.iter().find(all).copied().filter(|_| few);
    Offered { people: i64::try_from(people.len()).unwrap_or(i64::MAX), role }
}

/// The roles of these people, without those whose account is disabled.
pub fn roles(c: &mut Conn, people: Vec<AccountId>) -> StoreResult<BTreeMap<AccountId, Vec<Role>>> {
    let rows: Vec<(i64, String)> = role_binding::table
        .inner_join(account::table.on(account::id.eq(role_binding::account_id)))
        .filter(role_binding::account_id.eq_any(AccountId::keys(&people)))
        .filter(account::disabled_at.is_null())
        .select((role_binding::account_id, role_binding::role))
        .load(c)?;
    Ok(by_key(rows))
}

/// Words that this binary does not know are no roles to it.
fn by_key(rows: Vec<(i64, String)>) -> BTreeMap<AccountId, Vec<Role>> {
    let mut held: BTreeMap<AccountId, Vec<Role>> = BTreeMap::new();
    for (key, word) in rows {
        if let Some(role) = Role::parse(&word) {
            held.entry(AccountId(key)).or_default().push(role);
        }
    }
    held
}
