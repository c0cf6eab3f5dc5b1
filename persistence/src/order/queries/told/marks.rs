//! What a pass changes in `order_ring`: orders that need the same change share a statement.

use super::super::Conn;
use crate::engine::error::StoreResult;
use crate::engine::sql::cached::CachedList;
use crate::order::schema::order_ring;
use diesel::prelude::*;
use domain::{OrderId, ScopeId};
use std::collections::BTreeMap;

/// The changes, gathered.
#[derive(Debug, Default)]
pub struct Marks {
    /// Orders by the last attempt that can't stand again.
    ended: BTreeMap<i32, Vec<OrderId>>,
    /// Orders by attempt and scopes that were told it is over, up to that attempt.
    untold: BTreeMap<(i32, Vec<ScopeId>), Vec<OrderId>>,
    /// Orders by attempt and scopes that were told of it.
    told: BTreeMap<(i32, Vec<ScopeId>), Vec<OrderId>>,
}

impl Marks {
    /// Takes what can't stand again off the lists of open offers: the attempts up to `last`. Never a later one, which
    /// may be offered beside this pass.
    pub fn end(&mut self, order: OrderId, last: i32) {
        self.ended.entry(last).or_default().push(order);
    }

    /// These scopes know that the attempts up to `last` are over.
    pub fn untell(&mut self, order: OrderId, last: i32, scopes: Vec<ScopeId>) {
        self.untold.entry((last, scopes)).or_default().push(order);
    }

    /// These scopes know of the attempt. By name: a scope that is being added beside this pass was not sent anything.
    pub fn tell(&mut self, order: OrderId, attempt: i32, scopes: Vec<ScopeId>) {
        self.told.entry((attempt, scopes)).or_default().push(order);
    }

    /// Writes them.
    pub fn write(self, c: &mut Conn) -> StoreResult<()> {
        for (last, orders) in self.ended {
            let over = order_ring::table
                .filter(order_ring::order_id.eq_any(OrderId::keys(&orders)))
                .filter(order_ring::attempt.le(last))
                .filter(order_ring::live.eq(true));
            CachedList(diesel::update(over).set(order_ring::live.eq(false))).execute(c)?;
        }
        for ((last, scopes), orders) in self.untold {
            let known = order_ring::table
                .filter(order_ring::order_id.eq_any(OrderId::keys(&orders)))
                .filter(order_ring::attempt.le(last))
                .filter(order_ring::told.eq(true))
                .filter(order_ring::scope_id.eq_any(ScopeId::keys(&scopes)));
            CachedList(diesel::update(known).set(order_ring::told.eq(false))).execute(c)?;
        }
        for ((attempt, scopes), orders) in self.told {
            let offered = order_ring::table
                .filter(order_ring::order_id.eq_any(OrderId::keys(&orders)))
                .filter(order_ring::attempt.eq(attempt))
                .filter(order_ring::scope_id.eq_any(ScopeId::keys(&scopes)));
            CachedList(diesel::update(offered).set(order_ring::told.eq(true))).execute(c)?;
        }
        Ok(())
    }
}
