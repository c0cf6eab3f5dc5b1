//! The signed-in person's orders, offers and badges.

use crate::http::answers::ReadErrors;
use crate::http::error::{ApiError, ApiResult};
use crate::http::locale::Lang;
use crate::http::page::{cursor, limit, parse_cursor};
use crate::http::params::Query;
use crate::http::time::instant;
use crate::http::wire::{Envelope, Page, Reply};
use crate::identity::principal::Principal;
use crate::order::routes::read::former;
use crate::order::routes::read::list::page;
use crate::order::routes::read::list::row::OrderListItem;
use crate::order::told::message::left_ms;
use crate::state::AppState;
use actix_web::get;
use actix_web::web::Data;
use domain::OrderId;
use domain::order::{Status, read_since};
use domain::organisation::Assignee;
use domain::words::labelled::Labelled;
use persistence::order::listing::{ListFilter, Source};
use persistence::order::values::Brief;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Offers that a badge counts at most.
const OFFERS_COUNTED: i64 = 50;

/// Which of one's orders.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MyOrdersQuery {
    /// `resident` (default): reported by or for me; `handler`: claimed by me; `creator`: taken by me for somebody;
    /// `former`: I, my unit, team or area took part in it and do no more (each as it was then).
    #[param(pattern = "^(resident|handler|creator|former)$")]
    part: Option<String>,
    /// A state. Not for `former`.
    #[param(pattern = "^[a-z_]+$")]
    status: Option<String>,
    /// From `nextCursor` of the page before.
    #[param(max_length = 64, pattern = "^[1-9a-f][0-9a-f]{0,12}[.][1-9a-f][0-9a-f]{0,14}$")]
    cursor: Option<String>,
    /// Rows of a page, 1 … 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// List my orders
///
/// Newest first. What I handled or took for somebody is listed until 30 days after it was finished.
#[utoipa::path(
    get,
    path = "/me/orders",
    tag = "me",
    params(MyOrdersQuery),
    responses(
        (status = 200, description = "A page", body = Envelope<Page<OrderListItem>>),
        (status = 422, description = "`status` beside `part=former`", body = crate::http::error::ErrorBody),
        ReadErrors,
    ),
    security(("bearer" = [])),
)]
#[get("/me/orders")]
pub async fn list_my_orders(
    state: Data<AppState>,
    who: Principal,
    query: Query<MyOrdersQuery>,
    lang: Lang,
) -> ApiResult<Reply<Page<OrderListItem>>> {
    let me = who.account();
    if query.0.part.as_deref() == Some("former") {
        if query.0.status.is_some() {
            return Err(ApiError::field("status", "not with part=former"));
        }
        let at = (query.0.cursor.as_deref(), query.0.limit);
        return Ok(Reply::ok(former::page(&state, &who, at, lang).await?));
    }
    let source = match query.0.part.as_deref() {
        None | Some("resident") => Source::Party { who: Assignee::Person(me), part: "resident" },
        Some("creator") => former::created(&who),
        Some("handler") => Source::Claimant(me),
        Some(_) => return Err(ApiError::syntax("part", "resident, handler, creator or former")),
    };
    let status = query
        .0
        .status
        .as_deref()
        .map(|word| Status::parse(word).ok_or_else(|| ApiError::syntax("status", "an unknown state")));
    let filter = ListFilter {
        sources: vec![source],
        statuses: status.transpose()?.into_iter().collect(),
        after: query.0.cursor.as_deref().map(parse_cursor).transpose()?,
        finished_since: Some(read_since(state.clock.now())),
        limit: limit(query.0.limit)?,
        ..ListFilter::default()
    };
    Ok(Reply::ok(page(&state, &who, filter, false, lang).await?))
}

/// An open offer: item, grid, priority; no name, phone, door or free text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// The order.
    #[schema(example = "42")]
    pub order: String,
    /// The attempt to claim with.
    pub attempt: i32,
    /// The order's version.
    pub version: i32,
    /// `pooled`: claim it; `assigned`: acknowledge it.
    pub status: String,
    /// The state for people.
    pub status_text: String,
    /// The service item.
    pub service_item_name: String,
    /// The area.
    pub area_name: String,
    /// Priority.
    pub priority: String,
    /// Slots left.
    pub slots_left: i32,
    /// Since when it is offered.
    pub offered_at: String,
    /// Milliseconds left to claim it, or to acknowledge it, in time, by the server's clock when it answered; 0 when it is
    /// late, absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = 540_000)]
    pub left_ms: Option<i64>,
    /// When the resident wants it to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "2026-11-23T09:00:00.000+08:00")]
    pub wanted_at: Option<String>,
    /// About how many minutes it takes, as the service item says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = 45)]
    pub takes_minutes: Option<i32>,
}

