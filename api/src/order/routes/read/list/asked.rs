//! What a list of orders may be asked for.

use crate::http::error::{ApiError, ApiResult};
use crate::http::page::{limit, parse_cursor};
use crate::http::params::check_search;
use crate::http::wire::id;
use crate::identity::principal::Principal;
use crate::state::AppState;
use chrono::{DateTime, Datelike, Utc};
use domain::catalogue::{Channel, Priority};
use domain::order::number::Typed;
use domain::order::{AskKind, Status, read_since};
use domain::people::{Role, RoleSet};
use domain::words::labelled::Labelled;
use domain::words::phone::Phone;
use domain::{AreaId, At};
use persistence::order::listing::{Asked, By, ListFilter, Search, Source};
use serde::Deserialize;
use utoipa::IntoParams;

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListOrdersQuery {
    /// An order number (whole or in part, with or without dashes), or text of the external number or of the title, as far as
    /// the reader is shown it. A telephone number finds nothing: `POST /orders/search` is for that.
    #[param(max_length = 60, pattern = "^[^\\u0000]*$")]
    pub(super) q: Option<String>,
    /// States, separated by commas; `open` for all open ones.
    #[param(example = "pooled,claimed", pattern = "^[a-z_]+(,[a-z_]+)*$")]
    status: Option<String>,
    /// Only this area and below; it must lie in the reader's scope.
    #[param(pattern = "^[1-9][0-9]{0,17}$")]
    pub(super) area_id: Option<String>,
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
    /// Only pooled ones that are with the dispatcher: everybody on their ladder was asked. Not one's own.
    unclaimed: Option<bool>,
    /// Only those with a request that waits for a decision: `any`, or of this kind. Not one's own.
    #[param(example = "any", pattern = "^(any|suspend|extend|hand_back)$")]
    request: Option<String>,
    /// Only those submitted since.
    #[param(format = DateTime, value_type = Option<String>)]
    created_from: Option<DateTime<Utc>>,
    /// `-createdAt` (newest first, default), `createdAt`, or in order of a row's `dueAt`: `dueAt` (what is due next comes
    /// first) or `-dueAt`. What has no `dueAt` is in neither of these; of what a person, unit or team only takes part in, the
    /// newest 4,000 are.
    #[param(pattern = "^-?(createdAt|dueAt)$")]
    sort: Option<String>,
    /// From `nextCursor` of the page before.
    #[param(max_length = 64, pattern = "^[1-9a-f][0-9a-f]{0,12}[.][1-9a-f][0-9a-f]{0,14}$")]
    cursor: Option<String>,
    /// Rows of a page, 1 … 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// Whether to count, at most up to 10,000; `total` is left out where counting would take too long.
    pub(super) total: Option<bool>,
}

/// The filter of a query, every part checked.
///
/// # Errors
/// 400 or 422 naming the parameter.
pub fn filter(
    state: &AppState,
    who: &Principal,
    sources: Vec<Source>,
    query: &ListOrdersQuery,
) -> ApiResult<ListFilter> {
    let (by, ascending) = sort(query.sort.as_deref())?;
    let (statuses, open_only) = statuses(query.status.as_deref())?;
    let (overdue, unclaimed) = (query.overdue == Some(true), query.unclaimed == Some(true));
    Ok(ListFilter {
        sources,
        // the list of a state is a shorter range than that of all open ones
        statuses: if unclaimed && statuses.is_empty() { vec![Status::Pooled] } else { statuses },
        open_only: open_only || overdue,
        service_item: query.service_item.as_deref().map(|t| id("serviceItem", t)).transpose()?,
        channel: query.channel.map(Labelled::as_str),
        priority: query.priority.map(Labelled::as_str),
        assignee: query.assignee.as_deref().map(|t| id("assignee", t)).transpose()?,
        overdue_at: overdue.then(|| state.clock.now()),
        unclaimed,
        asked: query.request.as_deref().map(asked).transpose()?,
        reader: Some(who.account()),
        created_from: query
            .created_from
            .map(|at| since(at).ok_or_else(|| ApiError::syntax("createdFrom", "years 0 to 9999")))
            .transpose()?,
        search: query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()).map(search).transpose()?,
        whole: whole(who, query.q.as_deref()),
        after: query.cursor.as_deref().map(parse_cursor).transpose()?,
        finished_since: Some(read_since(state.clock.now())),
        by,
        ascending,
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

fn asked(text: &str) -> ApiResult<Asked> {
    match (text, AskKind::parse(text)) {
        ("any", _) => Ok(Asked::Any),
        (_, Some(kind)) => Ok(Asked::Of(kind)),
        (_, None) => Err(ApiError::syntax("request", "any, suspend, extend or hand_back")),
    }
}

fn sort(sort: Option<&str>) -> ApiResult<(By, bool)> {
    match sort {
        None | Some("-createdAt") => Ok((By::Created, false)),
        Some("createdAt") => Ok((By::Created, true)),
        Some("dueAt") => Ok((By::Due, true)),
        Some("-dueAt") => Ok((By::Due, false)),
        Some(_) => Err(ApiError::syntax("sort", "createdAt, -createdAt, dueAt or -dueAt")),
    }
}

/// Where this person is shown titles whole. A whole telephone number is looked for in no title, whoever is shown it.
fn whole(who: &Principal, q: Option<&str>) -> Vec<AreaId> {
    if q.is_some_and(is_phone) {
        return Vec::new();
    }
    who.roots(RoleSet::of(&[Role::Dispatcher]))
}

/// Whether this is a telephone number of somebody: mobile, or a landline with its area code.
fn is_phone(text: &str) -> bool {
    Phone::read(text).is_ok_and(|phone| phone.number().len() >= 10)
}

fn search(text: &str) -> ApiResult<Search> {
    check_search(Some(text))?;
    let folded = crate::http::text::fold(text);
    if let Some(typed) = Typed::read(text) {
        return Ok(Search::Number { typed, text: folded });
    }
    Ok(Search::Title(folded))
}

/// The start of a list: nothing is older than 1970.
fn since(at: At) -> Option<At> {
    (0..=9999).contains(&at.year()).then(|| at.max(DateTime::UNIX_EPOCH))
}
