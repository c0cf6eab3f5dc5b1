//! Who has something to do with an area.

use super::Conn;
use super::people::staff::holders;
use crate::engine::error::StoreResult;
use crate::order::schema::{order_area, order_party};
use crate::people::schema::{account, role_binding};
use diesel::prelude::*;
use domain::{AccountId, AreaId};

/// Those of these people who have something to do with these areas (topmost ones: key and path): a role there, or an order
/// of their own; none that is disabled. It asks the same of every number, whoever has it.
pub fn of(c: &mut Conn, people: &[AccountId], areas: &[(AreaId, String)]) -> StoreResult<Vec<AccountId>> {
    let (keys, paths): (Vec<i64>, Vec<String>) = areas.iter().map(|(id, path)| (id.0, path.clone())).unzip();
    let people = AccountId::keys(people);
    let enabled = account::table.filter(account::id.eq_any(&people)).filter(account::disabled_at.is_null());
    let enabled: Vec<i64> = enabled.select(account::id).load(c)?;
    let mut there: Vec<i64> = holders(&paths).filter(role_binding::account_id.eq_any(&people)).load(c)?;
    for person in &people {
        let reported = order_party::table
            .inner_join(order_area::table.on(order_area::order_id.eq(order_party::order_id)))
            .filter(order_party::kind.eq("person").and(order_party::ref_id.eq(person)))
            .filter(order_party::part.eq("resident").and(order_area::area_id.eq_any(&keys)))
            .select(order_party::ref_id)
            .limit(1);
        there.extend(reported.load::<i64>(c)?);
    }
    Ok(enabled.into_iter().filter(|person| there.contains(person)).map(AccountId).collect())
}
