//! Lists of orders: keyset pages over index ranges, newest first (or oldest first).
//!
//! A list is the union of its sources (areas a person oversees, parties, own claims); each source and bucket is one
//! range of one index, read up to a page, and the pages are merged here. No page is ever counted or skipped over.

use super::Conn;
use crate::error::StoreResult;
use crate::schema::{claim, order_area, order_contact, order_party, order_text, orders, timer};
use crate::types::Ts;
use crate::values::{ListFilter, Search, Source};
use diesel::prelude::*;
use domain::labelled::Labelled;
use domain::order::Status;
use domain::order::timer::TimerKind;

/// Position of an order in a list.
pub type Key = (Ts, i64);

/// Keys of one page, at most `filter.limit + 1`, in order.
///
/// # Errors
/// Those of the connection.
pub fn page(c: &mut Conn, filter: &ListFilter) -> StoreResult<Vec<Key>> {
    let mut keys = Vec::new();
    for source in &filter.sources {
        match source {
            Source::Area(area) if filter.needs_no_bucket() => keys.extend(of_area(c, *area, None, filter)?),
            Source::Area(area) => {
                for bucket in filter.buckets() {
                    keys.extend(of_area(c, *area, Some(bucket), filter)?);
                }
            }
            Source::Party { kind, id, part } => keys.extend(of_party(c, kind, *id, part, filter)?),
            Source::Claimant(account) => keys.extend(of_claimant(c, *account, filter)?),
        }
    }
    keys.sort_unstable();
    keys.dedup();
    if !filter.ascending {
        keys.reverse();
    }
    keys.truncate(usize::try_from(filter.limit).unwrap_or(0) + 1);
    Ok(keys)
}

/// Adds what every source shares about the range itself: the keyset, order and limit.
macro_rules! a_page {
    ($query:expr, $filter:expr, $created:expr, $id:expr) => {{
        let f = $filter;
        let mut query = $query;
        if let Some((Ts(at), id)) = f.after {
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
        query.limit(f.limit + 1).select(($created, $id))
    }};
}

/// Adds what is asked of the joined order.
macro_rules! of_orders {
    ($query:expr, $filter:expr) => {{
        let f = $filter;
        let mut query = $query;
        if !f.statuses.is_empty() {
            query = query.filter(orders::status.eq_any(f.status_words()));
        }
        if let Some(item) = f.service_item {
            query = query.filter(orders::service_item_id.eq(item));
        }
        if let Some(channel) = f.channel {
            query = query.filter(orders::channel.eq(channel));
        }
        if let Some(lead) = f.assignee {
            query = query.filter(orders::lead_id.eq(lead));
        }
        if let Some(now) = f.overdue_at {
            query = query
                .filter(orders::resolve_due_at.lt(Some(Ts(now))))
                .filter(orders::suspended_until.is_null());
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
        match &f.search {
            None => query,
            Some(Search::Number(number)) => query.filter(orders::number.eq(number.clone())),
            Some(Search::Title(text)) => {
                let pattern =
                    format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
                query.filter(
                    orders::id.eq_any(
                        order_text::table
                            .filter(order_text::order_id.eq(orders::id))
                            .filter(order_text::search.like(pattern).escape('\\'))
                            .select(order_text::order_id),
                    ),
                )
            }
            Some(Search::Phone(hashes)) => query.filter(
                orders::id.eq_any(
                    order_contact::table
                        .filter(order_contact::phone_hash.eq_any(hashes.clone()))
                        .select(order_contact::order_id),
                ),
            ),
        }
    }};
}

fn of_area(c: &mut Conn, area: i64, bucket: Option<&str>, filter: &ListFilter) -> StoreResult<Vec<Key>> {
    /// The range of the area, or of its bucket.
    macro_rules! range {
        ($rows:expr) => {{
            let mut query = $rows.filter(order_area::area_id.eq(area)).into_boxed();
            if let Some(bucket) = bucket {
                query = query.filter(order_area::bucket.eq(bucket.to_owned()));
            }
            if filter.open_only {
                query = query.filter(order_area::open.eq(true));
            }
            query
        }};
    }
    if filter.is_a_range(bucket) {
        let query = range!(order_area::table);
        return Ok(a_page!(query, filter, order_area::created_at, order_area::order_id).load(c)?);
    }
    let joined = order_area::table.inner_join(orders::table.on(orders::id.eq(order_area::order_id)));
    let query = of_orders!(range!(joined), filter);
    Ok(a_page!(query, filter, order_area::created_at, order_area::order_id).load(c)?)
}

fn of_party(c: &mut Conn, kind: &str, id: i64, part: &str, filter: &ListFilter) -> StoreResult<Vec<Key>> {
    let query = order_party::table
        .inner_join(orders::table.on(orders::id.eq(order_party::order_id)))
        .filter(order_party::kind.eq(kind.to_owned()))
        .filter(order_party::ref_id.eq(id))
        .filter(order_party::part.eq(part.to_owned()))
        .into_boxed();
    Ok(a_page!(of_orders!(query, filter), filter, order_party::created_at, order_party::order_id).load(c)?)
}

fn of_claimant(c: &mut Conn, account: i64, filter: &ListFilter) -> StoreResult<Vec<Key>> {
    let query = orders::table
        .filter(
            orders::id.eq_any(
                claim::table
                    .filter(claim::account_id.eq(account))
                    .filter(claim::released_at.is_null())
                    .select(claim::order_id),
            ),
        )
        .into_boxed();
    Ok(a_page!(of_orders!(query, filter), filter, orders::created_at, orders::id).load(c)?)
}
