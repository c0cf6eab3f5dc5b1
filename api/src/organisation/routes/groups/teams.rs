//! Teams (队伍).

use super::{ListGroupsQuery, area_of, create, edit, list, update};
use crate::http::answers::{ById, ReadErrors, WriteErrors, WriteHeaders};
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::params::{PathId, Query};
use crate::http::wire::{Envelope, Page, Reply};
use crate::identity::keyed::Keyed;
use crate::identity::principal::Principal;
use crate::identity::saved::Saved;
use crate::organisation::shown::NamedRef;
use crate::state::AppState;
use actix_web::{get, post, put, web::Data};
use persistence::organisation::values::{GroupKind, GroupRead};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A team.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamView {
    /// Its id.
    #[schema(example = "3")]
    pub id: String,
    /// Its name.
    #[schema(example = "七彩志愿服务队")]
    pub name: String,
    /// Its area.
    pub area: NamedRef,
    /// Whether it is in use.
    pub active: bool,
}

impl TeamView {
    fn of(row: GroupRead) -> Self {
        Self { id: row.id.to_string(), area: area_of(&row), name: row.name, active: row.active }
    }
}

/// A new team.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"areaId": "42", "name": "七彩志愿服务队"}))]
pub struct CreateTeamRequest {
    /// Its area.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub area_id: String,
    /// Its name, unique in the area.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
}

/// What may change of a team.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"name": "七彩志愿服务队", "active": true}))]
pub struct UpdateTeamRequest {
    /// Its name, unique in the area.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Whether it is in use.
    pub active: bool,
}

/// List teams
///
/// By id; for people with a role.
#[utoipa::path(
    get, path = "/teams", tag = "catalogue",
    params(ListGroupsQuery),
    responses((status = 200, description = "A page", body = Envelope<Page<TeamView>>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/teams")]
pub async fn list_teams(
    state: Data<AppState>,
    who: Principal,
    query: Query<ListGroupsQuery>,
) -> ApiResult<Reply<Page<TeamView>>> {
    list(&state, &who, GroupKind::Team, query.0, TeamView::of).await.map(Reply::ok)
}

/// Read a team
///
/// For people with a role.
#[utoipa::path(
    get, path = "/teams/{id}", tag = "catalogue",
    params(ById),
    responses((status = 200, description = "The team", body = Envelope<TeamView>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/teams/{id}")]
pub async fn get_team(state: Data<AppState>, who: Principal, team: PathId) -> ApiResult<Reply<TeamView>> {
    if who.roles().is_empty() {
        return Err(ApiError::new(Kind::NOT_FOUND));
    }
    let row = state.store.group(GroupKind::Team, team.0).await?;
    Ok(Reply::ok(TeamView::of(row)))
}

/// Add a team
///
/// In an area that the administrator administers.
#[utoipa::path(
    post, path = "/teams", tag = "admin",
    params(WriteHeaders),
    request_body = CreateTeamRequest,
    responses((status = 201, description = "Added", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/teams")]
pub async fn create_team(
    state: Data<AppState>,
    who: Principal,
    request: Keyed<CreateTeamRequest>,
) -> ApiResult<Reply<Saved>> {
    let edit = edit(&request.body.name, "", true)?;
    let id = create(&state, &who, GroupKind::Team, &request.key, &request.body.area_id, edit).await?;
    Ok(Reply::created(Saved::of(id), format!("/api/v1/teams/{id}")))
}

/// Change a team
///
/// Its area stays.
#[utoipa::path(
    put, path = "/teams/{id}", tag = "admin",
    params(ById, WriteHeaders),
    request_body = UpdateTeamRequest,
    responses((status = 200, description = "Changed", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[put("/teams/{id}")]
pub async fn update_team(
    state: Data<AppState>,
    who: Principal,
    team: PathId,
    request: Keyed<UpdateTeamRequest>,
) -> ApiResult<Reply<Saved>> {
    let edit = edit(&request.body.name, "", request.body.active)?;
    let id = update(&state, &who, GroupKind::Team, team.0, &request.key, edit).await?;
    Ok(Reply::ok(Saved::of(id)))
}
