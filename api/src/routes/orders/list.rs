//! Lists of orders: keyset pages over what the reader oversees, and counts by state.

use super::words;
use crate::auth::Principal;
use crate::error::{ApiError, ApiResult, Kind};
use crate::locale::Lang;
use crate::params::Query;
use crate::routes::answers::ReadErrors;
use crate::state::AppState;
use crate::wire::{Envelope, Page, Reply, id, instant};
use actix_web::get;
use actix_web::web::Data;
use chrono::{DateTime, Datelike, Utc};
use domain::At;
use domain::actor::{Role, RoleSet};
use domain::catalogue::{Channel, Priority};
use domain::labelled::Labelled;
use domain::mask::mask_name;
use domain::order::Status;
use domain::order::number::Typed;
use domain::order::sight::read_since;
use domain::phone::Phone;
use persistence::listing::{ListFilter, Search, Source};
use persistence::types::Ts;
use persistence::values::ListedOrder;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Rows of a page unless asked otherwise.
const PAGE: u32 = 20;
/// Most rows of a page.
const PAGE_MAX: u32 = 100;
/// The most a total says.
const TOTAL_CAP: i64 = 10_000;

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListOrdersQuery {
    /// An order number (whole or in part, with or without dashes), or text of the external number or of the title, as far as
    /// the reader is shown it. A telephone number finds nothing: `POST /orders/search` is for that.
    #[param(max_length = 60, pattern = "^[^\\u0000]*$")]
    q: Option<String>,
    /// States, separated by commas; `open` for all open ones.
    #[param(example = "pooled,claimed", pattern = "^[a-z_]+(,[a-z_]+)*$")]
    status: Option<String>,
    /// Only this area and below; it must lie in the reader's scope.
    #[param(pattern = "^[1-9][0-9]{0,17}$")]
    area_id: Option<String>,
    /// Only this service item.
    #[param(pattern = "^[1-9][0-9]{0,17}$")]
    service_item: Option<String>,
    /// Only this channel.
    #[param(value_type = Option<String>, pattern = "^(mini_program|phone|hotline_12345|visit|window|collection_point|open_api)$")]
    channel: Option<Channel>,
    /// Only this priority.
    #[param(value_type = Option<String>, pattern = "^(normal|high|urgent)$")]
    priority: Option<Priority>,
    /// Only those this person leads.
    #[param(pattern = "^[1-9][0-9]{0,17}$")]
    assignee: Option<String>,
    /// Only those past their resolve limit.
    overdue: Option<bool>,
    /// Only pooled ones that are with the dispatcher: everybody on their ladder was asked.
    unclaimed: Option<bool>,
    /// Only those submitted since.
    #[param(format = DateTime, value_type = Option<String>)]
    created_from: Option<DateTime<Utc>>,
    /// `-createdAt` (newest first, default) or `createdAt`.
    #[param(pattern = "^-?createdAt$")]
    sort: Option<String>,
    /// From `nextCursor` of the page before.
    #[param(max_length = 64, pattern = "^[1-9a-f][0-9a-f]{0,12}[.][1-9a-f][0-9a-f]{0,14}$")]
    cursor: Option<String>,
    /// Rows of a page, 1 … 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// Whether to count, at most up to 10,000; `total` is left out where counting would take too long.
    total: Option<bool>,
}

/// A row of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderListItem {
    /// Its id.
    #[schema(example = "42")]
    pub id: String,
    /// The number a person reads aloud.
    #[schema(example = "DL-261122-00123")]
    pub number: String,
    /// Its state.
    pub status: String,
    /// Its state for people.
    pub status_text: &'static str,
    /// In a few words, as the order's own view shows them to this reader.
    #[schema(example = "3号楼2单元***室漏水")]
    pub title: String,
    /// The service item's name.
    pub service_item_name: String,
    /// The area's name, or of one below the compound the nearest above it that tells no door.
    pub area_name: String,
    /// Priority.
    pub priority: String,
    /// Priority for people.
    pub priority_text: &'static str,
    /// The lead's name, masked; in a resident's own list whole while they hold a public function.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub lead_name: Option<String>,
    /// When it was submitted.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
    /// When its resolve limit ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub resolve_due_at: Option<String>,
    /// Past it and open.
    pub overdue: bool,
    /// Its version.
    pub version: i32,
    /// Its attempt; a claim carries it.
    pub attempt: i32,
    /// Whether the reader's part in it ended: this is how it was then.
    pub frozen: bool,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "2026-11-22T18:04:05.123+08:00")]
    pub frozen_at: Option<String>,
}

