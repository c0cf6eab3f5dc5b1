//! Units (单位).

use super::{ListGroupsQuery, area_of, create, edit, list, update};
use crate::http::answers::{ById, ReadErrors, WriteErrors, WriteHeaders};
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::params::{PathId, Query};
use crate::http::wire::{Envelope, Page, Reply, or_default};
use crate::identity::keyed::Keyed;
use crate::identity::principal::Principal;
use crate::identity::saved::Saved;
use crate::organisation::shown::NamedRef;
use crate::state::AppState;
use actix_web::{get, post, put, web::Data};
use persistence::organisation::values::{GroupKind, GroupRead};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitView {
    /// Its id.
    #[schema(example = "3")]
    pub id: String,
    /// Its name.
    #[schema(example = "城关供水站")]
    pub name: String,
    /// What it does (职能), for choosing whom to direct an order to.
    #[schema(example = "水电维修")]
    pub functions: String,
    /// Its area.
    pub area: NamedRef,
    /// Whether it is in use.
    pub active: bool,
}

impl UnitView {
    fn of(row: GroupRead) -> Self {
        Self {
            id: row.id.to_string(),
            area: area_of(&row),
            name: row.name,
            functions: row.functions,
            active: row.active,
        }
    }
}

/// A new unit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"areaId": "42", "name": "城关供水站", "functions": "水电维修"}))]
pub struct CreateUnitRequest {
    /// Its area.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub area_id: String,
    /// Its name, unique in the area.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// What it does (职能).
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_length = 500, nullable)]
    pub functions: String,
}

/// What may change of a unit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"name": "城关供水站", "functions": "水电维修", "active": true}))]
pub struct UpdateUnitRequest {
    /// Its name, unique in the area.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// What it does (职能).
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_length = 500, nullable)]
    pub functions: String,
    /// Whether it is in use.
    pub active: bool,
}

/// List units
///
/// By id; for people with a role.
#[utoipa::path(
    get, path = "/units", tag = "catalogue",
    params(ListGroupsQuery),
    responses((status = 200, description = "A page", body = Envelope<Page<UnitView>>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/units")]
pub async fn list_units(
    state: Data<AppState>,
    who: Principal,
    query: Query<ListGroupsQuery>,
) -> ApiResult<Reply<Page<UnitView>>> {
    list(&state, &who, GroupKind::Unit, query.0, UnitView::of).await.map(Reply::ok)
}

/// Read a unit
///
/// For people with a role.
#[utoipa::path(
    get, path = "/units/{id}", tag = "catalogue",
    params(ById),
    responses((status = 200, description = "The unit", body = Envelope<UnitView>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/units/{id}")]
pub async fn get_unit(state: Data<AppState>, who: Principal, unit: PathId) -> ApiResult<Reply<UnitView>> {
    if who.roles().is_empty() {
        return Err(ApiError::new(Kind::NOT_FOUND));
    }
    let row = state.store.group(GroupKind::Unit, unit.0).await?;
    Ok(Reply::ok(UnitView::of(row)))
}

/// Add a unit
///
/// In an area that the administrator administers.
#[utoipa::path(
    post, path = "/units", tag = "admin",
    params(WriteHeaders),
    request_body = CreateUnitRequest,
    responses((status = 201, description = "Added", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/units")]
pub async fn create_unit(
    state: Data<AppState>,
    who: Principal,
    request: Keyed<CreateUnitRequest>,
) -> ApiResult<Reply<Saved>> {
    let edit = edit(&request.body.name, &request.body.functions, true)?;
    let id = create(&state, &who, GroupKind::Unit, &request.key, &request.body.area_id, edit).await?;
    Ok(Reply::created(Saved::of(id), format!("/api/v1/units/{id}")))
}

/// Change a unit
///
/// Its area stays.
#[utoipa::path(
    put, path = "/units/{id}", tag = "admin",
    params(ById, WriteHeaders),
    request_body = UpdateUnitRequest,
    responses((status = 200, description = "Changed", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[put("/units/{id}")]
pub async fn update_unit(
    state: Data<AppState>,
    who: Principal,
    unit: PathId,
    request: Keyed<UpdateUnitRequest>,
) -> ApiResult<Reply<Saved>> {
    let edit = edit(&request.body.name, &request.body.functions, request.body.active)?;
    let id = update(&state, &who, GroupKind::Unit, unit.0, &request.key, edit).await?;
    Ok(Reply::ok(Saved::of(id)))
}