impl Offer {
    fn of(brief: Brief, lang: Lang) -> Self {
        let listed = brief.listed;
        Self {
            order: listed.row.id.to_string(),
            attempt: listed.row.attempt,
            version: listed.row.version,
            status_text: Status::parse(&listed.row.status).map_or("", |s| lang.label(s)).into(),
            status: listed.row.status,
            service_item_name: listed.item_name,
            area_name: listed.area_name,
            priority: listed.row.priority,
            slots_left: listed.row.slots - listed.row.filled,
            offered_at: instant(listed.row.updated_at.0),
            left_ms: brief.left.map(left_ms),
            wanted_at: brief.wanted_at.map(instant),
            takes_minutes: listed.takes_minutes,
        }
    }
}

/// Which page of my offers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MyOffersQuery {
    /// From `nextCursor` of the page before.
    #[param(max_length = 64, pattern = "^[1-9a-f][0-9a-f]{0,12}[.][1-9a-f][0-9a-f]{0,14}$")]
    cursor: Option<String>,
    /// Rows of a page, 1 … 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// My open offers
///
/// What may be claimed or acknowledged now, the oldest first. One that changes while its pages are read comes again at the end.
#[utoipa::path(
    get,
    path = "/me/offers",
    tag = "claims",
    params(MyOffersQuery),
    responses((status = 200, description = "A page", body = Envelope<Page<Offer>>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/me/offers")]
pub async fn list_my_offers(
    state: Data<AppState>,
    who: Principal,
    query: Query<MyOffersQuery>,
    lang: Lang,
) -> ApiResult<Reply<Page<Offer>>> {
    let after = query.0.cursor.as_deref().map(parse_cursor).transpose()?;
    let found = state.store.offers(who.account(), after, limit(query.0.limit)?).await?;
    let next_cursor = found.next.map(|(at, id)| cursor(at.0, id));
    let list = found.list.into_iter().map(|brief| Offer::of(brief, lang)).collect();
    Ok(Reply::ok(Page { list, has_more: next_cursor.is_some(), next_cursor, total: None }))
}

/// What waits for me.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Badges {
    /// My reported orders that changed since I marked them read, of the newest 200.
    pub unread: i64,
    /// Resolved orders to rate, of the newest 200.
    pub to_rate: i64,
    /// Orders that wait for my information, of the newest 200.
    pub to_supplement: i64,
    /// Open offers, at most 50.
    pub offers: i64,
}

/// My badges
///
/// The numbers on the mini-program's tabs.
#[utoipa::path(
    get,
    path = "/me/badges",
    tag = "me",
    responses((status = 200, description = "The badges", body = Envelope<Badges>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/me/badges")]
pub async fn get_my_badges(state: Data<AppState>, who: Principal) -> ApiResult<Reply<Badges>> {
    let filter = ListFilter {
        sources: vec![Source::Party { who: Assignee::Person(who.account()), part: "resident" }],
        limit: 200,
        ..ListFilter::default()
    };
    let mine = state.store.list(filter).await?.list;
    let ids = mine.iter().map(|o| OrderId(o.row.id)).collect();
    let seen = state.store.read_versions(who.account(), ids).await?;
    let count = |wanted: &dyn Fn(&persistence::order::rows::ListedRow) -> bool| {
        i64::try_from(mine.iter().filter(|o| wanted(&o.row)).count()).unwrap_or(0)
    };
    let in_state = |status: Status| count(&|row| row.status == status.as_str());
    let offers = state.store.count_offers(who.account(), OFFERS_COUNTED).await?;
    Ok(Reply::ok(Badges {
        unread: count(&|row| seen.get(&OrderId(row.id)).is_none_or(|v| *v < row.version)),
        to_rate: in_state(Status::Resolved),
        to_supplement: in_state(Status::NeedInfo),
        offers: i64::try_from(offers).unwrap_or(0),
    }))
}
