//! `POST /orders/ask`: how an order stands, for anybody who knows its number and the end of the telephone it was given.

use crate::http::answers::AskErrors;
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::json::Body;
use crate::http::locale::Lang;
use crate::http::time::instant;
use crate::http::wire::{Envelope, Reply};
use crate::order::routes::view::reader::Reader;
use crate::order::routes::view::shown::OfficeView;
use crate::order::routes::view::who;
use crate::state::AppState;
use actix_web::{HttpRequest, post, web::Data};
use domain::order::Words;
use domain::order::number::Typed;
use domain::order::sentence::{Reader as Audience, due};
use domain::words::labelled::Labelled;
use domain::words::phone::four_digits;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest number as it is typed, characters.
const NUMBER_MAX: usize = 40;
/// Longest digits as they are typed, characters.
const DIGITS_MAX: usize = 16;

/// Which order, and that one is somebody it is about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"number": "DL-261122-00123", "phoneLast4": "5678"}))]
pub struct AskOrderRequest {
    /// Its number, whole, with its letters; dashes, widths and leading zeros do not matter.
    #[schema(min_length = 1, max_length = 40)]
    pub number: String,
    /// The last four digits of the telephone that was given with it, an extension left aside.
    #[schema(min_length = 4, max_length = 16)]
    pub phone_last4: String,
}

/// How an order stands: nobody's name, no address, no words of anybody's.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderStanding {
    /// Its number.
    #[schema(example = "DL-261122-00123")]
    pub number: String,
    /// Its state.
    #[schema(example = "pending_check")]
    pub status: String,
    /// Its state in plain words.
    #[schema(example = "办完了，社区正在核实")]
    pub status_text: String,
    /// What happens now, by whom, by when, whom to ask.
    #[schema(
        example = "网格员正在办理，将于11月25日 18:04前办结；如有疑问请联系西郊社区便民服务站，电话09133212345。"
    )]
    pub sentence: String,
    /// By when that is to happen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "2026-11-25T18:04:05.123+08:00")]
    pub due_at: Option<String>,
    /// Whom to call.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub office: Option<OfficeView>,
}

/// Ask by number and phone
///
/// How an order stands, without a log-in: for callers who have no account. No such order, one without a telephone, a fully
/// anonymous one and wrong digits get the same answer (404). After five wrong tries an order answers nobody for a day, and says
/// nothing of it; after twenty in an hour a network waits (429).
#[utoipa::path(
    post,
    path = "/orders/ask",
    tag = "orders",
    request_body = AskOrderRequest,
    responses((status = 200, description = "How it stands", body = Envelope<OrderStanding>), AskErrors),
    security(()),
)]
#[post("/orders/ask")]
pub async fn ask_order(
    state: Data<AppState>,
    req: HttpRequest,
    request: Body<AskOrderRequest>,
    lang: Lang,
) -> ApiResult<Reply<OrderStanding>> {
    let (number, last_four) = asked(&request.0)?;
    let from = state.client(&req);
    let question = state.asks.begin(&state.tokens, &number, from, state.clock.now());
    let question = question.inspect_err(|_wait| state.metrics.limited())?;
    // an order that answers nobody costs what any other does
    let found = state.store.asked(number, last_four).await;
    let found = found.inspect_err(|_unasked| state.asks.take_back(&question))?;
    let id = found.filter(|_| question.is_open).ok_or_else(|| ApiError::new(Kind::NOT_FOUND))?;
    state.asks.take_back(&question);
    let case = state.store.read_case(id, None).await?;
    let order = &case.loaded.order;
    let detail = state.store.detail(order.clone(), None).await?;
    let audience = if order.reporter.is_some() { Audience::Resident } else { Audience::Caller };
    let reader = Reader {
        who: None,
        audience,
        staff: false,
        hidden: true,
        whole: true,
        words: Words::Redacted,
        frozen: None,
        lang,
    };
    let (status_text, sentence) = who::status_and_sentence(&reader, &case, &detail);
    Ok(Reply::ok(OrderStanding {
        number: case.loaded.number.clone(),
        status: order.status.as_str().into(),
        status_text,
        sentence,
        due_at: due(order).map(instant),
        office: OfficeView::of(&detail.around.office),
    }))
}

/// The number as it is written, and the digits.
fn asked(request: &AskOrderRequest) -> ApiResult<(String, String)> {
    let short = |text: &str, max: usize| text.chars().count() <= max;
    let number = Typed::read(&request.number).filter(|_| short(&request.number, NUMBER_MAX));
    let number = number.and_then(|typed| typed.whole());
    let number =
        number.ok_or_else(|| ApiError::field("number", "a whole order number such as DL-261122-00123"))?;
    let digits = four_digits(&request.phone_last4).filter(|_| short(&request.phone_last4, DIGITS_MAX));
    let digits =
        digits.ok_or_else(|| ApiError::field("phoneLast4", "the last four digits of a telephone"))?;
    Ok((number, digits))
}
