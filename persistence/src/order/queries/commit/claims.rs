//! Who holds slots of an order.

use super::super::Conn;
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::order::schema::claim;
use diesel::prelude::*;
use domain::order::Order;

pub fn write(c: &mut Conn, before: &Order, after: &Order, key: Option<String>) -> StoreResult<()> {
    if before.claims == after.claims {
        return Ok(());
    }
    let live: Vec<i64> = after.claims.iter().map(|k| k.account.0).collect();
    diesel::update(
        claim::table
            .filter(claim::order_id.eq(after.id.0))
            .filter(claim::released_at.is_null())
            .filter(diesel::dsl::not(claim::account_id.eq_any(live))),
    )
    .set((
        claim::released_at.eq(Some(Ts(after.updated_at))),
        claim::released_attempt.eq(Some(before.attempt)),
    ))
    .execute(c)?;
    for new in after.claims.iter().filter(|k| before.claim_of(k.account).is_none()) {
        diesel::insert_into(claim::table)
            .values((
                claim::order_id.eq(after.id.0),
                claim::attempt.eq(new.attempt),
                claim::slot.eq(new.slot),
                claim::account_id.eq(new.account.0),
                claim::key.eq(key.clone()),
                claim::at.eq(Ts(new.at)),
            ))
            .execute(c)?;
    }
    Ok(())
}
