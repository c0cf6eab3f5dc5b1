//! People: principals and their roles.

use super::{CHUNK, Conn};
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::engine::word::word;
use crate::identity::schema::session;
use crate::identity::values::{PrincipalRead, PrincipalUntil, RoleHeld};
use crate::organisation::schema::{area, team, unit};
use crate::people::rows::RoleBindingRow;
use crate::people::schema::{account, role_binding};
use diesel::prelude::*;
use domain::{AccountId, AreaId, BindingId, SessionId, TeamId, UnitId};
use std::collections::{BTreeSet, HashMap};

/// The people of these sessions (session and account) with the ends of the sessions; nothing of a session or an account
/// that is over.
pub fn principals(
    c: &mut Conn,
    keys: &[(SessionId, AccountId)],
) -> StoreResult<HashMap<(SessionId, AccountId), Option<PrincipalUntil>>> {
    let mut found = HashMap::new();
    for chunk in keys.chunks(CHUNK) {
        let sessions: Vec<i64> = chunk.iter().map(|key| key.0.0).collect();
        let rows: Vec<(i64, i64, Ts, bool)> = session::table
            .inner_join(account::table.on(account::id.eq(session::account_id)))
            .filter(session::id.eq_any(sessions))
            .filter(session::revoked_at.is_null().and(account::disabled_at.is_null()))
            .select((session::id, session::account_id, session::expires_at, account::must_change_password))
            .load(c)?;
        let held = roles(c, rows.iter().map(|row| row.1).collect())?;
        let groups = groups(c, held.values().flatten())?;
        for (id, account, until, must_change_password) in rows {
            // a role that cannot be read is a defect of its holder's, not of everybody's who came at the same time
            let roles = held
                .get(&account)
                .into_iter()
                .flatten()
                .map(|b| role(b, &groups))
                .collect::<StoreResult<_>>();
            let read =
                roles.map(|roles| PrincipalRead { account: AccountId(account), must_change_password, roles });
            found.insert((SessionId(id), AccountId(account)), Some((until.0, read)));
        }
    }
    Ok(found)
}

type Binding = (RoleBindingRow, Option<String>);

/// The roles of these people, with the paths of their areas.
fn roles(c: &mut Conn, accounts: Vec<i64>) -> StoreResult<HashMap<i64, Vec<Binding>>> {
    let rows: Vec<Binding> = role_binding::table
        .left_join(area::table.on(role_binding::area_id.eq(area::id.nullable())))
        .filter(role_binding::account_id.eq_any(accounts))
        .order(role_binding::id)
        .select((RoleBindingRow::as_select(), area::path.nullable()))
        .load(c)?;
    let mut held: HashMap<i64, Vec<Binding>> = HashMap::new();
    for row in rows {
        held.entry(row.0.account_id).or_default().push(row);
    }
    Ok(held)
}

/// Paths of the areas of units and teams, by key.
type Groups = (HashMap<i64, String>, HashMap<i64, String>);

/// Where the units and teams are that roles are bound to: few are, and then nothing is read.
fn groups<'a>(c: &mut Conn, held: impl Iterator<Item = &'a Binding>) -> StoreResult<Groups> {
    let (mut of_units, mut of_teams) = (BTreeSet::new(), BTreeSet::new());
    for (row, _) in held {
        of_units.extend(row.unit_id);
        of_teams.extend(row.team_id);
    }
    let (mut units, mut teams): Groups = Default::default();
    if !of_units.is_empty() {
        let rows = unit::table
            .inner_join(area::table.on(area::id.eq(unit::area_id)))
            .filter(unit::id.eq_any(of_units))
            .select((unit::id, area::path));
        units.extend(rows.load::<(i64, String)>(c)?);
    }
    if !of_teams.is_empty() {
        let rows = team::table
            .inner_join(area::table.on(area::id.eq(team::area_id)))
            .filter(team::id.eq_any(of_teams))
            .select((team::id, area::path));
        teams.extend(rows.load::<(i64, String)>(c)?);
    }
    Ok((units, teams))
}

fn role((row, area_path): &Binding, (units, teams): &Groups) -> StoreResult<RoleHeld> {
    let group = row.unit_id.and_then(|id| units.get(&id));
    let group = group.or_else(|| row.team_id.and_then(|id| teams.get(&id)));
    Ok(RoleHeld {
        place: area_path.as_ref().or(group).cloned(),
        id: BindingId(row.id),
        role: word(&row.role)?,
        employment: word(&row.employment)?,
        area: row.area_id.map(AreaId),
        area_path: area_path.clone(),
        unit: row.unit_id.map(UnitId),
        team: row.team_id.map(TeamId),
    })
}
