//! Whom administrators may see and change.

use crate::http::error::{ApiError, ApiResult, Kind};
use crate::identity::principal::Principal;
use domain::AccountId;
use domain::people::{Role, RoleSet};
use persistence::Store;
use persistence::people::values::PersonRead;

/// Administrators.
pub const ADMIN: RoleSet = RoleSet::of(&[Role::Admin]);

/// Whether this person administers a top area (whose path holds one key).
#[must_use]
pub fn is_chief(who: &Principal) -> bool {
    who.root_paths(ADMIN).iter().any(|path| path.matches('/').count() == 2)
}

/// Whether this administrator may change whoever holds these roles.
pub fn may_change(who: &Principal, person: &PersonRead) -> bool {
    let inside = |path: &Option<String>| path.as_ref().is_some_and(|path| who.covers(ADMIN, path));
    if person.roles.is_empty() { is_chief(who) } else { person.roles.iter().all(|role| inside(&role.path)) }
}

/// A person whom this administrator sees.
///
/// # Errors
/// 403 without an administrator's role, 404 for people elsewhere.
pub async fn see(store: &Store, who: &Principal, id: AccountId) -> ApiResult<PersonRead> {
    who.require(ADMIN)?;
    let person = store.person(id).await?;
    let inside = |path: &String| who.covers(ADMIN, path);
    let seen =
        person.roles.iter().filter_map(|role| role.path.as_ref()).any(inside) || may_change(who, &person);
    if seen { Ok(person) } else { Err(ApiError::new(Kind::NOT_FOUND)) }
}

/// A person whom this administrator may change.
///
/// # Errors
/// 404 for people elsewhere, 403 for those with a role elsewhere.
pub async fn manage(store: &Store, who: &Principal, id: AccountId) -> ApiResult<PersonRead> {
    let person = see(store, who, id).await?;
    if may_change(who, &person) { Ok(person) } else { Err(ApiError::new(Kind::FORBIDDEN)) }
}
