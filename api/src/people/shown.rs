//! People as they are shown: roles with labels and names.

use crate::http::locale::Lang;
use crate::identity::principal::Principal;
use crate::organisation::shown::NamedRef;
use domain::people::{Employment, Role, RoleSet};
use domain::words::mask::mask_name;
use persistence::people::values::{BindingRead, PersonRead};
use serde::Serialize;
use utoipa::ToSchema;

/// A role held, with what it is bound to: an area (and everything below), a unit or a team.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleView {
    /// Id of the binding.
    #[schema(example = "31")]
    pub id: String,
    /// The role.
    #[schema(value_type = String, example = "grid_worker")]
    pub role: Role,
    /// The role for people.
    #[schema(example = "网格员")]
    pub role_text: String,
    /// `full_time` or `part_time`.
    #[schema(value_type = String, example = "full_time")]
    pub employment: Employment,
    /// The same for people.
    #[schema(example = "专职")]
    pub employment_text: String,
    /// The area it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub area: Option<NamedRef>,
    /// The unit it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub unit: Option<NamedRef>,
    /// The team it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub team: Option<NamedRef>,
}

impl RoleView {
    /// Of a role held.
    #[must_use]
    pub fn of(role: &BindingRead, lang: Lang) -> Self {
        Self {
            id: role.id.to_string(),
            role: role.role,
            role_text: lang.label(role.role).into(),
            employment: role.employment,
            employment_text: lang.label(role.employment).into(),
            area: role.area.as_ref().map(Into::into),
            unit: role.unit.as_ref().map(Into::into),
            team: role.team.as_ref().map(Into::into),
        }
    }
}

/// Who manages people, and so reads their names.
pub const MANAGERS: RoleSet =
    RoleSet::of(&[Role::Dispatcher, Role::GridLeader, Role::Supervisor, Role::Admin]);

/// The name of a member of staff as this person may read it: whoever manages them through one of their roles, whole.
#[must_use]
pub fn name_for(who: &Principal, person: &PersonRead) -> String {
    let mut paths = person.roles.iter().filter_map(|role| role.path.as_deref());
    let known = paths.any(|path| who.covers(MANAGERS, path));
    if known { person.account.name.clone() } else { mask_name(&person.account.name) }
}
