//! `GET /service-items` and `GET /service-items/{id}`.

use super::ServiceItemView;
use crate::http::answers::{ById, ReadErrors};
use crate::http::error::{ApiError, ApiResult};
use crate::http::locale::Lang;
use crate::http::params::{PathId, Query};
use crate::http::wire::{Envelope, Page, Reply};
use crate::identity::principal::Principal;
use crate::state::AppState;
use actix_web::{get, web::Data};
use domain::ServiceItemId;
use domain::catalogue::ServiceGroup;
use domain::people::Role;
use domain::words::labelled::Labelled;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which items.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListServiceItemsQuery {
    /// Only this group.
    #[param(value_type = Option<String>, pattern = "^(administrative|grid|volunteer|public|living|appeal)$")]
    group: Option<ServiceGroup>,
    /// Only this board.
    #[param(max_length = 50)]
    board: Option<String>,
    /// Ones not in use too; for administrators.
    all: Option<bool>,
}

/// List service items
///
/// What can be ordered, in the order of its lists.
#[utoipa::path(
    get, path = "/service-items", tag = "catalogue",
    params(ListServiceItemsQuery),
    responses((status = 200, description = "The items", body = Envelope<Page<ServiceItemView>>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/service-items")]
pub async fn list_service_items(
    state: Data<AppState>,
    who: Principal,
    query: Query<ListServiceItemsQuery>,
    lang: Lang,
) -> ApiResult<Reply<Page<ServiceItemView>>> {
    if query.0.board.as_ref().is_some_and(|board| board.chars().count() > 50) {
        return Err(ApiError::syntax("board", "at most 50 characters"));
    }
    let all = query.0.all == Some(true) && who.has(Role::Admin);
    let board = query.0.board.as_deref().map(domain::words::text::line);
    let rows = state.store.service_items(query.0.group.map(Labelled::as_str), board, all).await?;
    let list = rows.into_iter().map(|row| ServiceItemView::of(row, lang)).collect();
    Ok(Reply::ok(Page { list, next_cursor: None, has_more: false, total: None }))
}

/// Read a service item
///
/// Ones that are not in use any more too: orders still name them.
#[utoipa::path(
    get, path = "/service-items/{id}", tag = "catalogue",
    params(ById),
    responses((status = 200, description = "The item", body = Envelope<ServiceItemView>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/service-items/{id}")]
pub async fn get_service_item(
    state: Data<AppState>,
    _who: Principal,
    item: PathId<ServiceItemId>,
    lang: Lang,
) -> ApiResult<Reply<ServiceItemView>> {
    let row = state.store.service_item(item.0).await?;
    Ok(Reply::ok(ServiceItemView::of(row, lang)))
}
