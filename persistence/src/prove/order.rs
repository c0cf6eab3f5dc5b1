//! What must hold of one order and the rows around it.

use super::claims;
use super::dossier::Dossier;
use super::ledger::Ledger;
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::order::invariants::{
    ESCALATES, EVENT_SEQUENCE, NUMBER_GIVEN, OFFER_LIVE, OFFER_TOLD, ORDER_FOLD, ORDER_LISTED, ORDER_PARTIES,
    ORDER_TEXT, READABLE, TIMERS,
};
use crate::order::map;
use crate::order::rows::ClaimRow;
use domain::order::{CoHandling, Order, Recorded, RingScope, Status, TimerKind, next_due_at, number};
use domain::organisation::{Assignee, Scope};
use domain::words::labelled::Labelled;
use std::collections::BTreeSet;

/// Checks everything.
pub fn check(d: &Dossier, book: &mut Ledger) {
    let id = d.row.id;
    *book.counts.orders.entry(d.row.status.clone()).or_default() += 1;
    book.counts.events += count(d.events.len());
    book.counts.timers += count(d.timers.len());
    book.holds(ORDER_TEXT, d.has_text, || format!("order {id}"));
    number(d, book);
    numbered_events(d, book);
    match read(d) {
        Ok((stored, history)) => {
            folds(&stored, &history, book);
            claims::check(d, &history, book);
            timers(d, &stored, book);
            escalates(d, &stored, book);
            parties(d, &stored, book);
        }
        Err(e) => book.broken(READABLE, || format!("order {id}: {e}")),
    }
    offers(d, book);
    listed(d, book);
}

/// Exactly one of the three (QUEUE.md, invariant 6).
fn escalates(d: &Dossier, stored: &Order, book: &mut Ledger) {
    let climbs = d.timers.iter().any(|(kind, _)| kind == TimerKind::Escalation.as_str());
    let sleeps = stored.case.suspension.is_some();
    let ways = [climbs, sleeps, stored.is_with_dispatcher()].into_iter().filter(|way| *way).count();
    let holds = stored.status != Status::Pooled || ways == 1;
    book.holds(ESCALATES, holds, || format!("order {}: {ways} of the three", d.row.id));
}

fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

fn read(d: &Dossier) -> StoreResult<(Order, Vec<Recorded>)> {
    let mut live: Vec<ClaimRow> = d.claims.iter().filter(|k| k.released_at.is_none()).cloned().collect();
    live.sort_by_key(|k| k.slot);
    let mut rings: Vec<RingScope> = d
        .rings
        .iter()
        .filter(|r| r.attempt == d.row.attempt)
        .filter_map(|r| {
            Some(RingScope { ring: r.ring, scope: Scope::from_parts(&r.scope_kind, r.scope_ref)? })
        })
        .collect();
    rings.sort_unstable();
    let history: StoreResult<Vec<Recorded>> = d.events.iter().cloned().map(map::recorded).collect();
    Ok((map::order(d.row.clone(), &live, rings)?, history?))
}

fn number(d: &Dossier, book: &mut Ledger) {
    let Some((prefix, day, running)) = number::parts(&d.row.number) else {
        let (id, number) = (d.row.id, &d.row.number);
        return book.broken(NUMBER_GIVEN, || format!("order {id} has the number {number:?}"));
    };
    let of_day = book.numbered.entry((prefix.into(), day.into())).or_default();
    of_day.there += 1;
    of_day.highest = of_day.highest.max(running);
}

fn numbered_events(d: &Dossier, book: &mut Ledger) {
    let in_order = d.events.iter().zip(1..).all(|(event, n)| event.seq == n);
    let last = d.events.last().map_or(0, |event| event.seq);
    book.holds(EVENT_SEQUENCE, in_order && last == d.row.version, || {
        let (id, version) = (d.row.id, d.row.version);
        format!("order {id}: version {version}, {} events, the last is number {last}", d.events.len())
    });
}

fn folds(stored: &Order, history: &[Recorded], book: &mut Ledger) {
    match domain::order::fold(stored.id, history) {
        None => book.broken(ORDER_FOLD, || format!("order {}: no history to fold", stored.id)),
        Some(folded) => book.holds(ORDER_FOLD, *stored == folded, || difference(stored, &folded)),
    }
}

