//! Scopes: who is told together. Membership follows from roles; it is eligibility to claim.
//!
//! A claiming role bound to an area makes its holder a member of that area's scope and of every area above it;
//! one bound to a team or unit, of that team's or unit's. Everyone is alone in their person scope.

use super::Conn;
use crate::error::StoreResult;
use crate::schema::{area, role_binding, scope, scope_member};
use diesel::prelude::*;
use diesel::upsert::excluded;
use domain::AccountId;
use domain::actor::{Role, RoleSet};
use domain::dispatch::Scope;
use domain::labelled::Labelled;

/// The keys of these scopes, made if they are new, in the order given.
///
/// # Errors
/// Those of the connection.
pub fn ensure(c: &mut Conn, scopes: &[Scope]) -> StoreResult<Vec<i64>> {
    scopes.iter().map(|s| ensure_one(c, *s)).collect()
}

fn ensure_one(c: &mut Conn, wanted: Scope) -> StoreResult<i64> {
    let (kind, ref_id) = wanted.parts();
    let found: Option<i64> = scope::table
        .filter(scope::kind.eq(kind).and(scope::ref_id.eq(ref_id)))
        .select(scope::id)
        .first(c)
        .optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    let id: i64 = diesel::insert_into(scope::table)
        .values((scope::kind.eq(kind), scope::ref_id.eq(ref_id), scope::seq.eq(0), scope::pushed_seq.eq(0)))
        .on_conflict((scope::kind, scope::ref_id))
        .do_update()
        .set(scope::kind.eq(excluded(scope::kind)))
        .returning(scope::id)
        .get_result(c)?;
    if let Scope::Person(account) = wanted {
        diesel::insert_into(scope_member::table)
            .values((scope_member::scope_id.eq(id), scope_member::account_id.eq(account.0)))
            .on_conflict_do_nothing()
            .execute(c)?;
    }
    Ok(id)
}

/// Whether what a scope refers to is there and in use.
///
/// # Errors
/// Those of the connection.
pub fn exists(c: &mut Conn, scope: Scope) -> StoreResult<bool> {
    use crate::schema::{account, team, unit};
    use diesel::dsl::exists;
    let (_, id) = scope.parts();
    Ok(match scope {
        Scope::Area(_) => diesel::select(exists(area::table.filter(area::id.eq(id).and(area::active)))).get_result(c)?,
        Scope::Unit(_) => diesel::select(exists(unit::table.filter(unit::id.eq(id).and(unit::active)))).get_result(c)?,
        Scope::Team(_) => diesel::select(exists(team::table.filter(team::id.eq(id).and(team::active)))).get_result(c)?,
        Scope::Person(_) => diesel::select(exists(
            account::table.filter(account::id.eq(id).and(account::disabled_at.is_null())),
        ))
        .get_result(c)?,
    })
}

/// The scopes a person belongs to by their roles, the person scope first.
///
/// # Errors
/// Those of the connection.
pub fn of_roles(c: &mut Conn, account: AccountId) -> StoreResult<Vec<Scope>> {
    type Binding = (String, Option<i64>, Option<i64>, Option<i64>);
    let claiming: Vec<&str> =
        Role::ALL.iter().filter(|r| RoleSet::CANDIDATES.has(**r)).map(|r| r.as_str()).collect();
    let bindings: Vec<Binding> = role_binding::table
        .filter(role_binding::account_id.eq(account.0))
        .filter(role_binding::role.eq_any(claiming))
        .select((role_binding::role, role_binding::area_id, role_binding::unit_id, role_binding::team_id))
        .load(c)?;
    let mut scopes = vec![Scope::Person(account)];
    for (_, area_id, unit_id, team_id) in bindings {
        if let Some(id) = area_id {
            let path: String = area::table.find(id).select(area::path).first(c)?;
            scopes.extend(path_ids(&path).map(|id| Scope::Area(domain::AreaId(id))));
        }
        scopes.extend(unit_id.map(|id| Scope::Unit(domain::UnitId(id))));
        scopes.extend(team_id.map(|id| Scope::Team(domain::TeamId(id))));
    }
    scopes.sort_unstable();
    scopes.dedup();
    Ok(scopes)
}

/// The keys in a materialised path, top first.
pub fn path_ids(path: &str) -> impl Iterator<Item = i64> + '_ {
    path.split('/').filter_map(|part| part.parse().ok())
}

/// Makes the membership of a person what their roles say. Returns whether a membership was taken away: the
/// caller then raises the attempt of every pooled order that was offered there.
///
/// # Errors
/// Those of the connection.
pub fn refresh(c: &mut Conn, account: AccountId) -> StoreResult<Vec<i64>> {
    let scopes = of_roles(c, account)?;
    let want = ensure(c, &scopes)?;
    let have: Vec<i64> = scope_member::table
        .filter(scope_member::account_id.eq(account.0))
        .select(scope_member::scope_id)
        .load(c)?;
    let lost: Vec<i64> = have.iter().copied().filter(|id| !want.contains(id)).collect();
    diesel::delete(
        scope_member::table
            .filter(scope_member::account_id.eq(account.0))
            .filter(scope_member::scope_id.eq_any(lost.clone())),
    )
    .execute(c)?;
    for id in want.iter().filter(|id| !have.contains(id)) {
        diesel::insert_into(scope_member::table)
            .values((scope_member::scope_id.eq(id), scope_member::account_id.eq(account.0)))
            .on_conflict_do_nothing()
            .execute(c)?;
    }
    Ok(lost)
}
