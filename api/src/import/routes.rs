//! `POST /import/areas` and `POST /import/staff`: a table as the body, CSV or XLSX.

use crate::files::uploads::Upload;
use crate::http::answers::{WriteErrors, WriteHeaders};
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::locale::Lang;
use crate::http::paths::Endpoints;
use crate::http::patience::wait_for_upload;
use crate::http::wire::{Envelope, Reply};
use crate::identity::keyed::{HeaderKey, RequestKey};
use crate::identity::password;
use crate::identity::principal::Principal;
use crate::identity::token::Tokens;
use crate::import::bulk;
use crate::import::bulk::staff::{FirstLogIn, FirstPassword, StaffImported};
use crate::import::bulk::{Authority, Imported};
use crate::import::table::MAX_BYTES;
use crate::state::AppState;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, post};
use domain::people::{Role, RoleSet};
use futures_util::StreamExt;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// Files of areas and staff.
pub fn endpoints(v1: &mut impl Endpoints) {
    v1.service(import_areas);
    v1.service(import_staff);
}

/// What browsers call a table: CSV under its own name and those that offices' programs gave it, and XLSX.
const TABLES: [&str; 9] = [
    "text/csv",
    "text/plain",
    "text/x-csv",
    "text/comma-separated-values",
    "text/tab-separated-values",
    "application/csv",
    "application/octet-stream",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
];

/// Places that an import takes among the uploads: it is four times as large as a photo.
const PLACES: u32 = 4;

/// The whole body of an uploaded table, which may be larger than other bodies and take as long as a photo.
async fn file(
    state: &AppState,
    who: &Principal,
    req: &HttpRequest,
    mut payload: Payload,
) -> ApiResult<(Vec<u8>, Upload)> {
    let mime = req.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
    let mime = mime.split(';').next().unwrap_or("").trim();
    if !TABLES.iter().any(|table| mime.eq_ignore_ascii_case(table)) {
        return Err(ApiError::new(Kind::UNSUPPORTED_MEDIA_TYPE));
    }
    let upload = state.uploads.begin(who.account(), PLACES)?;
    wait_for_upload(req);
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk =
            chunk.map_err(|e| ApiError::syntax("body", format!("the body did not arrive whole: {e}")))?;
        if bytes.len() + chunk.len() > MAX_BYTES {
            return Err(ApiError::new(Kind::PAYLOAD_TOO_LARGE));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((bytes, upload))
}

/// Import areas
///
/// A table (XLSX, or CSV in UTF-8 or GBK, at most 20 MB; CSV may also come as `text/plain` or `application/vnd.ms-excel`, as
/// browsers send it) with the columns `level, code, name, parent_code` and, if wanted,
/// `display_name, aliases, grid_class, lng, lat, number_prefix, office_name, office_phone`, in English or Chinese. Areas are known by their code:
/// one that is there is changed. Either all rows are written or none: then `detail.rows` names every bad one with
/// line, field, reason and value.
#[utoipa::path(
    post, path = "/import/areas", tag = "admin",
    params(WriteHeaders),
    request_body(content = String, content_type = "text/csv", example = "level,code,name,parent_code\ngrid,610523001001-03,东城三网格,610523001001\n"),
    responses((status = 200, description = "Imported", body = Envelope<Imported>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/import/areas")]
pub async fn import_areas(
    state: Data<AppState>,
    who: Principal,
    req: HttpRequest,
    key: HeaderKey,
    body: Payload,
    lang: Lang,
) -> ApiResult<Reply<Imported>> {
    who.require(RoleSet::of(&[Role::Admin]))?;
    let (bytes, _upload) = file(&state, &who, &req, body).await?;
    let key = key.with_body(&bytes, &state.tokens)?;
    if let Some(earlier) = key.replay(&state.store, &who).await? {
        return Ok(Reply::ok(earlier));
    }
    let done =
        bulk::areas::import(&state.importer(), Authority::Admin(&who), bytes, Some((&key, &who))).await;
    done.map(Reply::ok).map_err(|refused| refused.into_error(lang))
}

/// What an import of staff did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportStaffResult {
    /// How many.
    #[serde(flatten)]
    pub counts: Imported,
    /// The one-time passwords of new people; none where a shared one was given. Told here only (and to a retry with
    /// the same key).
    pub passwords: Vec<FirstLogIn>,
}

/// Headers of an import of staff.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "read by the document only")]
pub struct SharedPasswordHeader {
    /// One first password for all new people, to be changed at the first log-in; needed for more than 300 of them.
    #[param(
        rename = "Shared-Password",
        example = "Dali-2026-start",
        min_length = 8,
        max_length = 128,
        required = false
    )]
    shared_password: Option<String>,
}

