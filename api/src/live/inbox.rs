//! `GET /inbox`: the same messages by long poll, for phones whose sockets do not live; `POST /inbox/ack`.

use crate::http::answers::{ReadErrors, WriteErrors};
use crate::http::error::{ApiError, ApiResult};
use crate::http::json::Body;
use crate::http::params::Query;
use crate::http::wire::{Envelope, Reply};
use crate::identity::principal::Principal;
use crate::news::live::frame::Frame;
use crate::news::live::hub::name;
use crate::news::live::reader::Cursor;
use crate::news::live::reader::Reader;
use crate::order::told::message::Message;
use crate::state::AppState;
use actix_web::web::Data;
use actix_web::{get, post};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use utoipa::{IntoParams, ToSchema};

/// Longest wait, seconds: below the request's own limit and what proxies allow.
const WAIT_MAX: u64 = 25;
/// Longest cursor: of whoever belongs to 2,000 scopes.
const CURSOR_MAX: usize = 32 * 1024;

/// Where the client stands.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InboxQuery {
    /// From the answer before; it also says that everything up to it was received. None: start with the open offers.
    #[param(max_length = 32768, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
    /// Seconds to wait for something new, 0 … 25; default 0.
    #[param(minimum = 0, maximum = 25)]
    wait: Option<u64>,
}

/// What is new.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Inbox {
    /// The messages, oldest first within each scope; empty when nothing came.
    #[schema(value_type = Vec<Message>)]
    pub messages: Vec<Box<RawValue>>,
    /// Ask again with it.
    pub cursor: String,
}

/// Poll the inbox
///
/// The long-poll twin of the socket: answers at once when something is new since `cursor`, else within `wait` seconds.
/// A worker's offers and their ends, a resident's own orders, a dispatcher's inbox.
#[utoipa::path(
    get,
    path = "/inbox",
    tag = "live",
    params(InboxQuery),
    responses((status = 200, description = "What is new", body = Envelope<Inbox>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/inbox")]
pub async fn poll_inbox(
    state: Data<AppState>,
    who: Principal,
    query: Query<InboxQuery>,
) -> ApiResult<Reply<Inbox>> {
    let cursor = query.0.cursor.as_deref().map(parse).transpose()?.unwrap_or_default();
    let wait = query.0.wait.unwrap_or(0);
    if wait > WAIT_MAX {
        return Err(ApiError::syntax("wait", "0 … 25"));
    }
    let until = Instant::now() + Duration::from_secs(wait);
    let state = state.into_inner();
    let (mut reader, mut frames) = Reader::open(state.scribe.clone(), who, &cursor).await?;
    reader.acknowledge(&cursor);
    // the welcome is news only to whoever stood elsewhere
    if frames.len() == 1 && cursor.0.keys().eq(reader.cursor().0.keys()) {
        frames.clear();
    }
    let woken = reader.client.woken.clone();
    loop {
        frames.extend(reader.collect().await?);
        let waits = frames.is_empty() && !state.hub.is_stopping();
        if !waits || timeout_at(until, woken.notified()).await.is_err() {
            break;
        }
    }
    let raw = |frame: &Frame| serde_json::from_slice(frame.json());
    let messages = frames.iter().map(raw).collect::<Result<_, _>>();
    let messages = messages.map_err(|e| ApiError::internal(e.to_string()))?;
    Ok(Reply::ok(Inbox { messages, cursor: write(&reader.cursor())? }))
}

/// What was received.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"cursor": "eyJhNTAxIjpbImUwIiw4ODMxXX0"}))]
pub struct AckInboxRequest {
    /// From an answer of `GET /inbox`.
    #[schema(max_length = 32768, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: String,
}

/// Received.
#[derive(Debug, Serialize, ToSchema)]
pub struct Acknowledged {
    /// How many scopes it was noted for.
    pub scopes: u32,
}

/// Acknowledge the inbox
///
/// Says that everything up to the cursor was received: no push follows for it. Never goes back, so it needs no
/// idempotency key.
#[utoipa::path(
    post,
    path = "/inbox/ack",
    tag = "live",
    request_body = AckInboxRequest,
    responses((status = 200, description = "Noted", body = Envelope<Acknowledged>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/inbox/ack")]
pub async fn acknowledge_inbox(
    state: Data<AppState>,
    who: Principal,
    request: Body<AckInboxRequest>,
) -> ApiResult<Reply<Acknowledged>> {
    let cursor = parse(&request.0.cursor)?;
    let epoch: Arc<str> = state.store.epoch().await?.into();
    let mut scopes = 0;
    for of in state.store.memberships(who.account()).await? {
        if let Some((_, seq)) = cursor.0.get(&name(&of)).filter(|(given, _)| **given == *epoch) {
            state.hub.acknowledge(&epoch, who.account(), of.scope, (*seq).clamp(0, of.head));
            scopes += 1;
        }
    }
    Ok(Reply::ok(Acknowledged { scopes }))
}

fn parse(text: &str) -> ApiResult<Cursor> {
    let bytes = Some(text).filter(|t| t.len() <= CURSOR_MAX).and_then(|t| URL_SAFE_NO_PAD.decode(t).ok());
    let read = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    match read.ok_or_else(|| ApiError::syntax("cursor", "not one of ours"))? {
        Written::Each(cursor) => Ok(cursor),
        Written::ByEpoch(epochs) => {
            let of = |(epoch, numbers): (String, BTreeMap<String, i64>)| {
                numbers.into_iter().map(move |(scope, seq)| (scope, (epoch.clone(), seq)))
            };
            Ok(Cursor(epochs.into_iter().flat_map(of).collect()))
        }
    }
}

/// A cursor as it is written: the epoch once and not with every scope. Earlier versions wrote it with each.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    ByEpoch(BTreeMap<String, BTreeMap<String, i64>>),
    Each(Cursor),
}

fn write(cursor: &Cursor) -> ApiResult<String> {
    let mut epochs: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for (scope, (epoch, seq)) in &cursor.0 {
        epochs.entry(epoch.clone()).or_default().insert(scope.clone(), *seq);
    }
    let written = Written::ByEpoch(epochs);
    let text = serde_json::to_vec(&written).map_err(|e| ApiError::internal(e.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(text))
}
