//! Scopes: who is told together. Membership follows from roles; it is eligibility to claim.
//!
//! A claiming role bound to an area makes its holder a member of that area's scope and of every area above it;
//! one bound to a team or unit, of that team's or unit's. Everyone is alone in their person scope.

use super::Conn;
use super::organisation::areas::path_ids;
use crate::engine::error::StoreResult;
use crate::news::granted::{INBOX, granted};
use crate::news::schema::{scope, scope_member};
use crate::organisation::schema::area;
use crate::people::schema::{account, role_binding};
use diesel::prelude::*;
use diesel::upsert::excluded;
use domain::organisation::Scope;
use domain::people::{Role, RoleSet};
use domain::words::labelled::Labelled;
use domain::{AccountId, AreaId, ScopeId};
use std::collections::{BTreeMap, BTreeSet};

/// The kind of the scope of a single person.
const PERSON: &str = "person";

/// The keys of these scopes, made if they are new, in the order given.
pub fn ensure(c: &mut Conn, scopes: &[Scope]) -> StoreResult<Vec<ScopeId>> {
    scopes.iter().map(|s| ensure_one(c, *s)).collect()
}

fn ensure_one(c: &mut Conn, wanted: Scope) -> StoreResult<ScopeId> {
    let (kind, ref_id) = wanted.parts();
    let id = ensure_parts(c, kind, ref_id)?;
    if let Scope::Person(account) = wanted {
        diesel::insert_into(scope_member::table)
            .values((scope_member::scope_id.eq(id.0), scope_member::account_id.eq(account.0)))
            .on_conflict_do_nothing()
            .execute(c)?;
    }
    Ok(id)
}

fn ensure_parts(c: &mut Conn, kind: &str, ref_id: i64) -> StoreResult<ScopeId> {
    let found: Option<i64> = scope::table
        .filter(scope::kind.eq(kind).and(scope::ref_id.eq(ref_id)))
        .select(scope::id)
        .first(c)
        .optional()?;
    if let Some(id) = found {
        return Ok(ScopeId(id));
    }
    let made = diesel::insert_into(scope::table)
        .values((scope::kind.eq(kind), scope::ref_id.eq(ref_id), scope::seq.eq(0), scope::pushed_seq.eq(0)))
        .on_conflict((scope::kind, scope::ref_id))
        .do_update()
        .set(scope::kind.eq(excluded(scope::kind)))
        .returning(scope::id)
        .get_result(c)?;
    Ok(ScopeId(made))
}

/// Who is told of what happens to orders, each by what it refers to.
#[derive(Debug, Default)]
pub struct OfNews {
    /// The person scopes, by account.
    pub people: BTreeMap<AccountId, ScopeId>,
    /// The inboxes where somebody looks, by area.
    pub inboxes: BTreeMap<AreaId, ScopeId>,
}

/// The person scopes of these accounts, made if they are new, and the inboxes of these areas.
pub fn of_news(
    c: &mut Conn,
    accounts: &BTreeSet<AccountId>,
    areas: &BTreeSet<AreaId>,
) -> StoreResult<OfNews> {
    let of = |kind: &'static str, refs: Vec<i64>| scope::kind.eq(kind).and(scope::ref_id.eq_any(refs));
    let found: Vec<(String, i64, i64)> = scope::table
        .filter(of(PERSON, AccountId::keys(accounts)).or(of(INBOX, AreaId::keys(areas))))
        .select((scope::kind, scope::ref_id, scope::id))
        .load(c)?;
    let mut known = OfNews::default();
    for (kind, ref_id, id) in found {
        if kind == PERSON {
            known.people.insert(AccountId(ref_id), ScopeId(id));
        } else {
            known.inboxes.insert(AreaId(ref_id), ScopeId(id));
        }
    }
    for account in accounts {
        if !known.people.contains_key(account) {
            known.people.insert(*account, ensure_one(c, Scope::Person(*account))?);
        }
    }
    Ok(known)
}

/// The inboxes a person answers for: the areas they dispatch in, unless they are disabled.
fn inboxes_of(c: &mut Conn, who: AccountId) -> StoreResult<Vec<ScopeId>> {
    let areas: Vec<Option<i64>> = role_binding::table
        .inner_join(account::table.on(account::id.eq(role_binding::account_id)))
        .filter(role_binding::account_id.eq(who.0))
        .filter(role_binding::role.eq(Role::Dispatcher.as_str()))
        .filter(account::disabled_at.is_null())
        .select(role_binding::area_id)
        .load(c)?;
    areas.into_iter().flatten().map(|area| ensure_parts(c, INBOX, area)).collect()
}