fn first_password(req: &HttpRequest) -> ApiResult<FirstPassword> {
    let Some(value) = req.headers().get("shared-password") else { return Ok(FirstPassword::Each) };
    let text = value.to_str().map_err(|_bytes| ApiError::syntax("Shared-Password", "plain text only"))?;
    Ok(FirstPassword::Shared { password: password::shared("Shared-Password", text)?, must_change: true })
}

/// Import staff
///
/// A table (XLSX, or CSV in UTF-8 or GBK, at most 20 MB) with the columns `login, name, role` and, if wanted, `phone, area_code,
/// unit_name, team_name, employment`, in English or Chinese; a person with several roles stands in several rows. People
/// are known by their log-in name: one who is there gets name, phone and further roles; an import takes no role away.
/// Either all rows are written or none: then `detail.rows` names every bad one.
#[utoipa::path(
    post, path = "/import/staff", tag = "admin",
    params(WriteHeaders, SharedPasswordHeader),
    request_body(content = String, content_type = "text/csv", example = "login,name,role,area_code\nwang.xm,王小明,网格员,610523001001-03\n"),
    responses((status = 200, description = "Imported", body = Envelope<ImportStaffResult>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/import/staff")]
pub async fn import_staff(
    state: Data<AppState>,
    who: Principal,
    req: HttpRequest,
    key: HeaderKey,
    body: Payload,
    lang: Lang,
) -> ApiResult<Reply<ImportStaffResult>> {
    who.require(RoleSet::of(&[Role::Admin]))?;
    let first = first_password(&req)?;
    let (bytes, _upload) = file(&state, &who, &req, body).await?;
    let key = key.with_body(&bytes, &state.tokens)?;
    let done = match key.replay(&state.store, &who).await? {
        Some(earlier) => earlier,
        None => staff(&state, &who, &key, bytes, first, lang).await?,
    };
    with_passwords(&state, &who, &key, done).map(Reply::ok)
}

async fn staff(
    state: &AppState,
    who: &Principal,
    key: &RequestKey,
    bytes: Vec<u8>,
    first: FirstPassword,
    lang: Lang,
) -> ApiResult<StaffImported> {
    let one_time = derived(&state.tokens, who, key);
    let done = bulk::staff::import(
        &state.importer(),
        Authority::Admin(who),
        bytes,
        first,
        one_time,
        Some((key, who)),
    )
    .await;
    done.map_err(|refused| refused.into_error(lang))
}

fn with_passwords(
    state: &AppState,
    who: &Principal,
    key: &RequestKey,
    done: StaffImported,
) -> ApiResult<ImportStaffResult> {
    let one_time = derived(&state.tokens, who, key);
    let passwords = done.logins.into_iter().map(|login| {
        let password = one_time(&login)?;
        Ok(FirstLogIn { login, password })
    });
    Ok(ImportStaffResult { counts: done.counts, passwords: passwords.collect::<ApiResult<_>>()? })
}

/// A one-time password for a request: its retry gets the same.
fn derived<'a>(
    tokens: &'a Tokens,
    who: &'a Principal,
    key: &'a RequestKey,
) -> impl Fn(&str) -> ApiResult<String> + 'a {
    move |login| password::derived(tokens, who, key.as_str(), &format!("import:{login}"))
}
