//! The numbers of a pass: each scope's go on where they ended, without a gap.

use super::super::Conn;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::sql::cached::CachedList;
use crate::engine::sql::types::Ts;
use crate::news::rows::NotificationRow;
use crate::news::schema::{notification, scope};
use diesel::prelude::*;
use domain::{OrderId, ScopeId};
use std::collections::BTreeMap;

/// Notifications one statement inserts: six parameters each, of the 65,535 that PostgreSQL takes.
const INSERTED: usize = 1000;

/// A scope's share of a pass: key of the outbox row it follows from, order, version, kind, instant.
pub type Share = Vec<(i64, OrderId, i32, &'static str, Ts)>;

/// Gives each scope its next numbers and writes down what it is told, in the order of its share. Scopes with shares of one
/// size rise together.
pub fn give(c: &mut Conn, shares: &BTreeMap<ScopeId, Share>, now: Ts) -> StoreResult<Vec<NotificationRow>> {
    let mut sizes: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (scope_id, share) in shares {
        sizes.entry(i64::try_from(share.len()).unwrap_or(0)).or_default().push(scope_id.0);
    }
    let mut heads: BTreeMap<i64, i64> = BTreeMap::new();
    for (size, scopes) in sizes {
        for some in scopes.chunks(INSERTED) {
            let update = diesel::update(scope::table.filter(scope::id.eq_any(some.to_vec())))
                .set((scope::seq.eq(scope::seq + size), scope::seq_at.eq(Some(now))))
                .returning((scope::id, scope::seq));
            let risen: Vec<(i64, i64)> = CachedList(update).load(c)?;
            heads.extend(risen.into_iter().map(|(scope_id, head)| (scope_id, head - size)));
        }
    }
    let mut told = Vec::new();
    for (scope_id, share) in shares {
        let before = heads.get(&scope_id.0).ok_or(StoreError::NotFound)?;
        let numbered = share.iter().zip(before + 1..);
        told.extend(numbered.map(|((_, order, version, kind, at), seq)| NotificationRow {
            scope_id: scope_id.0,
            seq,
            order_id: order.0,
            version: *version,
            kind: (*kind).into(),
            at: *at,
        }));
    }
    for some in told.chunks(INSERTED) {
        diesel::insert_into(notification::table).values(some).execute(c)?;
    }
    Ok(told)
}
