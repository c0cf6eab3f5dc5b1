//! How the orders of a pass stand now, and whose they are: one statement a table, whatever the number of orders.

use super::super::{Conn, scopes};
use crate::error::StoreResult;
use crate::schema::{area, claim, order_ring, orders, scope};
use crate::types::{Json, Ts};
use diesel::prelude::*;
use domain::AccountId;
use domain::dispatch::Scope;
use domain::order::CoHandler;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// How an order stands.
#[derive(Debug, Default)]
pub struct Standing {
    /// Pooled or assigned.
    pub waits: bool,
    /// Suspended: no offer stands.
    pub suspended: bool,
    /// Its version, as it was looked at.
    pub version: i32,
    /// Its attempt.
    pub attempt: i32,
    /// Attempt, scope and whether it was told, by scope and attempt.
    pub rings: Vec<(i32, i64, bool)>,
    /// Whose it is, and until when: for good, or the instant it was released.
    people: Vec<(i64, Option<Ts>)>,
}

impl Standing {
    /// The inboxes it stands in, the person scopes of reporter, beneficiary and whoever held it at this instant or later
    /// (losing it is news too), and the scopes of co-handlers whose help was not over then.
    pub fn people(&self, at: Ts) -> BTreeSet<i64> {
        let held = self.people.iter().filter(|(_, until)| until.is_none_or(|until| until >= at));
        held.map(|(scope_id, _)| *scope_id).collect()
    }
}

/// Reads them, the orders first: what is offered beside this pass is told by the next one.
///
/// # Errors
/// Those of the connection.
pub fn read(c: &mut Conn, ids: Vec<i64>) -> StoreResult<BTreeMap<i64, Standing>> {
    type Head = (i64, String, i32, Option<Ts>, Option<i64>, Option<i64>, i32, i64, Json<Called>);
    let heads: Vec<Head> = orders::table
        .filter(orders::id.eq_any(ids.clone()))
        .select((
            orders::id,
            orders::status,
            orders::attempt,
            orders::suspended_until,
            orders::reporter_id,
            orders::beneficiary_id,
            orders::version,
            orders::inbox_id,
            orders::case_file,
        ))
        .load(c)?;
    let rings: Vec<(i64, i32, i64, bool)> = order_ring::table
        .filter(order_ring::order_id.eq_any(ids.clone()))
        .select((order_ring::order_id, order_ring::attempt, order_ring::scope_id, order_ring::told))
        .order((order_ring::scope_id, order_ring::attempt))
        .load(c)?;
    let claims: Vec<(i64, i64, Option<Ts>)> = claim::table
        .filter(claim::order_id.eq_any(ids))
        .select((claim::order_id, claim::account_id, claim::released_at))
        .load(c)?;
    let reported = heads.iter().flat_map(|head| [head.4, head.5]).flatten();
    let scopes = person_scopes(c, reported.chain(claims.iter().map(|k| k.1)).collect())?;
    let person = |account: &i64, until| scopes.get(account).map(|scope_id| (*scope_id, until));
    let mut found: BTreeMap<i64, Standing> = BTreeMap::new();
    let inboxes = inboxes(c, heads.iter().map(|head| head.7).collect())?;
    for (order, status, attempt, suspended, reporter, beneficiary, version, inbox, called) in &heads {
        let standing = Standing {
            waits: matches!(status.as_str(), "pooled" | "assigned"),
            suspended: suspended.is_some(),
            version: *version,
            attempt: *attempt,
            rings: Vec::new(),
            people: [reporter, beneficiary]
                .into_iter()
                .flatten()
                .filter_map(|id| person(id, None))
                .chain(inboxes.get(inbox).into_iter().flatten().map(|scope_id| (*scope_id, None)))
                .chain(co_handlers(c, &called.0)?)
                .collect(),
        };
        found.insert(*order, standing);
    }
    for (order, attempt, scope_id, told) in rings {
        if let Some(standing) = found.get_mut(&order) {
            standing.rings.push((attempt, scope_id, told));
        }
    }
    for (order, account, released) in claims {
        if let Some(standing) = found.get_mut(&order) {
            standing.people.extend(person(&account, released));
        }
    }
    Ok(found)
}

/// Of an order's case, who was whistled in.
#[derive(Debug, Deserialize)]
struct Called {
    co_handlers: Vec<CoHandler>,
}

/// The scopes of those who were whistled in, made if they are new, and until when they help.
fn co_handlers(c: &mut Conn, called: &Called) -> StoreResult<Vec<(i64, Option<Ts>)>> {
    let until = |who: &CoHandler| (!who.is_open()).then_some(Ts(who.at));
    let scopes = scopes::ensure(c, &called.co_handlers.iter().map(|co| co.who.scope()).collect::<Vec<_>>())?;
    Ok(scopes.into_iter().zip(called.co_handlers.iter().map(until)).collect())
}

/// By area, the inboxes in which dispatchers there and above look.
fn inboxes(c: &mut Conn, areas: BTreeSet<i64>) -> StoreResult<BTreeMap<i64, Vec<i64>>> {
    let paths: Vec<(i64, String)> = area::table
        .filter(area::id.eq_any(areas.into_iter().collect::<Vec<_>>()))
        .select((area::id, area::path))
        .load(c)?;
    let above: BTreeSet<i64> = paths.iter().flat_map(|(_, path)| scopes::path_ids(path)).collect();
    let known: BTreeMap<i64, i64> = scopes::inboxes(c, above.into_iter().collect())?.into_iter().collect();
    let of = |path: &str| scopes::path_ids(path).filter_map(|id| known.get(&id).copied()).collect();
    Ok(paths.iter().map(|(id, path)| (*id, of(path))).collect())
}

/// The person scopes of these accounts, made if they are new.
fn person_scopes(c: &mut Conn, accounts: BTreeSet<i64>) -> StoreResult<BTreeMap<i64, i64>> {
    let known: Vec<(i64, i64)> = scope::table
        .filter(scope::kind.eq("person"))
        .filter(scope::ref_id.eq_any(accounts.iter().copied().collect::<Vec<_>>()))
        .select((scope::ref_id, scope::id))
        .load(c)?;
    let mut known: BTreeMap<i64, i64> = known.into_iter().collect();
    for account in accounts {
        if !known.contains_key(&account) {
            let made = scopes::ensure(c, &[Scope::Person(AccountId(account))])?;
            known.extend(made.into_iter().map(|scope_id| (account, scope_id)));
        }
    }
    Ok(known)
}
