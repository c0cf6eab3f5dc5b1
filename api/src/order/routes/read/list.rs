//! Lists of orders: keyset pages over what the reader oversees. `list/` has what may be asked, what a row shows, how much of
//! it whom is told, and counts.

pub mod asked;
pub mod counts;
pub mod row;
pub mod told;

use crate::http::answers::ReadErrors;
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::locale::Lang;
use crate::http::page::cursor;
use crate::http::params::Query;
use crate::http::wire::{Envelope, Page, Reply, id};
use crate::identity::principal::Principal;
use crate::state::AppState;
use actix_web::get;
use actix_web::web::Data;
use asked::{ListOrdersQuery, filter};
use domain::organisation::Assignee;
use domain::people::{Role, RoleSet};
use persistence::order::listing::{ListFilter, Source};
use row::OrderListItem;

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
    let found = state.store.lines(filter, told::reader(who)).await?;
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
        let row = state.store.area(key).await?;
        if !who.covers(RoleSet::READERS, &row.path) {
            return Err(ApiError::new(Kind::NOT_FOUND));
        }
        return Ok(vec![Source::Area(key)]);
    }
    let mut sources: Vec<Source> = who.roots(RoleSet::READERS).into_iter().map(Source::Area).collect();
    let me = who.account();
    let (units, teams) = (who.units().into_iter(), who.teams().into_iter());
    for group in units.map(Assignee::Unit).chain(teams.map(Assignee::Team)) {
        sources.push(Source::Party { who: group, part: "handler" });
    }
    if who.roles().iter().any(|r| r.role != Role::Resident) {
        sources.push(Source::Party { who: Assignee::Person(me), part: "handler" });
        sources.push(super::former::created(who));
        sources.push(Source::Claimant(me));
    }
    Ok(sources)
}
