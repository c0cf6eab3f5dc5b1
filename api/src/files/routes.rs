//! Photos: uploaded one file a call, checked by content, stripped of everything but the picture.

use crate::files::contents;
use crate::files::photo::picture::{MAX_BYTES, PhotoError};
use crate::files::photo::{Photo, inspect_and_strip};
use crate::http::answers::{WriteErrors, WriteHeaders};
use crate::http::error::{ApiError, ApiResult, FieldError, Kind};
use crate::http::paths::Endpoints;
use crate::http::patience::wait_for_upload;
use crate::http::time::day_start;
use crate::http::wire::{Envelope, Reply};
use crate::identity::keyed::{HeaderKey, RequestKey};
use crate::identity::principal::Principal;
use crate::state::AppState;
use actix_multipart::Multipart;
use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use domain::FileId;
use futures_util::TryStreamExt;
use persistence::engine::answers::NewAnswer;
use persistence::files::values::{NewFile, Room};
use persistence::{Constraint, StoreError};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Photos.
pub fn endpoints(v1: &mut impl Endpoints) {
    v1.service(upload_file);
}

/// How much more staff may upload than others.
const STAFF_TIMES: i32 = 10;
/// Bytes.
const MIB: usize = 1024 * 1024;

/// An uploaded photo.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadedFile {
    /// Its id, for `fileIds`.
    #[schema(example = "12")]
    pub file_id: String,
    /// Its type, by content.
    #[schema(example = "image/jpeg")]
    pub mime: String,
    /// Bytes kept.
    pub size: i32,
    /// Pixels as a viewer shows them, turned.
    pub width: i32,
    /// Pixels as a viewer shows them, turned.
    pub height: i32,
}

