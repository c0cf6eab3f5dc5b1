//! The index ranges that make up a list: an area's orders (all, the open ones, or a bucket of them), a party's, a person's
//! claims. Also the postings of a term.

use super::super::Conn;
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::order::listing::{By, Key, LOOKED_AT, ListFilter, Source};
use crate::order::schema::{claim, order_area, order_party, order_term, orders};
use diesel::prelude::*;
use domain::order::Status;
use domain::organisation::Assignee;
use domain::words::labelled::Labelled;
use domain::{AccountId, AreaId, OrderId};

/// A range of an index.
#[derive(Debug, Clone)]
pub enum Range {
    /// Of an area, or of one bucket of it.
    Area(AreaId, Option<&'static str>),
    /// Of what was asked for in an area and not decided.
    Asked(AreaId),
    /// Of a party and its part.
    Party(Assignee, &'static str),
    /// Of what a person took for somebody, in these areas.
    Creator(AccountId, Vec<AreaId>),
    /// Of a person's live claims.
    Claimant(AccountId),
}

/// Where in a range, and how many.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Behind this key.
    pub after: Option<Key>,
    /// At most so many.
    pub most: i64,
}

/// The ranges of these sources.
pub fn of(filter: &ListFilter, sources: &[Source]) -> Vec<Range> {
    let mut ranges = Vec::new();
    for source in sources {
        match source {
            Source::Area(area) if filter.asked.is_some() => ranges.push(Range::Asked(*area)),
            Source::Area(area) => match filter.read_by_bucket() {
                None => ranges.push(Range::Area(*area, None)),
                Some(buckets) => {
                    ranges.extend(buckets.into_iter().map(|bucket| Range::Area(*area, Some(bucket))));
                }
            },
            Source::Party { who, part } => ranges.push(Range::Party(*who, part)),
            Source::Creator { account, areas } => ranges.push(Range::Creator(*account, areas.clone())),
            Source::Claimant(account) => ranges.push(Range::Claimant(*account)),
        }
    }
    ranges
}

impl Range {
    /// Whether it holds exactly what is wanted, so that no order need be read to choose the page.
    pub fn is_exact(&self, filter: &ListFilter) -> bool {
        match self {
            Self::Area(_, bucket) => filter.is_a_range(*bucket),
            Self::Asked(_) => false,
            Self::Party(..) | Self::Creator(..) | Self::Claimant(_) => filter.is_everything(),
        }
    }

