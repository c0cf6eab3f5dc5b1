//! On and off duty (上岗/下岗): off duty, offers to groups are neither sent nor pushed. What is directed to a person, and
//! the orders they follow, reach them all the same.

use crate::http::answers::{ReadErrors, WriteErrors, WriteHeaders};
use crate::http::error::ApiResult;
use crate::http::time::instant;
use crate::http::wire::{Envelope, Reply};
use crate::identity::keyed::Keyed;
use crate::identity::principal::Principal;
use crate::state::AppState;
use actix_web::web::Data;
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether one is on duty.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Duty {
    /// Whether offers to groups are sent.
    pub on_duty: bool,
    /// Since when; none when it was never said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub since: Option<String>,
}

/// Am I on duty
///
/// Whoever never said is.
#[utoipa::path(
    get,
    path = "/me/duty",
    tag = "live",
    responses((status = 200, description = "On or off", body = Envelope<Duty>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/me/duty")]
pub async fn get_my_duty(state: Data<AppState>, who: Principal) -> ApiResult<Reply<Duty>> {
    let (on_duty, since) = state.store.duty(who.account()).await?;
    Ok(Reply::ok(Duty { on_duty, since: since.map(instant) }))
}

/// On or off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"onDuty": false}))]
pub struct SetDutyRequest {
    /// Whether offers to groups are to be sent.
    pub on_duty: bool,
}

/// Go on or off duty (上岗/下岗)
///
/// Takes effect on open sockets at once. One may claim off duty: eligibility follows from roles alone.
#[utoipa::path(
    put,
    path = "/me/duty",
    tag = "live",
    params(WriteHeaders),
    request_body = SetDutyRequest,
    responses((status = 200, description = "Set", body = Envelope<Duty>), WriteErrors),
    security(("bearer" = [])),
)]
#[put("/me/duty")]
pub async fn set_my_duty(
    state: Data<AppState>,
    who: Principal,
    request: Keyed<SetDutyRequest>,
) -> ApiResult<Reply<Duty>> {
    if let Some(answer) = request.key.replay(&state.store, &who).await? {
        return Ok(Reply::ok(answer));
    }
    let on_duty = request.body.on_duty;
    let since = state.store.now().await?;
    let duty = Duty { on_duty, since: Some(instant(since)) };
    let answer = request.key.answer(&who, 200, &duty)?;
    state.store.set_duty(who.account(), on_duty, since, Box::new(move |_| Some(answer))).await?;
    state.hub.mark_moved(&[who.account()]);
    Ok(Reply::ok(duty))
}
