//! Orders by a number as somebody typed it. The numbers it may mean are worked out from what was given out that day, and
//! looked up one by one: a range of texts would depend on how the database sorts dashes.

use super::super::Conn;
use super::drivers::within;
use crate::engine::error::StoreResult;
use crate::order::listing::{LOOKED_AT, ListFilter, Search};
use crate::order::schema::{number_sequence, orders};
use diesel::prelude::*;
use domain::OrderId;
use domain::order::number::{Typed, written};

/// What a list whose search may be a number looks for instead: the orders of its sources that it means, or, when there are
/// none, its text in the title. Nothing when it is not such a list.
pub fn settled(c: &mut Conn, filter: &ListFilter) -> StoreResult<Option<ListFilter>> {
    let Some(Search::Number { typed, text }) = &filter.search else { return Ok(None) };
    let meant = ids(c, typed)?;
    let there = within(c, filter, &filter.sources, &meant)?;
    let search = if there.is_empty() {
        Search::Title(text.clone())
    } else {
        Search::Orders(there.into_iter().collect())
    };
    Ok(Some(ListFilter { search: Some(search), ..filter.clone() }))
}

/// The orders it may mean: of what one page may look at, the newest.
fn ids(c: &mut Conn, typed: &Typed) -> StoreResult<Vec<OrderId>> {
    let given: Vec<(String, i32)> = number_sequence::table
        .filter(number_sequence::day.eq(&typed.day))
        .order(number_sequence::prefix)
        .select((number_sequence::prefix, number_sequence::last))
        .load(c)?;
    let numbers: Vec<String> = given
        .iter()
        .filter(|(prefix, _)| typed.prefix.as_ref().is_none_or(|wanted| wanted == prefix))
        .flat_map(|(prefix, last)| {
            typed.meant(i64::from(*last)).map(move |running| written(prefix, &typed.day, running))
        })
        .take(usize::try_from(LOOKED_AT).unwrap_or(0))
        .collect();
    let mut found = Vec::new();
    for some in numbers.chunks(super::super::CHUNK) {
        let there = orders::table.filter(orders::number.eq_any(some)).select(orders::id);
        found.extend(there.load::<i64>(c)?.into_iter().map(OrderId));
    }
    Ok(found)
}
