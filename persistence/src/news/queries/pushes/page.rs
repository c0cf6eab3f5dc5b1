//! Pushes as administrators see them.

use super::super::Conn;
use super::super::people::staff;
use crate::engine::error::StoreResult;
use crate::news::push::PushFilter;
use crate::news::rows::PushJobRow;
use crate::news::schema::push_job;
use crate::people::schema::{account, role_binding};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use domain::PushId;
use domain::words::labelled::Labelled;

type Db = <Conn as diesel::Connection>::Backend;

/// Those to people with a role in some areas, the latest first.
pub fn page(c: &mut Conn, filter: &PushFilter) -> StoreResult<Vec<PushJobRow>> {
    let holders = staff::holders(&filter.paths);
    let mut whose = account::table.select(account::id).filter(account::id.eq_any(holders)).into_boxed::<Db>();
    if filter.roleless_too {
        let roles = role_binding::table.filter(role_binding::account_id.eq(account::id));
        whose = whose.or_filter(not(exists(roles)));
    }
    let mut query = push_job::table
        .filter(push_job::state.eq(filter.state.as_str()))
        .filter(push_job::account_id.eq_any(whose))
        .select(PushJobRow::as_select())
        .order(push_job::id.desc())
        .limit(filter.limit)
        .into_boxed::<Db>();
    if filter.before.0 > 0 {
        query = query.filter(push_job::id.lt(filter.before.0));
    }
    Ok(query.load(c)?)
}

/// A push.
///
/// # Errors
/// `NotFound`.
pub fn find(c: &mut Conn, id: PushId) -> StoreResult<PushJobRow> {
    Ok(push_job::table.find(id.0).select(PushJobRow::as_select()).first(c)?)
}