    /// Whether an index has it in the list's order.
    pub fn is_in_order(&self, filter: &ListFilter) -> bool {
        match (filter.by, self) {
            (By::Created, _) | (By::Due, Self::Area(_, Some(_))) => true,
            (By::Due, Self::Area(_, None) | Self::Asked(_) | Self::Party(..))
            | (By::Due, Self::Creator(..) | Self::Claimant(_)) => false,
        }
    }
}

/// The keyset, order and limit of a span.
macro_rules! a_span {
    ($query:expr, $filter:expr, $span:expr, $created:expr, $id:expr) => {{
        let (f, span) = ($filter, $span);
        let mut query = $query;
        if let Some((Ts(at), OrderId(id))) = span.after {
            query = if f.ascending {
                query.filter($created.ge(Ts(at))).filter($created.gt(Ts(at)).or($id.gt(id)))
            } else {
                query.filter($created.le(Ts(at))).filter($created.lt(Ts(at)).or($id.lt(id)))
            };
        }
        if let Some(from) = f.created_from {
            query = query.filter($created.ge(Ts(from)));
        }
        let query = if f.ascending {
            query.order(($created.asc(), $id.asc()))
        } else {
            query.order(($created.desc(), $id.desc()))
        };
        query.limit(span.most).select(($created, $id))
    }};
}

/// Leaves out what was finished too long ago to be read by whoever only handled it or took it: `$id` is an order's key.
macro_rules! still_read {
    ($query:expr, $filter:expr, $id:expr) => {{
        let query = $query;
        match $filter.finished_since {
            None => query,
            Some(since) => {
                let finished = Status::ALL.iter().filter(|s| s.is_finished()).map(|s| s.as_str());
                let finish = diesel::alias!(orders as finish);
                let over = finish
                    .filter(finish.field(orders::id).eq($id))
                    .filter(finish.field(orders::status).eq_any(finished.collect::<Vec<_>>()))
                    .filter(finish.field(orders::updated_at).lt(Ts(since)));
                query.filter(diesel::dsl::not(diesel::dsl::exists(over)))
            }
        }
    }};
}

/// Keys of a range.
pub fn keys(c: &mut Conn, filter: &ListFilter, range: &Range, span: Span) -> StoreResult<Vec<Key>> {
    match range {
        Range::Area(area, Some(bucket)) if filter.by == By::Due => due_of(c, filter, (*area, bucket), span),
        Range::Asked(area) => {
            let query = order_area::table
                .filter(order_area::area_id.eq(area.0).and(order_area::asked.is_not_null()))
                .into_boxed();
            Ok(typed(a_span!(query, filter, span, order_area::created_at, order_area::order_id).load(c)?))
        }
        Range::Area(area, bucket) => {
            let mut query = order_area::table.filter(order_area::area_id.eq(area.0)).into_boxed();
            if let Some(bucket) = bucket {
                query = query.filter(order_area::bucket.eq(*bucket));
            }
            if filter.open_only {
                query = query.filter(order_area::open.eq(true));
            }
            Ok(typed(a_span!(query, filter, span, order_area::created_at, order_area::order_id).load(c)?))
        }
        Range::Party(who, part) => {
            let (kind, id) = who.parts();
            let query = order_party::table
                .filter(order_party::kind.eq(kind))
                .filter(order_party::ref_id.eq(id))
                .filter(order_party::part.eq(*part))
                .into_boxed();
            let query = match *part {
                "handler" => still_read!(query, filter, order_party::order_id),
                _ => query,
            };
            Ok(typed(a_span!(query, filter, span, order_party::created_at, order_party::order_id).load(c)?))
        }
        Range::Creator(account, areas) => {
            let there = order_area::table
                .filter(order_area::order_id.eq(order_party::order_id))
                .filter(order_area::area_id.eq_any(AreaId::keys(areas)));
            let query = order_party::table
                .filter(order_party::kind.eq("person").and(order_party::ref_id.eq(account.0)))
                .filter(order_party::part.eq("creator"))
                .filter(diesel::dsl::exists(there))
                .into_boxed();
            let query = still_read!(query, filter, order_party::order_id);
            Ok(typed(a_span!(query, filter, span, order_party::created_at, order_party::order_id).load(c)?))
        }
        Range::Claimant(account) => {
            let held = claim::table
                .filter(claim::account_id.eq(account.0))
                .filter(claim::released_at.is_null())
                .select(claim::order_id);
            let query = orders::table.filter(orders::id.eq_any(held)).into_boxed();
            let query = still_read!(query, filter, orders::id);
            Ok(typed(a_span!(query, filter, span, orders::created_at, orders::id).load(c)?))
        }
    }
}

/// Keys of an area's bucket in order of what is due.
fn due_of(
    c: &mut Conn,
    filter: &ListFilter,
    (area, bucket): (AreaId, &'static str),
    span: Span,
) -> StoreResult<Vec<Key>> {
    let (due, id) = (order_area::next_due_at, order_area::order_id);
    let mut query = order_area::table
        .filter(order_area::area_id.eq(area.0).and(order_area::bucket.eq(bucket)))
        .filter(due.is_not_null())
        .into_boxed();
    if let Some((at, OrderId(last))) = span.after {
        query = if filter.ascending {
            query.filter(due.ge(at)).filter(due.gt(at).or(id.gt(last)))
        } else {
            query.filter(due.le(at)).filter(due.lt(at).or(id.lt(last)))
        };
    }
    let query = match filter.ascending {
        true => query.order((due.asc(), id.asc())),
        false => query.order((due.desc(), id.desc())),
    };
    let keys: Vec<(Option<Ts>, i64)> = query.limit(span.most).select((due, id)).load(c)?;
    Ok(keys.into_iter().filter_map(|(due, id)| Some((due?, OrderId(id)))).collect())
}

/// The keys of these orders in the list's terms; in order of what is due, of those that are.
pub fn keyed(c: &mut Conn, filter: &ListFilter, ids: &[OrderId]) -> StoreResult<Vec<Key>> {
    let mut keys = Vec::with_capacity(ids.len());
    for some in OrderId::keys(ids).chunks(super::super::CHUNK) {
        match filter.by {
            By::Created => {
                let of = orders::table.filter(orders::id.eq_any(some));
                keys.extend(typed(of.select((orders::created_at, orders::id)).load(c)?));
            }
            By::Due => {
                let there = order_area::order_id.eq(orders::id).and(order_area::area_id.eq(orders::area_id));
                let due: Vec<(Option<Ts>, i64)> = orders::table
                    .inner_join(order_area::table.on(there))
                    .filter(orders::id.eq_any(some))
                    .select((order_area::next_due_at, orders::id))
                    .load(c)?;
                keys.extend(due.into_iter().filter_map(|(due, id)| Some((due?, OrderId(id)))));
            }
        }
    }
    Ok(in_order(filter, keys))
}

/// Keys as a statement gives them.
pub fn typed(keys: Vec<(Ts, i64)>) -> Vec<Key> {
    keys.into_iter().map(|(at, id)| (at, OrderId(id))).collect()
}

/// These keys in the list's order, each once.
pub fn in_order(filter: &ListFilter, mut keys: Vec<Key>) -> Vec<Key> {
    keys.sort_unstable();
    keys.dedup();
    if !filter.ascending {
        keys.reverse();
    }
    keys
}

/// The keys, in order, of a range that no index has in the list's order: of the newest that are looked at for a page.
pub fn newest(c: &mut Conn, filter: &ListFilter, range: &Range) -> StoreResult<Vec<Key>> {
    let as_they_came = ListFilter { by: By::Created, ascending: false, created_from: None, ..filter.clone() };
    let ids = keys(c, &as_they_came, range, Span { after: None, most: LOOKED_AT })?;
    keyed(c, filter, &ids.into_iter().map(|key| key.1).collect::<Vec<_>>())
}

/// Keys of the orders that are filed under a term.
pub fn postings(c: &mut Conn, filter: &ListFilter, term: i64, span: Span) -> StoreResult<Vec<Key>> {
    let query = order_term::table.filter(order_term::term.eq(term)).into_boxed();
    Ok(typed(a_span!(query, filter, span, order_term::created_at, order_term::order_id).load(c)?))
}
