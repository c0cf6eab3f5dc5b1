//! `POST /orders/search`: the orders of somebody who calls. It reads personal data, and is logged and limited like it.

use super::list::row::OrderListItem;
use super::list::told::{self, reader};
use crate::http::answers::WriteErrors;
use crate::http::error::{ApiError, ApiResult, ErrorBody, Kind};
use crate::http::fields::optional_phone;
use crate::http::json::Body;
use crate::http::locale::Lang;
use crate::http::request_id::RequestId;
use crate::http::time::instant;
use crate::http::wire::{Envelope, Reply};
use crate::identity::principal::Principal;
use crate::order::apply;
use crate::order::apply::Sight;
use crate::order::routes::view::is_hidden_from;
use crate::state::AppState;
use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use domain::OrderId;
use domain::catalogue::Anonymity;
use domain::people::{Role, RoleSet};
use domain::words::mask::mask_phone;
use persistence::engine::unreadable::left_out;
use persistence::order::readings::{Allowance, PhoneSearch};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who takes calls, and so may look for the orders of whoever calls.
const CALLED: RoleSet = RoleSet::of(&[Role::Dispatcher]);
/// Orders of an answer.
const SHOWN: usize = 20;

/// Whose orders.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"phone": "13812345678"}))]
pub struct SearchOrdersRequest {
    /// The telephone number, however it is written; a landline is found with and without its area code.
    #[schema(max_length = 40, pattern = r"\S", example = "13812345678")]
    pub phone: String,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrdersOfPhone {
    /// The newest orders with this phone, at most 20.
    pub list: Vec<OrderListItem>,
    /// Whether there are older ones.
    pub has_more: bool,
}

/// Look for the orders of a phone
///
/// For dispatchers, in the areas where they are: the orders whose contact has this number. Orders whose contact is hidden
/// from the reader are not found. Each search is logged (`GET /contact-reads`), whether or not it finds anything; 20 an hour
/// and 100 in 24 hours are allowed, after which 429 `SEARCHES_USED_UP` says until when (`Retry-After`, `detail.until`).
#[utoipa::path(
    post,
    path = "/orders/search",
    tag = "orders",
    request_body = SearchOrdersRequest,
    responses(
        (status = 200, description = "The orders", body = Envelope<OrdersOfPhone>),
        (status = 429, description = "Too many searches; `Retry-After` says how long to wait", body = ErrorBody),
        WriteErrors,
    ),
    security(("bearer" = [])),
)]
#[post("/orders/search")]
pub async fn search_orders(
    state: Data<AppState>,
    who: Principal,
    body: Body<SearchOrdersRequest>,
    lang: Lang,
    req: HttpRequest,
) -> ApiResult<Reply<OrdersOfPhone>> {
    who.require(CALLED)?;
    let phone = optional_phone("phone", Some(&body.0.phone))?
        .ok_or_else(|| ApiError::field("phone", "required"))?
        .to_string();
    let search = PhoneSearch {
        account: who.account(),
        hashes: state.store.keyring().lookup_hashes(&phone),
        masked: mask_phone(&phone),
        areas: who.rooted(CALLED),
        request_id: RequestId::of(&req).as_str().into(),
    };
    if let Allowance::UsedUp { next, wait } = state.store.log_phone_search(search.clone()).await? {
        let seconds = u32::try_from(wait.num_seconds()).unwrap_or(0).saturating_add(1);
        let detail = serde_json::json!({ "until": instant(next) });
        return Err(ApiError::new(Kind::SEARCHES_USED_UP).with_detail(detail).retry_after(seconds));
    }
    let (lines, has_more) = state.store.orders_of_phone(search, SHOWN, reader(&who)).await?;
    let mut shown = Vec::new();
    for line in lines {
        if is_shown(&state, &who, line.order.id).await? {
            shown.push(line);
        }
    }
    Ok(Reply::ok(OrdersOfPhone { list: told::rows(&state, &who, shown, lang).await?, has_more }))
}

/// Whether this person, who opens the order, is shown its contact (masked). One that cannot be read is left out.
async fn is_shown(state: &AppState, who: &Principal, id: OrderId) -> ApiResult<bool> {
    match apply::look(&state.shell, who, id).await {
        Ok(seen) => Ok(seen.sight == Sight::Whole
            && seen.case.loaded.order.anonymity != Anonymity::Anonymous
            && !is_hidden_from(who, &seen.case, seen.sight)),
        Err(e) if e.kind == Kind::NOT_FOUND => Ok(false),
        Err(e) if e.kind == Kind::INTERNAL => {
            left_out("order", id.0, e.cause.as_deref().unwrap_or_default());
            Ok(false)
        }
        Err(e) => Err(e),
    }
}
