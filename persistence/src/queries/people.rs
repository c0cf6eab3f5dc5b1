//! People: principals and their roles.

use super::Conn;
use crate::error::StoreResult;
use crate::map::word;
use crate::rows::RoleBindingRow;
use crate::schema::{account, area, role_binding, session};
use crate::types::Ts;
use crate::values::{PrincipalRead, RoleHeld};
use diesel::prelude::*;
use domain::{AccountId, At};

/// The person of a session, unless the session or the account is over.
///
/// # Errors
/// Those of the connection.
pub fn principal(
    c: &mut Conn,
    session_id: i64,
    who: AccountId,
    now: At,
) -> StoreResult<Option<PrincipalRead>> {
    let found: Option<(String, bool)> = session::table
        .inner_join(account::table.on(account::id.eq(session::account_id)))
        .filter(session::id.eq(session_id).and(session::account_id.eq(who.0)))
        .filter(session::revoked_at.is_null().and(session::expires_at.gt(Ts(now))))
        .filter(account::disabled_at.is_null())
        .select((account::name, account::must_change_password))
        .first(c)
        .optional()?;
    let Some((name, must_change_password)) = found else { return Ok(None) };
    let roles = roles(c, who)?;
    Ok(Some(PrincipalRead { account: who.0, name, must_change_password, roles }))
}

/// The roles of a person.
///
/// # Errors
/// Those of the connection.
pub fn roles(c: &mut Conn, who: AccountId) -> StoreResult<Vec<RoleHeld>> {
    let rows: Vec<(RoleBindingRow, Option<String>)> = role_binding::table
        .left_join(area::table.on(role_binding::area_id.eq(area::id.nullable())))
        .filter(role_binding::account_id.eq(who.0))
        .order(role_binding::id)
        .select((RoleBindingRow::as_select(), area::path.nullable()))
        .load(c)?;
    rows.into_iter()
        .map(|(row, area_path)| {
            Ok(RoleHeld {
                id: row.id,
                role: word(&row.role)?,
                employment: word(&row.employment)?,
                area: row.area_id,
                area_path,
                unit: row.unit_id,
                team: row.team_id,
            })
        })
        .collect()
}
