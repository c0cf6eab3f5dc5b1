//! How the orders of a pass stand now, and whose they are: one statement a table, whatever the number of orders.

use super::super::Conn;
use super::super::news::scopes;
use super::super::organisation::areas;
use crate::engine::error::StoreResult;
use crate::engine::sql::types::{Json, Ts};
use crate::order::schema::{claim, order_ring, orders};
use crate::organisation::schema::area;
use diesel::prelude::*;
use domain::order::{CoHandler, Invited};
use domain::{AccountId, AreaId, OrderId, ScopeId};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// A scope that an attempt was offered to.
#[derive(Debug, Clone, Copy)]
pub struct Ring {
    /// The attempt.
    pub attempt: i32,
    /// The scope.
    pub scope: ScopeId,
    /// Whether it is on the scope's list of open offers.
    pub live: bool,
    /// Whether the scope was told.
    pub told: bool,
}

/// How an order stands.
#[derive(Debug)]
pub struct Standing {
    /// Pooled or assigned.
    pub waits: bool,
    /// Suspended: no offer stands.
    pub suspended: bool,
    /// Its version, as it was looked at.
    pub version: i32,
    /// Its attempt.
    pub attempt: i32,
    /// The scopes it is or was offered to, by scope and attempt.
    pub rings: Vec<Ring>,
    /// When it was placed.
    pub placed: Ts,
    /// Whose it is, and until when: for good, or the instant it was released.
    people: Vec<(ScopeId, Option<Ts>)>,
    /// The inboxes it stands in.
    inboxes: Vec<ScopeId>,
}

impl Standing {
    /// The inboxes it stands in, the person scopes of reporter, beneficiary, whoever was named by staff (as it is placed) and
    /// whoever held it at this instant or later
    /// (losing it is news too), and the scopes of co-handlers whose help was not over then.
    /// `quiet`: without the inboxes.
    pub fn people(&self, at: Ts, quiet: bool) -> BTreeSet<ScopeId> {
        let held = self.people.iter().filter(|(_, until)| until.is_none_or(|until| until >= at));
        let inboxes = self.inboxes.iter().filter(|_| !quiet);
        held.map(|(scope_id, _)| scope_id).chain(inboxes).copied().collect()
    }
}

/// An order's row, the path of its inbox and whom its case names.
type Head = (i64, String, i32, Option<Ts>, Option<i64>, Option<i64>, i32, String, (Json<Called>, Ts));

/// Reads them, the orders first: what is offered beside this pass is told by the next one.
pub fn read(c: &mut Conn, ids: &[OrderId]) -> StoreResult<BTreeMap<OrderId, Standing>> {
    let ids = OrderId::keys(ids);
    let heads: Vec<Head> = orders::table
        .inner_join(area::table.on(area::id.eq(orders::inbox_id)))
        .filter(orders::id.eq_any(ids.clone()))
        .select((
            orders::id,
            orders::status,
            orders::attempt,
            orders::suspended_until,
            orders::reporter_id,
            orders::beneficiary_id,
            orders::version,
            area::path,
            (orders::case_file, orders::created_at),
        ))
        .load(c)?;
    let rings: Vec<(i64, i32, i64, bool, bool)> = order_ring::table
        .filter(order_ring::order_id.eq_any(ids.clone()))
        .select((
            order_ring::order_id,
            order_ring::attempt,
            order_ring::scope_id,
            order_ring::live,
            order_ring::told,
        ))
        .order((order_ring::scope_id, order_ring::attempt))
        .load(c)?;
    let claims: Vec<(i64, i64, Option<Ts>)> = claim::table
        .filter(claim::order_id.eq_any(ids))
        .select((claim::order_id, claim::account_id, claim::released_at))
        .load(c)?;
    let reported = heads.iter().flat_map(|head| [head.4, head.5]).flatten().map(AccountId);
    let invited = heads.iter().flat_map(|head| head.8.0.0.invited.iter().map(|asked| asked.account));
    let people: BTreeSet<AccountId> =
        reported.chain(invited).chain(claims.iter().map(|k| AccountId(k.1))).collect();
    let above: BTreeSet<AreaId> = heads.iter().flat_map(|head| areas::path_ids(&head.7)).collect();
    let scopes = scopes::of_news(c, &people, &above)?;
    let person = |account: AccountId, until| scopes.people.get(&account).map(|scope_id| (*scope_id, until));
    let mut found: BTreeMap<OrderId, Standing> = BTreeMap::new();
    for (order, status, attempt, suspended, reporter, beneficiary, version, inbox, (called, placed)) in &heads
    {
        let standing = Standing {
            waits: matches!(status.as_str(), "pooled" | "assigned"),
            suspended: suspended.is_some(),
            version: *version,
            attempt: *attempt,
            rings: Vec::new(),
            placed: *placed,
            inboxes: areas::path_ids(inbox).filter_map(|area| scopes.inboxes.get(&area)).copied().collect(),
            people: [reporter, beneficiary]
                .into_iter()
                .flatten()
                .filter_map(|id| person(AccountId(*id), None))
                // asked once, when it was placed
                .chain(called.0.invited.iter().filter_map(|asked| person(asked.account, Some(*placed))))
                .chain(co_handlers(c, &called.0)?)
                .collect(),
        };
        found.insert(OrderId(*order), standing);
    }
    for (order, attempt, scope, live, told) in rings {
        if let Some(standing) = found.get_mut(&OrderId(order)) {
            standing.rings.push(Ring { attempt, scope: ScopeId(scope), live, told });
        }
    }
    for (order, account, released) in claims {
        if let Some(standing) = found.get_mut(&OrderId(order)) {
            standing.people.extend(person(AccountId(account), released));
        }
    }
    Ok(found)
}

/// Of an order's case, who was whistled in, and who was named and has not answered.
#[derive(Debug, Deserialize)]
struct Called {
    co_handlers: Vec<CoHandler>,
    #[serde(default)]
    invited: Vec<Invited>,
}

/// The scopes of those who were whistled in, made if they are new, and until when they help.
fn co_handlers(c: &mut Conn, called: &Called) -> StoreResult<Vec<(ScopeId, Option<Ts>)>> {
    let until = |who: &CoHandler| (!who.is_open()).then_some(Ts(who.at));
    let scopes = scopes::ensure(c, &called.co_handlers.iter().map(|co| co.who.scope()).collect::<Vec<_>>())?;
    Ok(scopes.into_iter().zip(called.co_handlers.iter().map(until)).collect())
}
