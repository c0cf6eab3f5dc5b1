//! What a list is driven by: whatever finds the fewest orders, each found out by looking at a bounded piece of an index.

use super::super::Conn;
use super::ranges;
use super::ranges::Span;
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::order::listing::{By, Key, LOOKED_AT, ListFilter, Search, Source};
use crate::order::schema::{claim, order_area, order_party, order_term, orders};
use diesel::prelude::*;
use domain::order::Status;
use domain::words::labelled::Labelled;
use domain::{AreaId, OrderId};
use std::collections::BTreeSet;

/// Orders of a term below which nothing rarer is looked for.
const FEW: i64 = 256;

/// What a list is driven by.
#[derive(Debug)]
pub enum Driver {
    /// The ranges of its sources.
    Ranges,
    /// These keys, in the list's order, whichever source they are of.
    Keys(Vec<Key>),
    /// The overdue ones of its areas, in the list's order.
    Overdue(Vec<Key>),
    /// The postings of a term.
    Term(i64),
}

/// What finds the fewest orders.
pub fn choose(c: &mut Conn, filter: &ListFilter) -> StoreResult<Driver> {
    if let Some(ids) = named(c, filter)? {
        return Ok(Driver::Keys(ranges::keyed(c, filter, &ids)?));
    }
    // of what waits for a decision there are few
    if filter.asked.is_some() {
        return Ok(Driver::Ranges);
    }
    if filter.by == By::Due {
        return by_due(c, filter);
    }
    let terms = filter.terms();
    if let Some(term) = rarest(c, &terms, FEW)? {
        return Ok(Driver::Term(term));
    }
    if let Some(keys) = overdue(c, filter)? {
        return Ok(Driver::Overdue(ranges::in_order(filter, keys)));
    }
    if let Some(term) = rarest(c, &terms, LOOKED_AT)? {
        return Ok(Driver::Term(term));
    }
    match terms.first() {
        Some(term) if !are_few(c, filter)? => Ok(Driver::Term(*term)),
        Some(_) | None => Ok(Driver::Ranges),
    }
}

/// The same in order of what is due: postings are in order of when orders came, so those of a term are sorted where they are
/// no more than are looked at for a page. What is overdue stands at the front of the ranges.
fn by_due(c: &mut Conn, filter: &ListFilter) -> StoreResult<Driver> {
    let Some(term) = rarest(c, &filter.terms(), LOOKED_AT)? else { return Ok(Driver::Ranges) };
    let filed = order_term::table.filter(order_term::term.eq(term)).limit(LOOKED_AT);
    let ids: Vec<i64> = filed.select(order_term::order_id).load(c)?;
    let ids: Vec<OrderId> = ids.into_iter().map(OrderId).collect();
    Ok(Driver::Keys(ranges::keyed(c, filter, &ids)?))
}

/// The orders that what is asked for names itself: by number, by who leads them. Of what a person ever led, the
/// newest that are looked at for a page.
fn named(c: &mut Conn, filter: &ListFilter) -> StoreResult<Option<Vec<OrderId>>> {
    let found = match (&filter.search, filter.assignee) {
        (Some(Search::Orders(ids)), _) => ids.clone(),
        (Some(Search::Number { .. } | Search::Title(_)) | None, Some(lead)) => claim::table
            .filter(claim::account_id.eq(lead.0))
            .filter(claim::released_at.is_null())
            .order(claim::order_id.desc())
            .limit(LOOKED_AT)
            .select(claim::order_id)
            .load::<i64>(c)?
            .into_iter()
            .map(OrderId)
            .collect(),
        (Some(Search::Number { .. } | Search::Title(_)) | None, None) => return Ok(None),
    };
    Ok(Some(found))
}

/// The term with the fewest orders, if it has fewer than `bound`.
fn rarest(c: &mut Conn, terms: &[i64], bound: i64) -> StoreResult<Option<i64>> {
    let mut rarest: Option<(usize, i64)> = None;
    for term in terms {
        let n = order_term::table
            .filter(order_term::term.eq(term))
            .limit(bound)
            .select(order_term::order_id)
            .load::<i64>(c)?
            .len();
        if rarest.is_none_or(|(least, _)| n < least) {
            rarest = Some((n, *term));
        }
        if n == 0 {
            break;
        }
    }
    Ok(rarest.filter(|(n, _)| i64::try_from(*n).is_ok_and(|n| n < bound)).map(|(_, term)| term))
}