/// One file.
#[derive(ToSchema)]
#[allow(dead_code, reason = "read by the document only")]
pub struct UploadFileRequest {
    /// The photo: jpeg, png or webp, at most 5 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Upload a photo
///
/// One file a call in the field `file`: jpeg, png or webp, at most 5 MB. Type by content; position, camera and everything
/// else that is not picture are removed. A webp or a progressive jpeg is decoded and becomes a jpeg, or a png where one sees
/// through it; an animation is refused. A jpeg may have 210 million pixels, a png 50, what is decoded 16.7.
/// `HEIC_PHOTO` (415) asks for a jpeg: choose the compressed picture. A slow network is waited
/// for: 15 seconds without a byte end an upload, 10 minutes in all. At most 9 at once of one person (429).
/// A day has room for 100 MiB, each photo as whole ones, for staff ten times as much (`UPLOADS_OF_TODAY`, 429). Unused photos
/// belong to nobody but their uploader, and go after a day.
#[utoipa::path(
    post,
    path = "/files",
    tag = "files",
    params(WriteHeaders),
    request_body(content = UploadFileRequest, content_type = "multipart/form-data"),
    responses((status = 201, description = "Uploaded", body = Envelope<UploadedFile>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/files")]
pub async fn upload_file(
    state: Data<AppState>,
    who: Principal,
    key: HeaderKey,
    req: HttpRequest,
    form: Multipart,
) -> ApiResult<Reply<UploadedFile>> {
    let _upload = state.uploads.begin(who.account(), 1)?;
    wait_for_upload(&req);
    let bytes = read_one(form).await?;
    let key = key.with_body(&bytes, &state.tokens)?;
    if let Some(earlier) = key.replay::<UploadedFile>(&state.store, &who).await? {
        return Ok(created(earlier));
    }
    let turn = state.uploads.turn().await?;
    let photo = tokio::task::spawn_blocking(move || {
        let _until_done = turn;
        inspect_and_strip(&bytes)
    });
    let photo = photo.await.map_err(|e| ApiError::internal(e.to_string()))?.map_err(refused)?;
    keep(&state, &who, &key, photo).await.map(created)
}

/// What a photo takes of this person's day, if that is bounded; each counts as whole MiB, so that none is known by its size.
///
/// # Errors
/// 429 when there is not so much left.
async fn room(state: &AppState, who: &Principal, photo: &Photo) -> ApiResult<Option<Room>> {
    let most = state.config.web.uploads_mib_per_day;
    if most <= 0 {
        return Ok(None);
    }
    let most = if who.roles().is_empty() { most } else { most.saturating_mul(STAFF_TIMES) };
    let mib = i32::try_from(photo.bytes.len().div_ceil(MIB)).unwrap_or(i32::MAX);
    let room = Room { day: day_start(state.clock.now()), mib, most };
    let used = state.store.uploaded(who.account(), room.day).await?;
    if used > most.saturating_sub(mib) { Err(full(most)) } else { Ok(Some(room)) }
}

fn full(most: i32) -> ApiError {
    let why = FieldError::in_both("file", "超出今日上传上限", "more than may be uploaded on a day");
    ApiError { fields: vec![why], ..ApiError::new(Kind::UPLOADS_OF_TODAY) }
        .with_detail(serde_json::json!({"mibPerDay": most}))
}

/// Keeps a photo and answers, once for a key. Its content is noted before it is written, and is looked for when the row is
/// there (`contents.rs`).
async fn keep(state: &AppState, who: &Principal, key: &RequestKey, photo: Photo) -> ApiResult<UploadedFile> {
    let room = room(state, who, &photo).await?;
    state.store.note_loose(photo.sha256.clone()).await?;
    let content: Arc<[u8]> = photo.bytes.into();
    write(state, &photo.sha256, &content).await?;
    let most = room.as_ref().map_or(0, |room| room.most);
    let sha256 = photo.sha256.clone();
    let size = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let new = NewFile {
        owner: who.account(),
        mime: photo.mime.into(),
        size: size(content.len()),
        width: i32::try_from(photo.width).unwrap_or(0),
        height: i32::try_from(photo.height).unwrap_or(0),
        sha256: photo.sha256,
    };
    let uploaded = UploadedFile {
        file_id: String::new(),
        mime: new.mime.clone(),
        size: new.size,
        width: new.width,
        height: new.height,
    };
    let stored = key.answer(who, 201, &uploaded)?;
    let answer = {
        let uploaded = uploaded.clone();
        move |id: FileId| {
            let response = serde_json::to_value(UploadedFile { file_id: id.to_string(), ..uploaded });
            NewAnswer { response: response.unwrap_or_default(), ..stored }
        }
    };
    match state.store.insert_file(new, room, answer).await {
        Ok(Some(id)) => {
            write(state, &sha256, &content).await?;
            Ok(UploadedFile { file_id: id.to_string(), ..uploaded })
        }
        Ok(None) => Err(full(most)),
        // the same key ran beside this request
        Err(e @ StoreError::Taken(Constraint::Idempotency)) => {
            key.replay(&state.store, who).await?.ok_or_else(|| e.into())
        }
        Err(e) => Err(e.into()),
    }
}

fn created(uploaded: UploadedFile) -> Reply<UploadedFile> {
    let location = format!("/api/v1/files/{}", uploaded.file_id);
    Reply::created(uploaded, location)
}

async fn read_one(mut form: Multipart) -> ApiResult<Vec<u8>> {
    use actix_multipart::MultipartError as E;
    let broken = |e: E| match e {
        E::ContentTypeMissing | E::ContentTypeParse | E::ContentTypeIncompatible => {
            ApiError::new(Kind::UNSUPPORTED_MEDIA_TYPE)
        }
        other => ApiError::syntax("file", format!("not a form: {other}")),
    };
    let mut bytes = Vec::new();
    let mut seen = false;
    while let Some(mut field) = form.try_next().await.map_err(broken)? {
        if seen || field.name() != Some("file") {
            return Err(ApiError::field("file", "exactly one field named file"));
        }
        seen = true;
        while let Some(chunk) = field.try_next().await.map_err(broken)? {
            if bytes.len() + chunk.len() > MAX_BYTES {
                return Err(ApiError::new(Kind::PAYLOAD_TOO_LARGE));
            }
            bytes.extend_from_slice(&chunk);
        }
    }
    if seen { Ok(bytes) } else { Err(ApiError::field("file", "required")) }
}

fn refused(e: PhotoError) -> ApiError {
    match e {
        PhotoError::TooLarge => ApiError::new(Kind::PAYLOAD_TOO_LARGE),
        PhotoError::UnknownType => ApiError::new(Kind::UNSUPPORTED_MEDIA_TYPE),
        PhotoError::Heic => ApiError::new(Kind::HEIC_PHOTO),
        PhotoError::TooManyPixels => ApiError::fields(vec![FieldError::in_both(
            "file",
            "照片像素过多（WebP 和渐进式 JPEG 最多 1677 万，PNG 5000 万，JPEG 2.1 亿），请压缩后上传",
            "too many pixels (a WebP or a progressive JPEG may have 16.7 million, a PNG 50, a JPEG 210): upload it compressed",
        )]),
        PhotoError::Damaged => ApiError::fields(vec![FieldError::in_both(
            "file",
            "照片已损坏或不完整，请重新选择",
            "the picture is damaged or not all there: choose it again",
        )]),
    }
}

async fn write(state: &AppState, sha256: &str, bytes: &Arc<[u8]>) -> ApiResult<()> {
    let (target, bytes) = (contents::path(&state.config.data_dir, sha256), bytes.clone());
    tokio::task::spawn_blocking(move || contents::write(&target, &bytes))
        .await
        .map_err(|e| ApiError::internal(e.to_string()))?
        .map_err(|e| ApiError::internal(format!("writing a photo: {e}")))
}
