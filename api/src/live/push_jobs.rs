//! Pushes that failed (tag "admin"): listed and sent again by administrators of the areas concerned.

use crate::http::answers::{ById, ReadErrors, WriteErrors, WriteHeaders};
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::locale::Lang;
use crate::http::page;
use crate::http::page::limit;
use crate::http::params::{PathId, Query};
use crate::http::time::instant;
use crate::http::wire::NothingMore;
use crate::http::wire::{Envelope, Page, Reply};
use crate::identity::keyed::Keyed;
use crate::identity::principal::Principal;
use crate::identity::saved::{Saved, answer_of, earlier};
use crate::people::rights::{ADMIN, is_chief, see};
use crate::state::AppState;
use actix_web::web::Data;
use actix_web::{get, post};
use domain::news::push::{PushKind, PushState};
use domain::words::labelled::Labelled;
use domain::{AccountId, PushId};
use persistence::engine::unreadable::left_out;
use persistence::news::push::{PushFilter, Resent};
use persistence::news::rows::PushJobRow;
use persistence::{Constraint, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A push: about which order, to whom, and how it stands. `GET /accounts/{id}` says who that is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PushJobView {
    /// Its id.
    #[schema(example = "42")]
    pub id: String,
    /// To whom.
    #[schema(example = "7")]
    pub account_id: String,
    /// The order.
    #[schema(example = "31")]
    pub order_id: String,
    /// What it is about.
    #[schema(value_type = String, pattern = "^(offer|changed)$", example = "offer")]
    pub kind: PushKind,
    /// For people.
    #[schema(example = "派单通知")]
    pub kind_text: String,
    /// How it stands.
    #[schema(value_type = String, pattern = "^(waiting|sent|moot|dead)$", example = "dead")]
    pub state: PushState,
    /// For people.
    #[schema(example = "发送失败")]
    pub state_text: String,
    /// Times it was tried since it was made, or last sent again.
    #[schema(example = 6)]
    pub attempts: i32,
    /// Why the last try failed: `timeout`, `unreachable`, `inner_address`, `redirect`, `status_500` …
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "status_500")]
    pub last_error: Option<String>,
    /// When it was made.
    #[schema(example = "2026-11-22T18:04:05.123+08:00")]
    pub created_at: String,
    /// When it is tried next, or was tried last.
    #[schema(example = "2026-11-22T18:04:05.123+08:00")]
    pub due_at: String,
}

impl PushJobView {
    /// Nothing of a row of a later version: it is named in the log, and the others are shown.
    fn of(row: PushJobRow, lang: Lang) -> Option<Self> {
        let (Some(kind), Some(state)) = (PushKind::parse(&row.kind), PushState::parse(&row.state)) else {
            left_out("push", row.id, "an unknown word");
            return None;
        };
        Some(Self {
            id: row.id.to_string(),
            account_id: row.account_id.to_string(),
            order_id: row.order_id.to_string(),
            kind,
            kind_text: lang.label(kind).into(),
            state,
            state_text: lang.label(state).into(),
            attempts: row.attempts,
            last_error: row.last_error,
            created_at: instant(row.created_at.0),
            due_at: instant(row.due_at.0),
        })
    }
}

/// Which pushes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListPushJobsQuery {
    /// How they stand: `dead` (default), `waiting`, `sent` or `moot`.
    #[param(pattern = "^(waiting|sent|moot|dead)$")]
    state: Option<String>,
    /// From `nextCursor` of the page before.
    #[param(max_length = 64)]
    cursor: Option<String>,
    /// Rows of a page, 1 … 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// List pushes
///
/// Those to people with a role in the areas administered (to residents: for administrators of a top area), the latest
/// first. Sent ones are kept for 7 days, those given up for 30.
#[utoipa::path(
    get, path = "/push-jobs", tag = "admin",
    params(ListPushJobsQuery),
    responses((status = 200, description = "A page", body = Envelope<Page<PushJobView>>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/push-jobs")]
pub async fn list_push_jobs(
    state: Data<AppState>,
    who: Principal,
    query: Query<ListPushJobsQuery>,
    lang: Lang,
) -> ApiResult<Reply<Page<PushJobView>>> {
    who.require(ADMIN)?;
    let wanted = query.0.state.as_deref().map_or(Some(PushState::Dead), PushState::parse);
    let limit = limit(query.0.limit)?;
    let rows = state
        .store
        .push_jobs(PushFilter {
            state: wanted.ok_or_else(|| ApiError::syntax("state", "an unknown state"))?,
            paths: who.root_paths(ADMIN),
            roleless_too: is_chief(&who),
            before: page::after_id(query.0.cursor.as_deref())?,
            limit: limit + 1,
        })
        .await?;
    let page = page::page(rows, limit, |row| row.id.to_string(), |row| row);
    let list = page.list.into_iter().filter_map(|row| PushJobView::of(row, lang)).collect();
    Ok(Reply::ok(Page { list, next_cursor: page.next_cursor, has_more: page.has_more, total: page.total }))
}

/// Send a push again
///
/// One that was given up gets all its tries once more, at once; it is put aside when nobody needs it any more. 409
/// `PUSH_NOT_DEAD` for one that was not given up, 409 `PUSH_OFF` where no receiver is configured.
#[utoipa::path(
    post, path = "/push-jobs/{id}/resend", tag = "admin",
    params(ById, WriteHeaders),
    request_body = NothingMore,
    responses((status = 200, description = "It waits to be sent", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/push-jobs/{id}/resend")]
pub async fn resend_push(
    state: Data<AppState>,
    who: Principal,
    push: PathId<PushId>,
    request: Keyed<NothingMore>,
) -> ApiResult<Reply<Saved>> {
    who.require(ADMIN)?;
    let row = state.store.push_job(push.0).await?;
    see(&state.store, &who, AccountId(row.account_id)).await?;
    if earlier::<PushId>(&state.store, &who, &request.key).await?.is_some() {
        return Ok(Reply::ok(Saved::of(row.id)));
    }
    if state.push.is_none() {
        return Err(ApiError::new(Kind::PUSH_OFF));
    }
    match state.store.resend_push(push.0, answer_of(&request.key, &who, 200)).await {
        Ok(Resent::Done) => state.pushes.notify_one(),
        // a retry that ran beside this one did it
        Ok(Resent::NotDead) | Err(StoreError::Taken(Constraint::Idempotency)) => {
            earlier::<PushId>(&state.store, &who, &request.key)
                .await?
                .ok_or_else(|| ApiError::new(Kind::PUSH_NOT_DEAD))?;
        }
        Err(e) => return Err(e.into()),
    }
    Ok(Reply::ok(Saved::of(row.id)))
}
