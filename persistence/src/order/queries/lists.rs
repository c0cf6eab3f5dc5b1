//! Lists of orders: keyset pages, newest first (or oldest first), or in order of the limit that ends next.
//!
//! A list is the union of its sources (areas a person oversees, parties, own claims); each source and bucket is one
//! range of one index. Where the range is exactly what is asked for, a page is read from it and nothing is ever counted or
//! skipped over. What asks for more (a title, an item, who leads it, what is overdue) is served by what finds the fewest
//! orders (`drivers.rs`), and looked through a bounded number at a time (`look.rs`): finding nothing costs no more than
//! finding, and says where to go on.

mod drivers;
mod look;
mod numbers;
mod ranges;
pub mod terms;

use super::Conn;
use crate::engine::error::StoreResult;
use crate::order::listing::{Found, Key, LOOKED_AT, ListFilter, Source};
use drivers::Driver;
use look::Looked;
pub use ranges::typed;

/// The keys of one page. It is short, or empty, with a place to go on from where nothing more was found among as many as are
/// looked at.
pub fn page(c: &mut Conn, filter: &ListFilter) -> StoreResult<Found<Key>> {
    let settled = numbers::settled(c, filter)?;
    let filter = settled.as_ref().unwrap_or(filter);
    let driver = if filter.asks_more() { drivers::choose(c, filter)? } else { Driver::Ranges };
    let looks = match driver {
        Driver::Ranges => by_ranges(c, filter, &filter.sources)?,
        Driver::Keys(keys) => vec![look::through_keys(c, filter, &keys, &filter.sources)?],
        Driver::Overdue(keys) => {
            let (areas, others) = parted(&filter.sources);
            let mut looks = by_ranges(c, filter, &others)?;
            looks.push(look::through_keys(c, filter, &keys, &areas)?);
            looks
        }
        Driver::Term(term) => {
            let (areas, others) = parted(&filter.sources);
            let mut looks = by_ranges(c, filter, &others)?;
            looks.push(look::through_term(c, filter, term, &areas)?);
            looks
        }
    };
    Ok(merged(filter, looks))
}

/// The areas among these sources, and the others.
fn parted(sources: &[Source]) -> (Vec<Source>, Vec<Source>) {
    sources.iter().cloned().partition(|source| matches!(source, Source::Area(_)))
}

/// A look through each range that makes up these sources.
fn by_ranges(c: &mut Conn, filter: &ListFilter, sources: &[Source]) -> StoreResult<Vec<Looked>> {
    let ranges = ranges::of(filter, sources);
    let share = LOOKED_AT / i64::try_from(ranges.len().max(1)).unwrap_or(LOOKED_AT);
    ranges.iter().map(|range| look::through_range(c, filter, range, share.max(look::LEAST))).collect()
}

/// One page of what several looks found. Nobody knows what lies behind the nearest place where one of them stopped.
fn merged(filter: &ListFilter, looks: Vec<Looked>) -> Found<Key> {
    let before = |one: &Key, other: &Key| if filter.ascending { one < other } else { one > other };
    let mut stop: Option<Key> = None;
    let mut list = Vec::new();
    for look in looks {
        list.extend(look.keys);
        if let Some(end) = look.end
            && stop.as_ref().is_none_or(|stop| before(&end, stop))
        {
            stop = Some(end);
        }
    }
    list.sort_unstable();
    list.dedup();
    if !filter.ascending {
        list.reverse();
    }
    if let Some(stop) = &stop {
        list.retain(|key| !before(stop, key));
    }
    let limit = usize::try_from(filter.limit).unwrap_or(0);
    if list.len() > limit {
        list.truncate(limit);
        stop = list.last().copied();
    }
    Found { list, next: stop }
}

/// How many orders a filter finds, at most `cap`; none when it would take more looking than one page may.
pub fn count(c: &mut Conn, filter: &ListFilter, cap: i64) -> StoreResult<Option<i64>> {
    let found = page(c, &ListFilter { after: None, limit: cap, ..filter.clone() })?;
    let n = i64::try_from(found.list.len()).unwrap_or(i64::MAX);
    Ok((found.next.is_none() || n >= cap).then_some(n))
}
