//! Claiming (秒认领): the hot path. No idempotency table: the same (order, attempt, person) always gets the same
//! answer, whatever the key (QUEUE.md).

use crate::http::answers::{ById, WriteErrors};
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::json::Body;
use crate::http::params::PathId;
use crate::http::time::instant;
use crate::http::wire::{Envelope, Reply};
use crate::identity::principal::Principal;
use crate::order::claiming::Answered;
use crate::state::AppState;
use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use domain::OrderId;
use domain::order::Status;
use persistence::order::claims::{ClaimAsk, Outcome, Win};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A claim.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"attempt": 1}))]
pub struct ClaimOrderRequest {
    /// The attempt of the offer that was seen.
    #[schema(minimum = 1)]
    pub attempt: i32,
}

/// A won claim.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WonClaim {
    /// The order.
    #[schema(example = "42")]
    pub id: String,
    /// The attempt that was won.
    pub attempt: i32,
    /// `won`.
    #[schema(example = "won")]
    pub result: String,
    /// Whether it is held still: `false` when it was given up since, by its holder or for want of contact.
    #[schema(example = true)]
    pub held: bool,
    /// The slot won; 1 is the lead's.
    pub slot: i32,
    /// When it was won.
    #[schema(example = "2026-11-22T18:04:05.123+08:00")]
    pub at: String,
    /// The order's version.
    pub version: i32,
}

/// Claim (认领)
///
/// Exactly one claim wins a slot. 200: won (and again 200 on every retry, with
/// `held: false` once it was given up). 409 `ORDER_ALREADY_CLAIMED` names the winner,
/// masked; 409 `OFFER_GONE`; 403 `NOT_ELIGIBLE`; 503 `CLAIM_RETRY`: ask again with the same attempt.
#[utoipa::path(
    post,
    path = "/orders/{id}/claim",
    tag = "claims",
    params(ById),
    request_body = ClaimOrderRequest,
    responses((status = 200, description = "Won", body = Envelope<WonClaim>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/orders/{id}/claim")]
pub async fn claim_order(
    state: Data<AppState>,
    who: Principal,
    order: PathId<OrderId>,
    body: Body<ClaimOrderRequest>,
    req: HttpRequest,
) -> ApiResult<Reply<WonClaim>> {
    take(&state, &who, order, body.0.attempt, Status::Pooled, &req).await
}

/// Acknowledge (签收)
///
/// The assignee of a directed order takes it; for a team or unit, its first member. Answers as a claim does.
#[utoipa::path(
    post,
    path = "/orders/{id}/acknowledge",
    tag = "claims",
    params(ById),
    request_body = ClaimOrderRequest,
    responses((status = 200, description = "Won", body = Envelope<WonClaim>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/orders/{id}/acknowledge")]
pub async fn acknowledge_order(
    state: Data<AppState>,
    who: Principal,
    order: PathId<OrderId>,
    body: Body<ClaimOrderRequest>,
    req: HttpRequest,
) -> ApiResult<Reply<WonClaim>> {
    take(&state, &who, order, body.0.attempt, Status::Assigned, &req).await
}

async fn take(
    state: &AppState,
    who: &Principal,
    order: PathId<OrderId>,
    attempt: i32,
    from: Status,
    req: &HttpRequest,
) -> ApiResult<Reply<WonClaim>> {
    let key = req.headers().get("idempotency-key").and_then(|v| v.to_str().ok()).filter(|k| k.len() <= 128);
    let order = order.0;
    let ask = ClaimAsk { order, attempt, account: who.account(), from, key: key.map(Into::into) };
    let answered = state.claims.claim(ask, None).await?;
    answer(order, attempt, answered)
}

fn answer(order: OrderId, attempt: i32, answered: Answered) -> ApiResult<Reply<WonClaim>> {
    match answered.outcome {
        Outcome::Won(Win { version, slot, at, held, .. }) => {
            let id = order.to_string();
            Ok(Reply::ok(WonClaim {
                id,
                attempt,
                result: "won".into(),
                held,
                slot,
                at: instant(at),
                version,
            }))
        }
        Outcome::Lost { at, version, .. } => {
            let by = answered.by.unwrap_or_default();
            let detail =
                serde_json::json!({ "result": "lost", "by": by, "at": instant(at), "version": version });
            Err(ApiError::new(Kind::ORDER_ALREADY_CLAIMED).with_detail(detail))
        }
        Outcome::Gone { version } => Err(ApiError::new(Kind::OFFER_GONE)
            .with_detail(serde_json::json!({ "result": "gone", "version": version }))),
        Outcome::Suspended { until } => {
            Err(ApiError::new(Kind::SUSPENDED).with_detail(serde_json::json!({ "until": instant(until) })))
        }
        Outcome::NotEligible => Err(ApiError::new(Kind::NOT_ELIGIBLE)),
        Outcome::CoolingDown { until } => {
            Err(ApiError::new(Kind::COOLING_DOWN).with_detail(serde_json::json!({ "until": instant(until) })))
        }
        Outcome::Retry => Err(ApiError::new(Kind::CLAIM_RETRY)),
    }
}
