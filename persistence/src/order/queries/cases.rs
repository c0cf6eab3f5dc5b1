//! An order and what surrounds it, for a decision: what every command reads before it is decided.

use super::{Conn, NOW, at, candidates, orders as order_queries};
use crate::catalogue::schema::service_item;
use crate::engine::clock::Clock;
use crate::engine::error::StoreResult;
use crate::engine::sql::Instant;
use crate::engine::sql::cached::Cached;
use crate::engine::sql::types::{Json, Ts};
use crate::news::schema::scope_member;
use crate::order::rows::OrderRow;
use crate::order::schema::orders;
use crate::order::values::CaseRead;
use crate::organisation::schema::area;
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use domain::catalogue::ServiceRules;
use domain::{AccountId, OrderId};

/// Nobody: keys begin at 1.
const NOBODY: AccountId = AccountId(0);

/// The row of an order, the rules of its item, the paths of its area and of its inbox, whether the asking person is a
/// candidate, and now.
type Head = (OrderRow, Json<ServiceRules>, String, String, bool, Ts);

/// The order, as `account` comes to it. One statement for what there is one of, one each for claims and rings.
///
/// # Errors
/// `NotFound`.
pub fn read(c: &mut Conn, clock: &Clock, id: OrderId, account: Option<AccountId>) -> StoreResult<CaseRead> {
    let inbox = diesel::alias!(area as inbox);
    let candidate = candidates::of_present().filter(scope_member::account_id.eq(account.unwrap_or(NOBODY).0));
    let head = orders::table
        .inner_join(service_item::table.on(service_item::id.eq(orders::service_item_id)))
        .inner_join(area::table.on(area::id.eq(orders::area_id)))
        .inner_join(inbox.on(inbox.field(area::id).eq(orders::inbox_id)))
        .filter(orders::id.eq(id.0))
        .select((
            OrderRow::as_select(),
            service_item::rules,
            area::path,
            inbox.field(area::path),
            exists(candidate),
            sql::<Instant>(NOW),
        ));
    let (row, rules, area_path, inbox_path, candidate, now): Head = Cached(head).get_result(c)?;
    let loaded = order_queries::loaded(c, row)?;
    let now = at(now, clock).max(loaded.order.updated_at);
    Ok(CaseRead { now, rules: rules.0, area_path, inbox_path, candidate, loaded })
}
