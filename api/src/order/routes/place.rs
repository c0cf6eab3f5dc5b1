//! Placing an order (点单), by a resident or by staff for somebody (建单).

mod done;
mod request;
mod words;

use crate::http::answers::{WriteErrors, WriteHeaders};
use crate::http::error::ApiResult;
use crate::http::locale::Lang;
use crate::http::wire::{Envelope, Reply};
use crate::identity::keyed::Keyed;
use crate::identity::keyed::nameless::Nameless;
use crate::identity::principal::Principal;
use crate::order::apply::{CommandResult, placing};
use crate::state::AppState;
use actix_web::post;
use actix_web::web::Data;
use domain::catalogue::Anonymity;
use persistence::StoreError;
use request::PlaceOrderRequest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A placed order.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlacedOrder {
    /// The order.
    #[serde(flatten)]
    pub order: CommandResult,
    /// Fully anonymous orders only: with it anyone may ask how the order stands. Given once, kept nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "Zk3mP0aQ7x")]
    pub query_code: Option<String>,
}

/// Place an order (点单)
///
/// A resident places it for themself or for somebody; staff take it for somebody (建单) by naming a channel. Items
/// that need no review are accepted at once, those with automatic dispatch are offered at once. Refused where nobody would
/// have to act: neither the area nor one above it has a dispatcher whom it is not about (422 `NOBODY_OVERSEES`). Where only
/// those dispatch whom it is about, it comes into the inbox of the nearest area above where somebody else does.
#[utoipa::path(
    post,
    path = "/orders",
    tag = "orders",
    params(WriteHeaders),
    request_body = PlaceOrderRequest,
    responses((status = 201, description = "Placed", body = Envelope<PlacedOrder>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/orders")]
pub async fn place_order(
    state: Data<AppState>,
    who: Principal,
    request: Keyed<PlaceOrderRequest>,
    lang: Lang,
) -> ApiResult<Reply<PlacedOrder>> {
    let Keyed { body, key } = request;
    let anonymous = body.anonymity == Some(Anonymity::Anonymous);
    let codes = anonymous.then(|| state.tokens.query_codes(who.account(), key.as_str())).transpose()?;
    let codes = codes.unwrap_or_default();
    let key = Nameless::of(key, &who, &state.tokens)?;
    let draft = words::draft(&body, codes.first().cloned())?;
    let placed = placing::place_order(&state.shell, &who, draft, &key).await?;
    let code = given(&state, codes, &placed.id).await?;
    let location = format!("/api/v1/orders/{}", placed.id);
    Ok(Reply::created(PlacedOrder { order: placed.localised(lang), query_code: code }, location))
}

/// Which of these codes the order was given. Only a retry after a change of secrets has more than one to choose from.
async fn given(state: &AppState, codes: Vec<String>, order: &str) -> ApiResult<Option<String>> {
    if codes.len() < 2 {
        return Ok(codes.into_iter().next());
    }
    for code in codes {
        match state.store.by_query_code(&code).await {
            Ok(id) if id.to_string() == order => return Ok(Some(code)),
            Ok(_) | Err(StoreError::NotFound) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Ok(None)
}
