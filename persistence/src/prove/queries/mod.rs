//! Reads a whole database in one snapshot and has it checked (`crate::prove`). Everything that grows is read in
//! chunks by key; what joins two tables that grow is one statement, which the database sorts on disk.

mod dossiers;
mod joined;
mod logs;
mod stated;

use super::{Conn, now};
use super::{catalogue, engine, organisation};
use crate::catalogue::invariants::ITEM_READABLE;
use crate::engine::clock::Clock;
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::news::invariants::NONE_STUCK;
use crate::news::schema::{outbox, receipt};
use crate::operations::sweep::KEPT_DAYS;
use crate::order::invariants::NUMBER_GIVEN;
use crate::order::schema::{number_sequence, orders};
use crate::prove::ledger::{Ledger, Numbered, Report};
use crate::prove::order;
use chrono::TimeDelta;
use diesel::prelude::*;
use domain::order::number;
use std::collections::BTreeSet;

/// Rows of the outbox, or numbers, read at once.
const PAGE: i64 = 5_000;

/// Checks everything. Runs in one snapshot.
pub fn all(c: &mut Conn, clock: &Clock) -> StoreResult<Report> {
    let at = now(c, clock)?;
    // an hour more than is swept by: what one pass makes is not sorted by time to the second
    let cutoff = at - TimeDelta::days(KEPT_DAYS) + TimeDelta::hours(1);
    let mut book = Ledger::default();
    waiting(c, &mut book)?;
    set_aside(c, &mut book)?;
    every_order(c, &mut book)?;
    numbers(c, &mut book)?;
    logs::check(c, cutoff, &mut book)?;
    book.counts.receipts = u64::try_from(receipt::table.count().get_result::<i64>(c)?).unwrap_or(0);
    joined::check(c, cutoff, &mut book)?;
    stated::check(c, &mut book)?;
    catalogue::unreadable(c, &mut |id, why| {
        book.broken(ITEM_READABLE, || format!("service item {id}: {why}"));
    })?;
    Ok(book.report(at))
}

/// What was set aside, by order.
fn set_aside(c: &mut Conn, book: &mut Ledger) -> StoreResult<()> {
    use crate::news::schema::outbox_stuck::dsl;
    let mut after = 0;
    loop {
        let rows: Vec<(i64, i64, i32, String)> = dsl::outbox_stuck
            .filter(dsl::id.gt(after))
            .order(dsl::id)
            .limit(PAGE)
            .select((dsl::id, dsl::order_id, dsl::version, dsl::error))
            .load(c)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.0;
        for (_, order, version, why) in rows {
            book.counts.stuck += 1;
            // what was not told does not break what is known of those who were
            book.waiting.insert(order);
            book.broken(NONE_STUCK, || format!("order {order}, event {version}: {why}"));
        }
    }
}

/// What is committed and not sequenced.
fn waiting(c: &mut Conn, book: &mut Ledger) -> StoreResult<()> {
    let mut after = 0;
    loop {
        let rows: Vec<(i64, i64, Ts)> = outbox::table
            .filter(outbox::id.gt(after))
            .order(outbox::id)
            .limit(PAGE)
            .select((outbox::id, outbox::order_id, outbox::at))
            .load(c)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.0;
        for (_, order, at) in rows {
            book.counts.outbox += 1;
            book.waiting.insert(order);
            book.counts.outbox_since = Some(book.counts.outbox_since.map_or(at.0, |since| since.min(at.0)));
        }
    }
}

fn every_order(c: &mut Conn, book: &mut Ledger) -> StoreResult<()> {
    let mut after = 0;
    while let Some(chunk) = dossiers::next(c, after, book)? {
        after = chunk.last;
        for dossier in &chunk.dossiers {
            order::check(dossier, book);
        }
    }
    Ok(())
}

/// Numbers have no gaps: one that was given and has no order is an order that is lost.
fn numbers(c: &mut Conn, book: &mut Ledger) -> StoreResult<()> {
    let given: Vec<(String, String, i32)> = number_sequence::table
        .select((number_sequence::prefix, number_sequence::day, number_sequence::last))
        .load(c)?;
    let mut numbered = std::mem::take(&mut book.numbered);
    for (prefix, day, last) in given {
        book.counts.numbers += u64::try_from(last).unwrap_or(0);
        let of_day = numbered.remove(&(prefix.clone(), day.clone())).unwrap_or_default();
        if of_day == (Numbered { there: i64::from(last), highest: i64::from(last) }) {
            continue;
        }
        let there = running_numbers(c, &prefix, &day)?;
        for lost in (1..=i64::from(last)).filter(|n| !there.contains(n)) {
            book.broken(NUMBER_GIVEN, || format!("{prefix}-{day}-{lost:05} was given and has no order"));
        }
        for ahead in there.iter().filter(|n| **n > i64::from(last)) {
            book.broken(NUMBER_GIVEN, || format!("{prefix}-{day}-{ahead:05} was not given"));
        }
    }
    for ((prefix, day), of_day) in numbered {
        book.broken(NUMBER_GIVEN, || format!("{} of {prefix}-{day} were not given", of_day.there));
    }
    Ok(())
}

/// The running numbers of a county and day that have an order.
fn running_numbers(c: &mut Conn, prefix: &str, day: &str) -> StoreResult<BTreeSet<i64>> {
    let mut there = BTreeSet::new();
    let mut after = 0;
    loop {
        let rows: Vec<(i64, String)> = orders::table
            .filter(orders::id.gt(after))
            .order(orders::id)
            .limit(PAGE)
            .select((orders::id, orders::number))
            .load(c)?;
        let Some(last) = rows.last() else { return Ok(there) };
        after = last.0;
        let of_day = rows.iter().filter_map(|(_, number)| number::parts(number));
        there.extend(of_day.filter(|parts| (parts.0, parts.1) == (prefix, day)).map(|parts| parts.2));
    }
}