/// The fields in which they differ; small ones with their values.
fn difference(stored: &Order, folded: &Order) -> String {
    let mut said = Vec::new();
    let mut value = |name: &str, stored: &dyn std::fmt::Display, folded: &dyn std::fmt::Display| {
        let (stored, folded) = (stored.to_string(), folded.to_string());
        if stored != folded {
            said.push(format!("{name} is {stored}, by its events {folded}"));
        }
    };
    value("status", &stored.status, &folded.status);
    value("version", &stored.version, &folded.version);
    value("attempt", &stored.attempt, &folded.attempt);
    value("slots", &stored.slots, &folded.slots);
    value("ring", &stored.ring, &folded.ring);
    value("area", &stored.area, &folded.area);
    value("inbox", &stored.inbox, &folded.inbox);
    let rest = [
        ("claims", stored.claims == folded.claims),
        ("rings", stored.rings == folded.rings),
        ("assignee", stored.assignee == folded.assignee),
        ("clocks", stored.clocks == folded.clocks),
        ("limits", stored.limits == folded.limits),
        ("case", stored.case == folded.case),
        ("updated_at", stored.updated_at == folded.updated_at),
    ];
    said.extend(rest.iter().filter(|(_, same)| !same).map(|(name, _)| format!("{name} differ")));
    if said.is_empty() {
        said.push("another field differs".into());
    }
    format!("order {}: {}", stored.id, said.join("; "))
}

fn timers(d: &Dossier, order: &Order, book: &mut Ledger) {
    let mut wanted: Vec<(String, Ts)> =
        order.timers().into_iter().map(|(kind, due)| (kind.as_str().to_owned(), Ts(due))).collect();
    let mut there = d.timers.clone();
    wanted.sort();
    there.sort();
    book.holds(TIMERS, wanted == there, || {
        let list = |timers: &[(String, Ts)]| {
            let each: Vec<String> = timers.iter().map(|(kind, due)| format!("{kind} {}", due.0)).collect();
            each.join(", ")
        };
        format!("order {}: runs [{}], should run [{}]", order.id, list(&there), list(&wanted))
    });
}

fn offers(d: &Dossier, book: &mut Ledger) {
    let waits = matches!(d.row.status.as_str(), "pooled" | "assigned");
    let waiting = book.waiting.contains(&d.row.id);
    for ring in &d.rings {
        let place = || format!("order {}, attempt {}, scope {}", ring.order_id, ring.attempt, ring.scope_id);
        let current = waits && ring.attempt == d.row.attempt;
        book.holds(OFFER_LIVE, ring.live || !current, place);
        let stands = current && d.row.suspended_until.is_none();
        book.holds(OFFER_TOLD, waiting || ring.told == stands, place);
    }
}

fn parties(d: &Dossier, stored: &Order, book: &mut Ledger) {
    let parts = |who: Assignee| (who.parts().0.to_owned(), who.parts().1);
    let wanted: BTreeSet<(String, i64)> = stored.directed().into_iter().map(parts).collect();
    // whoever was done before that ended their part stays listed
    let done = stored.case.co_handlers.iter().filter(|co| co.state == CoHandling::Done);
    let done: BTreeSet<(String, i64)> = done.map(|co| parts(co.who)).collect();
    let differ = d.parties.symmetric_difference(&wanted);
    for (kind, id) in differ.filter(|one| !(d.parties.contains(*one) && done.contains(*one))) {
        let said = if wanted.contains(&(kind.clone(), *id)) { "handles it and is not" } else { "is" };
        book.broken(ORDER_PARTIES, || {
            format!("order {}: {kind} {id} {said} listed as handling it", d.row.id)
        });
    }
    for (kind, id, until) in &d.past {
        book.holds(ORDER_PARTIES, (1..=stored.version).contains(until), || {
            format!("order {}: {kind} {id} took part up to event {until} of {}", d.row.id, stored.version)
        });
    }
}

fn listed(d: &Dossier, book: &mut Ledger) {
    let id = d.row.id;
    let Some(status) = domain::order::Status::parse(&d.row.status) else { return };
    let there: BTreeSet<i64> = d.listed.iter().map(|l| l.area_id).collect();
    for area in d.above.difference(&there) {
        book.broken(ORDER_LISTED, || format!("order {id} is not listed in area {area}"));
    }
    for area in there.difference(&d.above) {
        book.broken(ORDER_LISTED, || format!("order {id} is listed in area {area}, where it is not"));
    }
    let stands = status.is_open() && d.row.suspended_until.is_none();
    let due = d.row.resolve_due_at.filter(|_| stands);
    let next_due = next_due_at(status, &d.row.clocks.0).map(Ts);
    let asked = d.row.case_file.0.request.filter(|_| status.is_open()).map(|r| r.ask.kind().as_str());
    for l in &d.listed {
        let true_ = l.bucket == map::bucket(status)
            && l.open == status.is_open()
            && l.created_at == d.row.created_at
            && l.due_at == due
            && l.next_due_at == next_due
            && l.asked.as_deref() == asked;
        book.holds(ORDER_LISTED, true_, || {
            format!(
                "order {id} is {status} and listed in area {} as {}, open: {}, due: {:?} and {:?}, asked: {:?}",
                l.area_id, l.bucket, l.open, l.due_at, l.next_due_at, l.asked
            )
        });
    }
}