/// The overdue orders of the list's areas, if that is asked and they are not too many to be looked at.
fn overdue(c: &mut Conn, filter: &ListFilter) -> StoreResult<Option<Vec<Key>>> {
    let Some(now) = filter.overdue_at else { return Ok(None) };
    let mut all = Vec::new();
    for source in &filter.sources {
        if let Source::Area(area) = source {
            let keys: Vec<(Ts, i64)> = order_area::table
                .filter(order_area::area_id.eq(area.0))
                .filter(order_area::due_at.lt(Ts(now)))
                .order(order_area::due_at)
                .limit(LOOKED_AT)
                .select((order_area::created_at, order_area::order_id))
                .load(c)?;
            all.extend(ranges::typed(keys));
        }
        if i64::try_from(all.len()).is_ok_and(|n| n >= LOOKED_AT) {
            return Ok(None);
        }
    }
    Ok(Some(all))
}

/// Whether the ranges of the list's sources together are looked through for one page.
fn are_few(c: &mut Conn, filter: &ListFilter) -> StoreResult<bool> {
    let mut left = LOOKED_AT;
    for range in ranges::of(filter, &filter.sources) {
        let there = ranges::keys(c, filter, &range, Span { after: filter.after, most: left })?.len();
        left -= i64::try_from(there).unwrap_or(left);
        if left <= 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Leaves out those of the reader's own parts that were finished too long ago. What somebody reported for themself is
/// listed on its own, without such a limit.
fn still_read(c: &mut Conn, filter: &ListFilter, there: &mut BTreeSet<OrderId>) -> StoreResult<()> {
    let Some(since) = filter.finished_since.filter(|_| !there.is_empty()) else { return Ok(()) };
    let finished: Vec<&str> = Status::ALL.iter().filter(|s| s.is_finished()).map(|s| s.as_str()).collect();
    let over: Vec<i64> = orders::table
        .filter(orders::id.eq_any(OrderId::keys(&*there)))
        .filter(orders::status.eq_any(finished).and(orders::updated_at.lt(Ts(since))))
        .select(orders::id)
        .load(c)?;
    there.retain(|id| !over.contains(&id.0));
    Ok(())
}

/// Those of these orders that one of the sources has.
pub fn within(
    c: &mut Conn,
    filter: &ListFilter,
    sources: &[Source],
    ids: &[OrderId],
) -> StoreResult<BTreeSet<OrderId>> {
    let mut there = BTreeSet::new();
    if ids.is_empty() {
        return Ok(there);
    }
    let ids = OrderId::keys(ids);
    let mut areas = Vec::new();
    for source in sources {
        match source {
            Source::Area(area) => areas.push(area.0),
            Source::Party { who, part } => {
                let (kind, id) = who.parts();
                let theirs = order_party::table
                    .filter(order_party::kind.eq(kind).and(order_party::ref_id.eq(id)))
                    .filter(order_party::part.eq(*part))
                    .filter(order_party::order_id.eq_any(&ids))
                    .select(order_party::order_id);
                there.extend(theirs.load::<i64>(c)?.into_iter().map(OrderId));
            }
            Source::Creator { account, areas } => there.extend(
                order_party::table
                    .inner_join(order_area::table.on(order_area::order_id.eq(order_party::order_id)))
                    .filter(order_party::kind.eq("person").and(order_party::ref_id.eq(account.0)))
                    .filter(
                        order_party::part.eq("creator").and(order_area::area_id.eq_any(AreaId::keys(areas))),
                    )
                    .filter(order_party::order_id.eq_any(&ids))
                    .select(order_party::order_id)
                    .load::<i64>(c)?
                    .into_iter()
                    .map(OrderId),
            ),
            Source::Claimant(account) => there.extend(
                claim::table
                    .filter(claim::account_id.eq(account.0).and(claim::released_at.is_null()))
                    .filter(claim::order_id.eq_any(&ids))
                    .select(claim::order_id)
                    .load::<i64>(c)?
                    .into_iter()
                    .map(OrderId),
            ),
        }
    }
    still_read(c, filter, &mut there)?;
    if !areas.is_empty() {
        let of_areas = order_area::table
            .filter(order_area::order_id.eq_any(&ids))
            .filter(order_area::area_id.eq_any(areas))
            .select(order_area::order_id);
        there.extend(of_areas.load::<i64>(c)?.into_iter().map(OrderId));
    }
    Ok(there)
}