impl OrderListItem {
    /// A row for people.
    #[must_use]
    pub fn of(listed: ListedOrder, now: At, lang: Lang) -> Self {
        let row = listed.row;
        let status = Status::parse(&row.status);
        let open = status.is_some_and(Status::is_open);
        Self {
            id: row.id.to_string(),
            number: row.number,
            status_text: status.map_or("", |s| lang.label(s)),
            status: row.status,
            title: listed.title,
            service_item_name: listed.item_name,
            area_name: listed.area_name,
            priority_text: Priority::parse(&row.priority).map_or("", |p| lang.label(p)),
            priority: row.priority,
            lead_name: listed.lead_name.as_deref().map(mask_name),
            created_at: instant(row.created_at.0),
            updated_at: instant(row.updated_at.0),
            resolve_due_at: row.resolve_due_at.map(|t| instant(t.0)),
            overdue: open && row.suspended_until.is_none() && row.resolve_due_at.is_some_and(|t| t.0 < now),
            version: row.version,
            attempt: row.attempt,
            frozen: false,
            frozen_at: None,
        }
    }
}

/// List orders
///
/// Those of the areas the reader oversees, those directed to the reader's units and teams, and the reader's own claims.
///
/// A page looks at a bounded number of orders: it may be short, or empty, and still have a `nextCursor` to go on from.
#[utoipa::path(
    get,
    path = "/orders",
    tag = "orders",
    params(ListOrdersQuery),
    responses((status = 200, description = "A page", body = Envelope<Page<OrderListItem>>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/orders")]
pub async fn list_orders(
    state: Data<AppState>,
    who: Principal,
    query: Query<ListOrdersQuery>,
    lang: Lang,
) -> ApiResult<Reply<Page<OrderListItem>>> {
    let sources = sources(&state, &who, query.0.area_id.as_deref()).await?;
    let mut filter = filter(&state, sources, &query.0)?;
    // a whole telephone number is looked for in no title, whoever is shown it
    if !query.0.q.as_deref().is_some_and(is_phone) {
        filter.whole = who.roots(RoleSet::of(&[Role::Dispatcher])).into_iter().map(|area| area.0).collect();
    }
    Ok(Reply::ok(page(&state, &who, filter, query.0.total == Some(true), lang).await?))
}

/// A page for this filter, as this person reads it.
///
/// # Errors
/// 503.
pub async fn page(
    state: &AppState,
    who: &Principal,
    filter: ListFilter,
    counted: bool,
    lang: Lang,
) -> ApiResult<Page<OrderListItem>> {
    let total = if counted { state.store.count(filter.clone(), TOTAL_CAP).await? } else { None };
    let now = state.clock.now();
    let mut found = state.store.list(filter).await?;
    words::redact_titles(state, who, &mut found.list).await?;
    let next_cursor = found.next.map(|(at, id)| cursor(at.0, id));
    let list = found.list.into_iter().map(|r| OrderListItem::of(r, now, lang)).collect();
    Ok(Page { list, has_more: next_cursor.is_some(), next_cursor, total })
}

/// What this person's lists draw on.
async fn sources(state: &AppState, who: &Principal, area: Option<&str>) -> ApiResult<Vec<Source>> {
    if let Some(text) = area {
        let key = id("areaId", text)?;
        let row = state.store.area(domain::AreaId(key)).await?;
        if !who.covers(RoleSet::READERS, &row.path) {
            return Err(ApiError::new(Kind::NotFound));
        }
        return Ok(vec![Source::Area(key)]);
    }
    let mut sources: Vec<Source> =
        who.roots(RoleSet::READERS).into_iter().map(|a| Source::Area(a.0)).collect();
    let me = who.account().0;
    for (kind, key) in
        who.units().into_iter().map(|u| ("unit", u.0)).chain(who.teams().into_iter().map(|t| ("team", t.0)))
    {
        sources.push(Source::Party { kind, id: key, part: "handler" });
    }
    if who.roles().iter().any(|r| r.role != Role::Resident) {
        sources.push(Source::Party { kind: "person", id: me, part: "handler" });
        sources.push(super::former::created(who));
        sources.push(Source::Claimant(me));
    }
    Ok(sources)
}

/// The filter of a query, every part checked.
///
/// # Errors
/// 400 or 422 naming the parameter.
pub fn filter(state: &AppState, sources: Vec<Source>, query: &ListOrdersQuery) -> ApiResult<ListFilter> {
    let (statuses, open_only) = statuses(query.status.as_deref())?;
    let key = |field: &str, text: &Option<String>| text.as_deref().map(|t| id(field, t)).transpose();
    let (overdue, unclaimed) = (query.overdue == Some(true), query.unclaimed == Some(true));
    Ok(ListFilter {
        sources,
        // the list of a state is a shorter range than that of all open ones
        statuses: if unclaimed && statuses.is_empty() { vec![Status::Pooled] } else { statuses },
        open_only: open_only || overdue,
        service_item: key("serviceItem", &query.service_item)?,
        channel: query.channel.map(Labelled::as_str),
        priority: query.priority.map(Labelled::as_str),
        assignee: key("assignee", &query.assignee)?,
        overdue_at: overdue.then(|| state.clock.now()),
        unclaimed,
        created_from: query
            .created_from
            .map(|at| since(at).ok_or_else(|| ApiError::syntax("createdFrom", "years 0 to 9999")))
            .transpose()?,
        search: query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()).map(search).transpose()?,
        whole: Vec::new(),
        after: query.cursor.as_deref().map(parse_cursor).transpose()?,
        finished_since: Some(read_since(state.clock.now())),
        ascending: ascending(query.sort.as_deref())?,
        limit: limit(query.limit)?,
    })
}

fn statuses(text: Option<&str>) -> ApiResult<(Vec<Status>, bool)> {
    let Some(text) = text else { return Ok((Vec::new(), false)) };
    if text == "open" {
        return Ok((Vec::new(), true));
    }
    let one = |word: &str| Status::parse(word).ok_or_else(|| ApiError::syntax("status", "an unknown state"));
    Ok((text.split(',').map(one).collect::<ApiResult<_>>()?, false))
}

fn ascending(sort: Option<&str>) -> ApiResult<bool> {
    match sort {
        None | Some("-createdAt") => Ok(false),
        Some("createdAt") => Ok(true),
        Some(_) => Err(ApiError::syntax("sort", "createdAt or -createdAt")),
    }
}

/// Rows of a page.
///
/// # Errors
/// 400 naming `limit`.
pub fn limit(limit: Option<u32>) -> ApiResult<i64> {
    match limit.unwrap_or(PAGE) {
        n @ 1..=PAGE_MAX => Ok(i64::from(n)),
        _ => Err(ApiError::syntax("limit", "1 to 100")),
    }
}

/// Whether this is a telephone number of somebody: mobile, or a landline with its area code.
fn is_phone(text: &str) -> bool {
    Phone::read(text).is_ok_and(|phone| phone.number().len() >= 10)
}

fn search(text: &str) -> ApiResult<Search> {
    if text.chars().count() > 60 {
        return Err(ApiError::syntax("q", "at most 60 characters"));
    }
    let folded = crate::text::fold(text);
    if let Some(typed) = Typed::read(text) {
        return Ok(Search::Number { typed, text: folded });
    }
    Ok(Search::Title(folded))
}

/// A cursor: microseconds and key, hexadecimal.
pub fn cursor(at: At, id: i64) -> String {
    format!("{:x}.{id:x}", at.timestamp_micros())
}

/// Reads a cursor.
///
/// # Errors
/// 400 naming `cursor`.
pub fn parse_cursor(text: &str) -> ApiResult<(Ts, i64)> {
    let bad = || ApiError::syntax("cursor", "not one of ours");
    let (at, key) = text.split_once('.').ok_or_else(bad)?;
    let digits = |t: &str| {
        (1..=15).contains(&t.len())
            && !t.starts_with('0')
            && t.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let read = |t: &str| i64::from_str_radix(t, 16).ok().filter(|_| digits(t)).ok_or_else(bad);
    let at = DateTime::from_timestamp_micros(read(at)?).and_then(in_range).ok_or_else(bad)?;
    Ok((Ts(at), read(key)?))
}

/// The start of a list: nothing is older than 1970.
fn since(at: At) -> Option<At> {
    (0..=9999).contains(&at.year()).then(|| at.max(DateTime::UNIX_EPOCH))
}

/// An instant that both databases can hold.
fn in_range(at: At) -> Option<At> {
    (1970..=9999).contains(&at.year()).then_some(at)
}

/// Counts of a reader's orders.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderCounts {
    /// By state, each at most 10,000; `pooled`, `assigned` and `claimed` among the newest 2,000 of them.
    #[schema(value_type = Object, example = json!({"submitted": 3, "pooled": 12}))]
    pub by_status: std::collections::BTreeMap<String, i64>,
    /// Open and past their limit.
    pub overdue: i64,
}

/// Which area to count.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CountsQuery {
    /// Only this area and below; it must lie in the reader's scope.
    #[param(pattern = "^[1-9][0-9]{0,17}$")]
    area_id: Option<String>,
}

