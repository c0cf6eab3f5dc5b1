//! Units (单位) and teams (队伍): staff read them all, since orders are directed to those of other areas too;
//! administrators of their area write them.

pub mod teams;
pub mod units;

use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::fields::missing;
use crate::http::fields::{optional_text, required_line};
use crate::http::page;
use crate::http::page::limit;
use crate::http::wire::{Page, id};
use crate::identity::keyed::RequestKey;
use crate::identity::principal::Principal;
use crate::identity::saved::once;
use crate::organisation::shown::NamedRef;
use crate::state::AppState;
use domain::AreaId;
use persistence::organisation::values::{GroupEdit, GroupKind, GroupRead};
use serde::Deserialize;
use utoipa::IntoParams;

/// Longest name, characters.
const NAME_MAX: usize = 100;

/// Which units or teams.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListGroupsQuery {
    /// Only those of this area and below.
    #[param(pattern = "^[1-9][0-9]{0,17}$")]
    area_id: Option<String>,
    /// From `nextCursor` of the page before.
    #[param(max_length = 64)]
    cursor: Option<String>,
    /// Rows of a page, 1 … 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A page of them, for people with a role.
async fn list<V>(
    state: &AppState,
    who: &Principal,
    kind: GroupKind,
    query: ListGroupsQuery,
    view: impl Fn(GroupRead) -> V,
) -> ApiResult<Page<V>> {
    if who.roles().is_empty() {
        return Err(ApiError::new(Kind::FORBIDDEN));
    }
    let path = match query.area_id {
        Some(text) => state.store.area(id("areaId", &text)?).await?.path,
        None => "/".into(),
    };
    let (after, limit) = (page::after_id(query.cursor.as_deref())?, limit(query.limit)?);
    let rows = state.store.groups(kind, path, after, limit + 1).await?;
    Ok(page::page(rows, limit, |row| row.id.to_string(), view))
}

/// Adds one in an area that is administered.
async fn create(
    state: &AppState,
    who: &Principal,
    kind: GroupKind,
    key: &RequestKey,
    area: &str,
    edit: GroupEdit,
) -> ApiResult<i64> {
    let area = state.store.area(id("areaId", area)?).await.map_err(|e| missing(e, "areaId"))?;
    who.administers(&area.path)?;
    let new = GroupEdit { area: AreaId(area.id), ..edit };
    once(&state.store, who, key, 201, |answer| state.store.add_group(kind, new, state.clock.now(), answer))
        .await
}

/// Changes one whose area is administered.
async fn update(
    state: &AppState,
    who: &Principal,
    kind: GroupKind,
    id: i64,
    key: &RequestKey,
    edit: GroupEdit,
) -> ApiResult<i64> {
    let row = state.store.group(kind, id).await?;
    if who.roles().is_empty() {
        return Err(ApiError::new(Kind::NOT_FOUND));
    }
    who.administers(&row.path)?;
    once(&state.store, who, key, 200, |answer| {
        state.store.edit_group(kind, id, edit, state.clock.now(), answer)
    })
    .await
}

fn edit(name: &str, functions: &str, active: bool) -> ApiResult<GroupEdit> {
    let name = required_line("name", name, NAME_MAX)?;
    let functions = optional_text("functions", Some(functions), 500)?.unwrap_or_default();
    Ok(GroupEdit { name, functions, area: AreaId(0), active })
}

fn area_of(row: &GroupRead) -> NamedRef {
    NamedRef { id: row.area.to_string(), name: row.area_name.clone() }
}
