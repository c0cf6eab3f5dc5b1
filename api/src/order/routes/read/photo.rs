//! Photos, to whoever reads the order that they go with, or uploaded them and gave them to none yet.

use crate::files::contents;
use crate::http::answers::{ById, ReadErrors};
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::locale::Lang;
use crate::http::params::PathId;
use crate::identity::principal::Principal;
use crate::order::routes::view::view;
use crate::state::AppState;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use domain::{FileId, OrderId};

/// Read a photo
///
/// For whoever reads the order it goes with; for its uploader until it goes with one.
#[utoipa::path(
    get,
    path = "/files/{id}",
    tag = "files",
    params(ById),
    responses(
        (status = 200, description = "The picture", content_type = "image/*", body = String),
        (status = 304, description = "The client has it, as `If-None-Match` says"),
        ReadErrors,
    ),
    security(("bearer" = [])),
)]
#[get("/files/{id}")]
pub async fn get_file(
    state: Data<AppState>,
    who: Principal,
    file: PathId<FileId>,
    req: HttpRequest,
) -> ApiResult<HttpResponse> {
    let (row, order) = state.store.file(file.0).await?;
    let allowed = match order {
        Some(order) => shows(&state, &who, order, file.0).await?,
        None => row.owner_id == Some(who.account().0),
    };
    if !allowed {
        return Err(ApiError::new(Kind::NOT_FOUND));
    }
    // kept by the client, but asked for each time: reading may have ended
    let policy = ("Cache-Control", "private, no-cache");
    let tag = ("ETag", format!("\"{}\"", row.sha256));
    let known = req.headers().get("If-None-Match").and_then(|v| v.to_str().ok()).unwrap_or_default();
    if known.contains(&row.sha256) {
        return Ok(HttpResponse::NotModified().insert_header(policy).insert_header(tag).finish());
    }
    let bytes = tokio::fs::read(contents::path(&state.config.data_dir, &row.sha256))
        .await
        .map_err(|e| ApiError::internal(format!("photo {}: {e}", row.id)))?;
    Ok(HttpResponse::Ok()
        .content_type(row.mime)
        .insert_header(policy)
        .insert_header(tag)
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .body(bytes))
}

/// Whether the order as this person reads it shows the photo: those of internal notes stay among staff, and whoever took
/// part once sees those of that time. Whose upload it was plays no part any more.
async fn shows(state: &AppState, who: &Principal, order: OrderId, file: FileId) -> ApiResult<bool> {
    let view = view(state, who, order, Lang::Zh).await?;
    let id = file.to_string();
    Ok(view.detail.is_some_and(|d| d.timeline.iter().any(|step| step.files.iter().any(|f| f.id == id))))
}
