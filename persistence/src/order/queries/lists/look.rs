//! Looking through keys for orders that are wanted: a few at a time and then more, until a page is full, nothing is left, or
//! as many were looked at as one page may cost.

use super::super::Conn;
use super::super::candidates::is_not_own;
use super::drivers;
use super::ranges;
use super::ranges::{Range, Span};
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::order::listing::{Asked, By, Key, LOOKED_AT, ListFilter, Search, Source};
use crate::order::schema::{order_area, order_text, orders, timer};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::order::{AskKind, Status, TimerKind};
use domain::words::labelled::Labelled;
use domain::words::mask::redact;
use domain::{AreaId, OrderId};
use std::collections::BTreeSet;

/// The first step; each is four times the one before.
const STEP: i64 = 100;
/// Looked at in any range, however many there are.
pub const LEAST: i64 = 200;

/// What a look found, in order, and where it stopped before its end.
#[derive(Debug, Default)]
pub struct Looked {
    pub keys: Vec<Key>,
    pub end: Option<Key>,
}

/// Through a range of an index.
pub fn through_range(c: &mut Conn, filter: &ListFilter, range: &Range, most: i64) -> StoreResult<Looked> {
    if !range.is_in_order(filter) {
        let keys = ranges::newest(c, filter, range)?;
        return through_known(c, filter, &keys, |c, ids| wanted(c, filter, ids));
    }
    if range.is_exact(filter) {
        let span = Span { after: filter.after, most: filter.limit + 1 };
        return Ok(Looked { keys: ranges::keys(c, filter, range, span)?, end: None });
    }
    let next = |c: &mut Conn, span| ranges::keys(c, filter, range, span);
    through(c, filter, most, next, |c, ids| wanted(c, filter, ids))
}

/// Through the postings of a term, for orders of these areas.
pub fn through_term(c: &mut Conn, filter: &ListFilter, term: i64, areas: &[Source]) -> StoreResult<Looked> {
    let next = |c: &mut Conn, span| ranges::postings(c, filter, term, span);
    through(c, filter, LOOKED_AT, next, |c, ids| wanted_of(c, filter, areas, ids))
}

/// Through keys that are known, in order, for orders of these sources.
pub fn through_keys(c: &mut Conn, filter: &ListFilter, keys: &[Key], of: &[Source]) -> StoreResult<Looked> {
    through_known(c, filter, keys, |c, ids| wanted_of(c, filter, of, ids))
}

fn through_known(
    c: &mut Conn,
    filter: &ListFilter,
    keys: &[Key],
    pick: impl Fn(&mut Conn, Vec<OrderId>) -> StoreResult<BTreeSet<OrderId>>,
) -> StoreResult<Looked> {
    let behind = |key: &Key, after: Option<Key>| {
        after.is_none_or(|after| if filter.ascending { *key > after } else { *key < after })
    };
    let since = |key: &Key| filter.by == By::Due || filter.created_from.is_none_or(|from| key.0.0 >= from);
    let next = |_: &mut Conn, span: Span| {
        let most = usize::try_from(span.most).unwrap_or(0);
        Ok(keys.iter().filter(|key| behind(key, span.after) && since(key)).take(most).copied().collect())
    };
    through(c, filter, LOOKED_AT, next, pick)
}

/// Those of these orders that one of the sources has and that are what is asked for.
fn wanted_of(
    c: &mut Conn,
    filter: &ListFilter,
    of: &[Source],
    ids: Vec<OrderId>,
) -> StoreResult<BTreeSet<OrderId>> {
    let there = drivers::within(c, filter, of, &ids)?;
    wanted(c, filter, there.into_iter().collect())
}

fn through(
    c: &mut Conn,
    filter: &ListFilter,
    most: i64,
    next: impl Fn(&mut Conn, Span) -> StoreResult<Vec<Key>>,
    pick: impl Fn(&mut Conn, Vec<OrderId>) -> StoreResult<BTreeSet<OrderId>>,
) -> StoreResult<Looked> {
    let enough = usize::try_from(filter.limit + 1).unwrap_or(0);
    let (mut looked, mut step, mut after) = (0, STEP, filter.after);
    let mut keys = Vec::new();
    loop {
        let there = next(c, Span { after, most: step })?;
        let picked = pick(c, there.iter().map(|key| key.1).collect())?;
        keys.extend(there.iter().filter(|key| picked.contains(&key.1)).copied());
        let last = i64::try_from(there.len()).unwrap_or(i64::MAX) < step;
        if keys.len() >= enough || last {
            keys.truncate(enough);
            return Ok(Looked { keys, end: None });
        }
        looked += step;
        after = there.last().copied();
        if looked >= most {
            return Ok(Looked { keys, end: after });
        }
        step = (step * 4).min(most - looked);
    }
}

