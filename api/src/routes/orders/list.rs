//! Lists of orders: keyset pages over what the reader oversees. `list/` has what may be asked, what a row shows, how much of
//! it whom is told, and counts.

pub mod asked;
pub mod counts;
pub mod row;
pub mod told;

use crate::auth::Principal;
use crate::error::{ApiError, ApiResult, Kind};
use crate::locale::Lang;
use crate::params::Query;
use crate::routes::answers::ReadErrors;
use crate::state::AppState;
use crate::wire::{Envelope, Page, Reply, id};
use actix_web::get;
use actix_web::web::Data;
use asked::{ListOrdersQuery, filter};
use chrono::{DateTime, Datelike};
use domain::At;
use domain::actor::{Role, RoleSet};
use persistence::listing::{ListFilter, Reader, Source};
use persistence::types::Ts;
use row::OrderListItem;

/// Rows of a page unless asked otherwise.
const PAGE: u32 = 20;
/// Most rows of a page.
const PAGE_MAX: u32 = 100;
/// The most a total says.
const TOTAL_CAP: i64 = 10_000;

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
    let filter = filter(&state, &who, sources, &query.0)?;
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
    let found = state.store.lines(filter, reader(who)).await?;
    let next_cursor = found.next.map(|(at, id)| cursor(at.0, id));
    let list = told::rows(state, who, found.list, lang).await?;
    Ok(Page { list, has_more: next_cursor.is_some(), next_cursor, total })
}

/// What this person's lists draw on.
///
/// # Errors
/// 404 for an area out of their scope.
pub async fn sources(state: &AppState, who: &Principal, area: Option<&str>) -> ApiResult<Vec<Source>> {
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

/// Who reads a page: what they oversee says what has to be read for them.
pub fn reader(who: &Principal) -> Reader {
    Reader { account: who.account().0, overseen: who.root_paths(RoleSet::READERS) }
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

/// An instant that both databases can hold.
fn in_range(at: At) -> Option<At> {
    (1970..=9999).contains(&at.year()).then_some(at)
}
