//! People who were disabled or lost a role and whose orders are being returned (`account.leaving_at`), and what they may
//! hold: read in steps from an index, so that however many orders somebody had in all, each step is short.

use super::Conn;
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::order::schema::{claim, order_party, orders};
use crate::order::values::MayHold;
use crate::people::schema::account;
use diesel::prelude::*;
use domain::order::Status;
use domain::words::labelled::Labelled;
use domain::{AccountId, At, OrderId};

/// Rows of each index that are looked at in a step.
const STEP: usize = 500;
/// Accounts of one page.
const AT_ONCE: i64 = 20;

/// Those whose orders are being returned, with later keys than `after`, and since when; none when there are no more.
pub fn accounts(c: &mut Conn, after: AccountId) -> StoreResult<Vec<(AccountId, At)>> {
    let rows: Vec<(i64, Option<Ts>)> = account::table
        .filter(account::leaving_at.is_not_null().and(account::id.gt(after.0)))
        .order(account::id)
        .limit(AT_ONCE)
        .select((account::id, account::leaving_at))
        .load(c)?;
    Ok(rows.into_iter().filter_map(|(id, since)| Some((AccountId(id), since?.0))).collect())
}

/// Begins the return of somebody's orders, or begins it anew.
pub fn begin(c: &mut Conn, who: AccountId, now: At) -> StoreResult<()> {
    diesel::update(account::table.find(who.0)).set(account::leaving_at.eq(Some(Ts(now)))).execute(c)?;
    Ok(())
}

/// Ends the return that began then; one that began since goes on.
pub fn finish(c: &mut Conn, who: AccountId, since: At) -> StoreResult<()> {
    diesel::update(account::table.filter(account::id.eq(who.0).and(account::leaving_at.eq(Some(Ts(since))))))
        .set(account::leaving_at.eq(None::<Ts>))
        .execute(c)?;
    Ok(())
}

/// Open orders, with later keys than `after`, of which this person holds a slot, or that were directed to them or that
/// they were whistled into, whether or not they have a part in them now.
pub fn may_hold(c: &mut Conn, who: AccountId, after: OrderId) -> StoreResult<MayHold> {
    let step = i64::try_from(STEP).unwrap_or(i64::MAX);
    let claims: Vec<i64> = claim::table
        .filter(
            claim::account_id.eq(who.0).and(claim::order_id.gt(after.0)).and(claim::released_at.is_null()),
        )
        .order(claim::order_id)
        .limit(step)
        .select(claim::order_id)
        .load(c)?;
    let parties: Vec<i64> = order_party::table
        .filter(order_party::kind.eq("person").and(order_party::ref_id.eq(who.0)))
        .filter(order_party::part.eq("handler").and(order_party::order_id.gt(after.0)))
        .order(order_party::order_id)
        .limit(step)
        .select(order_party::order_id)
        .load(c)?;
    // beyond the end of a full list it is not known what the list holds
    let ends = [&claims, &parties].into_iter().filter(|ids| ids.len() >= STEP).filter_map(|ids| ids.last());
    let next = ends.min().copied();
    let mut ids = [claims, parties].concat();
    ids.retain(|id| next.is_none_or(|next| *id <= next));
    ids.sort_unstable();
    ids.dedup();
    let open: Vec<&str> = Status::ALL.iter().filter(|s| s.is_open()).map(|s| s.as_str()).collect();
    let orders: Vec<i64> = orders::table
        .filter(orders::id.eq_any(ids).and(orders::status.eq_any(open)))
        .order(orders::id)
        .select(orders::id)
        .load(c)?;
    Ok(MayHold { orders: orders.into_iter().map(OrderId).collect(), next: next.map(OrderId) })
}
