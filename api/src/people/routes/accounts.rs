//! Accounts and their roles (tag "admin"): administrators of the areas concerned.
//!
//! An administrator sees whoever holds a role in his areas, and changes those whose every role lies there. People
//! without any role (residents) belong to administrators of a top area.

pub mod create;
pub mod disable;
pub mod list;
pub mod password;
pub mod roles;
pub mod unlock;
pub mod update;

use crate::http::error::{ApiError, ApiResult};
use crate::http::fields::missing;
use crate::http::locale::Lang;
use crate::http::time::instant;
use crate::http::wire::id;
use crate::identity::principal::Principal;
use crate::people::shown::RoleView;
use crate::state::AppState;
use domain::people::{Employment, Role};
use domain::{TeamId, UnitId};
use persistence::organisation::values::GroupKind;
use persistence::people::values::{Bound, NewBinding, PersonRead};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An account as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    /// Its id.
    #[schema(example = "7")]
    pub id: String,
    /// Log-in name; residents have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "wang.xm")]
    pub login: Option<String>,
    /// Name; masked of whoever holds no role.
    #[schema(example = "王小明")]
    pub name: String,
    /// Phone, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "138****5678")]
    pub phone: Option<String>,
    /// The roles held.
    pub roles: Vec<RoleView>,
    /// Whether it is disabled.
    pub disabled: bool,
    /// Whether a one-time password is still in force.
    pub must_change_password: bool,
    /// When it was added.
    #[schema(example = "2026-11-22T18:04:05.123+08:00")]
    pub created_at: String,
}

impl AccountView {
    fn of(person: PersonRead, lang: Lang) -> Self {
        let name = person.shown_name();
        let row = person.account;
        Self {
            id: row.id.to_string(),
            login: row.login,
            name,
            phone: person.phone.map(|number| domain::words::mask::mask_phone(number.expose())),
            roles: person.roles.iter().map(|role| RoleView::of(role, lang)).collect(),
            disabled: row.disabled_at.is_some(),
            must_change_password: row.must_change_password,
            created_at: instant(row.created_at.0),
        }
    }
}

/// A role to be given: bound to an area, a unit or a team.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"role": "grid_worker", "areaId": "501", "employment": "part_time"}))]
pub struct RoleRequest {
    /// The role. Unit handlers are bound to a unit, volunteers to a team or an area, all others to an area.
    #[schema(value_type = String)]
    pub role: Role,
    /// The area: its scope is that and everything below.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub area_id: Option<String>,
    /// The unit.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub unit_id: Option<String>,
    /// The team.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub team_id: Option<String>,
    /// `full_time` (default) or `part_time`.
    #[schema(value_type = Option<String>, pattern = "^(full_time|part_time)$")]
    pub employment: Option<Employment>,
}

impl RoleRequest {
    /// The binding, where this person may give it.
    ///
    /// # Errors
    /// 400 or 422 naming the field; 403 outside the areas administered.
    async fn check(&self, state: &AppState, who: &Principal, field: &str) -> ApiResult<NewBinding> {
        let at = |name: &str| format!("{field}{name}");
        let given = [("areaId", &self.area_id), ("unitId", &self.unit_id), ("teamId", &self.team_id)];
        let mut given = given.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?)));
        let (name, text) = match (given.next(), given.next()) {
            (Some(one), None) => one,
            _ => return Err(ApiError::field(at("areaId"), "exactly one of areaId, unitId, teamId")),
        };
        let fits = match self.role {
            Role::Resident => return Err(ApiError::field(at("role"), "everybody is a resident without it")),
            Role::UnitHandler => name == "unitId",
            Role::Volunteer => name != "unitId",
            Role::GridWorker
            | Role::Liaison
            | Role::BuildingLead
            | Role::GridLeader
            | Role::Dispatcher
            | Role::Supervisor
            | Role::Auditor
            | Role::Admin => name == "areaId",
        };
        if !fits {
            return Err(ApiError::field(at(name), "this role is bound to something else"));
        }
        let (bound, path) = match name {
            "areaId" => {
                let key = id(&at(name), text)?;
                (Bound::Area(key), state.store.area(key).await.map(|row| row.path))
            }
            "unitId" => {
                let key: UnitId = id(&at(name), text)?;
                (Bound::Unit(key), state.store.group(GroupKind::Unit, key.0).await.map(|row| row.path))
            }
            _ => {
                let key: TeamId = id(&at(name), text)?;
                (Bound::Team(key), state.store.group(GroupKind::Team, key.0).await.map(|row| row.path))
            }
        };
        who.administers(&path.map_err(|e| missing(e, &at(name)))?)?;
        Ok(NewBinding { role: self.role, bound, employment: self.employment.unwrap_or(Employment::FullTime) })
    }
}