/// Count orders by state
///
/// The open states and `resolved`, of the areas the reader oversees.
#[utoipa::path(
    get,
    path = "/orders/counts",
    tag = "orders",
    params(CountsQuery),
    responses((status = 200, description = "The counts", body = Envelope<OrderCounts>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/orders/counts")]
pub async fn count_orders(
    state: Data<AppState>,
    who: Principal,
    query: Query<CountsQuery>,
) -> ApiResult<Reply<OrderCounts>> {
    let sources = sources(&state, &who, query.0.area_id.as_deref()).await?;
    let areas: Vec<i64> =
        sources.iter().filter_map(|s| if let Source::Area(id) = s { Some(*id) } else { None }).collect();
    let counted = Status::ALL.iter().filter(|s| s.is_open() || **s == Status::Resolved);
    let mut buckets: Vec<&'static str> = counted.map(|s| persistence::map::bucket(*s)).collect();
    buckets.sort_unstable();
    buckets.dedup();
    let (counts, overdue) = state.store.counts(areas, buckets, state.clock.now()).await?;
    let mut by_status = std::collections::BTreeMap::new();
    for count in counts {
        *by_status.entry(count.status).or_insert(0) += count.count;
    }
    Ok(Reply::ok(OrderCounts { by_status, overdue }))
}
