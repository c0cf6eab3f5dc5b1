//! Whose an order is: rows of `order_party` for reporter, beneficiary and creator, for whoever was named by staff and has not
//! answered, and for those it is directed to.

use super::super::{Conn, past};
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::order::schema::order_party;
use diesel::prelude::*;
use domain::order::Order;

/// The part of whoever was named and has not answered.
const INVITED: &str = "invited";

fn party(c: &mut Conn, order: &Order, kind: &str, ref_id: i64, part: &str) -> StoreResult<()> {
    diesel::insert_into(order_party::table)
        .values((
            order_party::kind.eq(kind),
            order_party::ref_id.eq(ref_id),
            order_party::part.eq(part),
            order_party::order_id.eq(order.id.0),
            order_party::created_at.eq(Ts(order.created_at)),
        ))
        .on_conflict_do_nothing()
        .execute(c)?;
    Ok(())
}

/// Those of a new order.
pub fn insert(c: &mut Conn, order: &Order) -> StoreResult<()> {
    for account in [order.reporter, order.beneficiary].into_iter().flatten() {
        party(c, order, "person", account.0, "resident")?;
    }
    if let Some(account) = order.created_by {
        party(c, order, "person", account.0, "creator")?;
    }
    for invited in &order.case.invited {
        party(c, order, "person", invited.account.0, INVITED)?;
    }
    Ok(())
}

/// What a change made of them.
pub fn write(c: &mut Conn, before: &Order, after: &Order) -> StoreResult<()> {
    write_directed(c, before, after)?;
    write_invited(c, before, after)
}

/// Whoever answered is asked no more, and whoever joined is a party. Most changes answer nothing, and cost nothing.
fn write_invited(c: &mut Conn, before: &Order, after: &Order) -> StoreResult<()> {
    for answered in before.case.invited.iter().filter(|asked| !after.case.invited.contains(asked)) {
        let account = answered.account.0;
        diesel::delete(order_party::table.find(("person", account, INVITED, after.id.0))).execute(c)?;
        if after.is_own(answered.account) {
            party(c, after, "person", account, "resident")?;
        }
    }
    Ok(())
}

/// Assignees and co-handlers read the order from then on, and until they are that no longer.
fn write_directed(c: &mut Conn, before: &Order, after: &Order) -> StoreResult<()> {
    for who in after.directed().difference(&before.directed()) {
        let (kind, id) = who.parts();
        party(c, after, kind, id, "handler")?;
    }
    past::end_parts(c, before, after)
}