/// The scopes a person belongs to by their roles, the person scope first. A disabled account has no other.
pub fn of_roles(c: &mut Conn, who: AccountId) -> StoreResult<Vec<Scope>> {
    type Binding = (String, Option<i64>, Option<i64>, Option<i64>);
    let claiming: Vec<&str> =
        Role::ALL.iter().filter(|r| RoleSet::CANDIDATES.has(**r)).map(|r| r.as_str()).collect();
    let bindings: Vec<Binding> = role_binding::table
        .inner_join(account::table.on(account::id.eq(role_binding::account_id)))
        .filter(role_binding::account_id.eq(who.0))
        .filter(role_binding::role.eq_any(claiming))
        .filter(account::disabled_at.is_null())
        .select((role_binding::role, role_binding::area_id, role_binding::unit_id, role_binding::team_id))
        .load(c)?;
    let mut scopes = vec![Scope::Person(who)];
    for (_, area_id, unit_id, team_id) in bindings {
        if let Some(id) = area_id {
            let path: String = area::table.find(id).select(area::path).first(c)?;
            scopes.extend(path_ids(&path).map(Scope::Area));
        }
        scopes.extend(unit_id.map(|id| Scope::Unit(domain::UnitId(id))));
        scopes.extend(team_id.map(|id| Scope::Team(domain::TeamId(id))));
    }
    scopes.sort_unstable();
    scopes.dedup();
    Ok(scopes)
}

/// Makes the membership of a person what their roles say. Returns the scopes that were taken away, and the person's own
/// where no role is left that may do the work: the caller then raises the attempt of every pooled order that was offered
/// there.
pub fn refresh(c: &mut Conn, account: AccountId) -> StoreResult<Vec<ScopeId>> {
    let scopes = of_roles(c, account)?;
    let mut want = ensure(c, &scopes)?;
    want.extend(inboxes_of(c, account)?);
    let have: Vec<i64> = scope_member::table
        .filter(scope_member::account_id.eq(account.0))
        .select(scope_member::scope_id)
        .load(c)?;
    let have: Vec<ScopeId> = have.into_iter().map(ScopeId).collect();
    let mut lost: Vec<ScopeId> = have.iter().copied().filter(|id| !want.contains(id)).collect();
    diesel::delete(
        scope_member::table
            .filter(scope_member::account_id.eq(account.0))
            .filter(scope_member::scope_id.eq_any(ScopeId::keys(&lost))),
    )
    .execute(c)?;
    for id in want.iter().filter(|id| !have.contains(id)) {
        diesel::insert_into(scope_member::table)
            .values((scope_member::scope_id.eq(id.0), scope_member::account_id.eq(account.0)))
            .on_conflict_do_nothing()
            .execute(c)?;
    }
    // they stay in their own, where residents hear of what they reported; but nothing is offered there any more
    if let ([Scope::Person(_)], [own, ..]) = (scopes.as_slice(), want.as_slice()) {
        lost.push(*own);
    }
    Ok(lost)
}

/// Makes the memberships of everybody whose claiming role has a key past `since`, in two statements.
pub fn add_since(c: &mut Conn, since: i64) -> StoreResult<()> {
    let granted = granted(since);
    diesel::sql_query(format!(
        "{granted} INSERT INTO scope (kind, ref_id, seq, pushed_seq)
         SELECT DISTINCT kind, ref_id, 0, 0 FROM want WHERE true ON CONFLICT (kind, ref_id) DO NOTHING"
    ))
    .execute(c)?;
    diesel::sql_query(format!(
        "{granted} INSERT INTO scope_member (scope_id, account_id)
         SELECT scope.id, want.account_id FROM want JOIN scope ON scope.kind = want.kind AND scope.ref_id = want.ref_id
          WHERE true ON CONFLICT (scope_id, account_id) DO NOTHING"
    ))
    .execute(c)?;
    Ok(())
}

/// The scopes a person is a member of: kind, referenced key and name.
pub fn of_member(c: &mut Conn, account: AccountId) -> StoreResult<Vec<(String, i64, Option<String>)>> {
    use crate::organisation::schema::{team, unit};
    let mine = scope_member::table
        .inner_join(scope::table.on(scope::id.eq(scope_member::scope_id)))
        .filter(scope_member::account_id.eq(account.0).and(scope::kind.ne(INBOX)));
    Ok(mine
        .left_join(area::table.on(scope::kind.eq("area").and(area::id.eq(scope::ref_id))))
        .left_join(unit::table.on(scope::kind.eq("unit").and(unit::id.eq(scope::ref_id))))
        .left_join(team::table.on(scope::kind.eq("team").and(team::id.eq(scope::ref_id))))
        .order((scope::kind, scope::ref_id))
        .select((
            scope::kind,
            scope::ref_id,
            area::display_name.nullable(),
            unit::name.nullable(),
            team::name.nullable(),
        ))
        .load::<(String, i64, Option<String>, Option<String>, Option<String>)>(c)?
        .into_iter()
        .map(|(kind, id, area, unit, team)| (kind, id, area.or(unit).or(team)))
        .collect())
}
