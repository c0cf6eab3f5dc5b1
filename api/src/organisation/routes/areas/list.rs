//! `GET /areas` and `GET /areas/{id}`.

use super::AreaView;
use crate::http::answers::{ById, ReadErrors};
use crate::http::error::{ApiError, ApiResult};
use crate::http::locale::Lang;
use crate::http::page;
use crate::http::page::limit;
use crate::http::params::{PathId, Query, check_search};
use crate::http::text::fold;
use crate::http::wire::{Envelope, Page, Reply, id};
use crate::identity::principal::Principal;
use crate::organisation::shown::NamedRef;
use crate::state::AppState;
use actix_web::{get, web::Data};
use domain::AreaId;
use domain::people::Role;
use persistence::organisation::values::AreaFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which areas.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAreasQuery {
    /// The children of this one (with `q`: whatever is below it); the top when left out.
    #[param(pattern = "^[1-9][0-9]{0,17}$")]
    parent_id: Option<String>,
    /// Text of a name, alias or code; traditional script finds simplified.
    #[param(max_length = 60)]
    q: Option<String>,
    /// Ones not in use too; for administrators.
    all: Option<bool>,
    /// From `nextCursor` of the page before.
    #[param(max_length = 64)]
    cursor: Option<String>,
    /// Rows of a page, 1 … 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// List areas
///
/// The children of a node, or what a search finds below it; by code.
#[utoipa::path(
    get, path = "/areas", tag = "catalogue",
    params(ListAreasQuery),
    responses((status = 200, description = "A page", body = Envelope<Page<AreaView>>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/areas")]
pub async fn list_areas(
    state: Data<AppState>,
    who: Principal,
    query: Query<ListAreasQuery>,
    lang: Lang,
) -> ApiResult<Reply<Page<AreaView>>> {
    let filter = filter(&who, query.0)?;
    let limit = filter.limit - 1;
    let rows = state.store.areas(filter).await?;
    Ok(Reply::ok(page::page(rows, limit, |row| row.code.clone(), |row| AreaView::of(row, lang))))
}

fn filter(who: &Principal, query: ListAreasQuery) -> ApiResult<AreaFilter> {
    check_search(query.q.as_deref())?;
    Ok(AreaFilter {
        parent: query.parent_id.map(|text| id("parentId", &text)).transpose()?,
        text: query.q.map(|q| fold(&q)).filter(|q| !q.is_empty()),
        inactive_too: query.all == Some(true) && who.has(Role::Admin),
        after: page::after(query.cursor.as_deref())?,
        limit: limit(query.limit)? + 1,
    })
}

/// An area and what is above it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaDetail {
    /// The area.
    #[serde(flatten)]
    pub area: AreaView,
    /// The areas above it, top first.
    pub ancestors: Vec<NamedRef>,
}

/// Read an area
///
/// With the names of everything above it.
#[utoipa::path(
    get, path = "/areas/{id}", tag = "catalogue",
    params(ById),
    responses((status = 200, description = "The area", body = Envelope<AreaDetail>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/areas/{id}")]
pub async fn get_area(
    state: Data<AppState>,
    _who: Principal,
    area: PathId<AreaId>,
    lang: Lang,
) -> ApiResult<Reply<AreaDetail>> {
    let mut rows = state.store.area_ancestors(area.0).await?;
    let row = rows.pop().ok_or_else(|| ApiError::internal("an area that is not in its own path"))?;
    let ancestors =
        rows.into_iter().map(|r| NamedRef { id: r.id.to_string(), name: r.display_name }).collect();
    Ok(Reply::ok(AreaDetail { area: AreaView::of(row, lang), ancestors }))
}
