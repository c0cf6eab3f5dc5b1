//! After a dispatch: which scopes an order was offered to in its attempt, who was reached and who saw it.
//!
//! The notification of an offer is looked for from the head of its scope back, in a bounded piece of its key; members,
//! presence, receipts and pushes are read by theirs.

use super::super::Conn;
use super::preview as reach;
use crate::engine::error::StoreResult;
use crate::engine::sql::Instant;
use crate::engine::sql::types::Ts;
use crate::news::schema::{receipt, scope, scope_member};
use crate::order::reach::{SHOWN, ScopeNames, ScopeOffer};
use crate::order::schema::order_ring;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Integer};
use domain::organisation::Scope;
use domain::{AccountId, OrderId, ScopeId};

/// Notifications of a scope that are looked through.
const LOOKED_THROUGH: i64 = 10_000;

#[derive(QueryableByName)]
struct Sent {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Instant)]
    at: Ts,
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = BigInt)]
    members: i64,
    #[diesel(sql_type = BigInt)]
    reached: i64,
    #[diesel(sql_type = BigInt)]
    seen: i64,
}

/// The scopes of an attempt that began with the order's version `since`, by ring, and their names.
pub fn of_attempt(
    c: &mut Conn,
    order: OrderId,
    attempt: i32,
    since: i32,
) -> StoreResult<(Vec<ScopeOffer>, ScopeNames)> {
    let rings: Vec<(i32, i64, String, i64)> = order_ring::table
        .inner_join(scope::table.on(scope::id.eq(order_ring::scope_id)))
        .filter(order_ring::order_id.eq(order.0))
        .filter(order_ring::attempt.eq(attempt))
        .order((order_ring::ring, scope::kind, scope::ref_id))
        .select((order_ring::ring, scope::id, scope::kind, scope::ref_id))
        .load(c)?;
    let mut offers = Vec::with_capacity(rings.len());
    for (ring, scope_id, kind, ref_id) in rings {
        if let Some(scope) = Scope::from_parts(&kind, ref_id) {
            offers.push(one(c, (ring, scope, ScopeId(scope_id)), (order, attempt), since)?);
        }
    }
    let scopes: Vec<Scope> = offers.iter().map(|o| o.scope).collect();
    Ok((offers, reach::names(c, &scopes)?))
}

fn one(
    c: &mut Conn,
    (ring, scope, scope_id): (i32, Scope, ScopeId),
    (order, attempt): (OrderId, i32),
    since: i32,
) -> StoreResult<ScopeOffer> {
    let sent: Option<Sent> = sql_query(format!(
        "SELECT seq, at FROM (SELECT seq, at, order_id, kind, version FROM notification WHERE scope_id = $1 \
         ORDER BY seq DESC LIMIT {LOOKED_THROUGH}) n \
         WHERE order_id = $2 AND kind = 'offer' AND version >= $3 ORDER BY seq DESC LIMIT 1"
    ))
    .bind::<BigInt, _>(scope_id.0)
    .bind::<BigInt, _>(order.0)
    .bind::<Integer, _>(since)
    .get_result(c)
    .optional()?;
    let told = sent.map(|sent| (sent.at.0, sent.seq));
    let Some((at, seq)) = told else {
        let members =
            scope_member::table.filter(scope_member::scope_id.eq(scope_id.0)).count().get_result(c)?;
        return Ok(ScopeOffer { ring, scope, told, members, reached: 0, seen: 0, seen_by: Vec::new() });
    };
    let counts: Counts = sql_query(
        // numbered as they first appear: SQLite counts them so
        "SELECT count(*) AS members, count(CASE WHEN p.seen_at >= $1 OR r.acked >= $2 OR EXISTS (SELECT 1 \
           FROM push_job j WHERE j.order_id = $3 AND j.order_attempt = $4 AND j.account_id = m.account_id \
           AND j.kind = 'offer' AND j.state = 'sent') THEN 1 END) AS reached, \
         count(CASE WHEN r.acked >= $2 THEN 1 END) AS seen FROM scope_member m \
         LEFT JOIN presence p ON p.account_id = m.account_id \
         LEFT JOIN receipt r ON r.account_id = m.account_id AND r.scope_id = m.scope_id WHERE m.scope_id = $5",
    )
    .bind::<Instant, _>(Ts(at))
    .bind::<BigInt, _>(seq)
    .bind::<BigInt, _>(order.0)
    .bind::<Integer, _>(attempt)
    .bind::<BigInt, _>(scope_id.0)
    .get_result(c)?;
    let member =
        scope_member::scope_id.eq(receipt::scope_id).and(scope_member::account_id.eq(receipt::account_id));
    let readers: Vec<i64> = receipt::table
        .inner_join(scope_member::table.on(member))
        .filter(receipt::scope_id.eq(scope_id.0))
        .filter(receipt::acked.ge(seq))
        .order((receipt::at, receipt::account_id))
        .select(receipt::account_id)
        .limit(SHOWN)
        .load(c)?;
    let readers: Vec<AccountId> = readers.into_iter().map(AccountId).collect();
    let mut people = reach::people(c, &readers)?;
    let seen_by = readers.iter().filter_map(|id| people.remove(id)).collect();
    let Counts { members, reached, seen } = counts;
    Ok(ScopeOffer { ring, scope, told, members, reached, seen, seen_by })
}