/// Those of these orders that are what is asked for, wherever they are.
fn wanted(c: &mut Conn, f: &ListFilter, ids: Vec<OrderId>) -> StoreResult<BTreeSet<OrderId>> {
    if ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut query =
        orders::table.filter(orders::id.eq_any(OrderId::keys(&ids))).select(orders::id).into_boxed();
    if !f.statuses.is_empty() {
        query = query.filter(orders::status.eq_any(f.status_words()));
    }
    if f.open_only {
        let open = Status::ALL.iter().filter(|status| status.is_open()).map(|status| status.as_str());
        query = query.filter(orders::status.eq_any(open.collect::<Vec<_>>()));
    }
    if let Some(item) = f.service_item {
        query = query.filter(orders::service_item_id.eq(item.0));
    }
    if let Some(channel) = f.channel {
        query = query.filter(orders::channel.eq(channel));
    }
    if let Some(priority) = f.priority {
        query = query.filter(orders::priority.eq(priority));
    }
    if let Some(lead) = f.assignee {
        query = query.filter(orders::lead_id.eq(lead.0));
    }
    if let Some(now) = f.overdue_at {
        query = query.filter(orders::resolve_due_at.lt(Ts(now))).filter(orders::suspended_until.is_null());
    }
    if f.unclaimed {
        let climbs = timer::table
            .filter(timer::order_id.eq(orders::id))
            .filter(timer::kind.eq(TimerKind::Escalation.as_str()));
        query = query
            .filter(orders::status.eq(Status::Pooled.as_str()))
            .filter(orders::suspended_until.is_null())
            .filter(diesel::dsl::not(diesel::dsl::exists(climbs)));
    }
    if let (By::Due, Some(from)) = (f.by, f.created_from) {
        query = query.filter(orders::created_at.ge(Ts(from)));
    }
    query = told_to_staff(f, query);
    query = match &f.search {
        // a number became orders or a title, and orders are what is looked through (`numbers.rs`)
        None | Some(Search::Number { .. } | Search::Orders(_)) => query,
        Some(Search::Title(text)) => query.filter(diesel::dsl::exists(
            order_text::table
                .filter(order_text::order_id.eq(orders::id))
                .filter(order_text::search.like(anywhere(text)).escape('\\')),
        )),
    };
    let found: Vec<OrderId> = query.load::<i64>(c)?.into_iter().map(OrderId).collect();
    match &f.search {
        Some(Search::Title(text)) => shown(c, f, text, found),
        Some(Search::Number { .. } | Search::Orders(_)) | None => Ok(found.into_iter().collect()),
    }
}

/// Keys of orders that are chosen.
type Chosen<'a> = orders::BoxedQuery<'a, <Conn as diesel::Connection>::Backend, BigInt>;

/// Of what staff alone are told: only orders with such a request, and none that is about the reader.
fn told_to_staff<'a>(f: &ListFilter, mut query: Chosen<'a>) -> Chosen<'a> {
    if let Some(me) = f.reader.filter(|_| f.unclaimed || f.asked.is_some()) {
        query = query.filter(is_not_own(me));
    }
    let there = order_area::table
        .filter(order_area::order_id.eq(orders::id).and(order_area::area_id.eq(orders::area_id)));
    // one to hand back waits until somebody acknowledges (`Order::pending_request`)
    let acknowledgeable = orders::status.eq(Status::Assigned.as_str());
    match f.asked {
        None => query,
        Some(Asked::Any) => {
            let other = order_area::asked.ne(AskKind::HandBack.as_str());
            let asked = order_area::asked.is_not_null().and(other.or(acknowledgeable));
            query.filter(diesel::dsl::exists(there.filter(asked)))
        }
        Some(Asked::Of(kind)) => {
            let asked = diesel::dsl::exists(there.filter(order_area::asked.eq(kind.as_str())));
            match kind {
                AskKind::HandBack => query.filter(asked).filter(acknowledgeable),
                AskKind::Suspend | AskKind::Extend => query.filter(asked),
            }
        }
    }
}

/// Those of these orders in whose external number, or in whose title as this reader is shown it, the text stands: what a mask
/// hides there would be found digit by digit.
fn shown(c: &mut Conn, f: &ListFilter, text: &str, ids: Vec<OrderId>) -> StoreResult<BTreeSet<OrderId>> {
    let found: Vec<(i64, String)> = order_text::table
        .filter(order_text::order_id.eq_any(OrderId::keys(&ids)))
        .select((order_text::order_id, order_text::search))
        .load(c)?;
    let stands = |searched: &str| {
        let (title, external) = searched.split_once('\n').unwrap_or((searched, ""));
        redact(title).contains(text) || external.contains(text)
    };
    let (open, masked): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, searched)| stands(searched));
    let mut there: BTreeSet<OrderId> = open.into_iter().map(|(id, _)| OrderId(id)).collect();
    if !masked.is_empty() && !f.whole.is_empty() {
        let whole = order_area::table
            .filter(order_area::order_id.eq_any(masked.into_iter().map(|(id, _)| id)))
            .filter(order_area::area_id.eq_any(AreaId::keys(&f.whole)))
            .select(order_area::order_id);
        there.extend(whole.load::<i64>(c)?.into_iter().map(OrderId));
    }
    Ok(there)
}

/// A pattern that finds this text anywhere.
fn anywhere(text: &str) -> String {
    format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}
