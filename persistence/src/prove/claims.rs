//! What must hold of an order's claims: who won which slot, once, and that the history says the same.

use super::dossier::Dossier;
use super::ledger::Ledger;
use crate::order::invariants::{
    CLAIM_END, CLAIM_EVENTS, CLAIMED_ONCE, FILLED, PERSON_ONCE, POOLED_OPEN, SLOT_ONCE,
};
use crate::order::rows::ClaimRow;
use domain::At;
use domain::order::{Event, Recorded};
use std::collections::BTreeMap;

/// A win, as a row and as an event: attempt, slot, account, instant.
type Won = (i32, i32, i64, At);

/// Checks everything.
pub fn check(d: &Dossier, history: &[Recorded], book: &mut Ledger) {
    let id = d.row.id;
    let live: Vec<&ClaimRow> = d.claims.iter().filter(|k| k.released_at.is_none()).collect();
    let (held, ended) = (count(live.len()), count(d.claims.len() - live.len()));
    book.counts.claims_live += held;
    book.counts.claims_ended += ended;
    for (slot, times) in times(live.iter().map(|k| k.slot)) {
        book.holds(SLOT_ONCE, times == 1, || format!("order {id}: slot {slot} is held {times} times"));
    }
    for (account, times) in times(live.iter().map(|k| k.account_id)) {
        book.holds(PERSON_ONCE, times == 1, || format!("order {id}: account {account} holds {times} slots"));
    }
    for k in d.claims.iter().filter(|k| k.released_at.is_some() != k.released_attempt.is_some()) {
        book.broken(CLAIM_END, || format!("order {id}: claim {} by account {}", k.id, k.account_id));
    }
    filled(d, &live, book);
    events(d, history, book);
}

fn filled(d: &Dossier, live: &[&ClaimRow], book: &mut Ledger) {
    let row = &d.row;
    let lead = live.iter().min_by_key(|k| k.slot).map(|k| k.account_id);
    book.holds(FILLED, i64::from(row.filled) == i64::try_from(live.len()).unwrap_or(-1), || {
        format!("order {}: filled {}, live claims {}", row.id, row.filled, live.len())
    });
    book.holds(FILLED, row.lead_id == lead, || {
        format!("order {}: lead {:?}, the lowest slot is {lead:?}'s", row.id, row.lead_id)
    });
    book.holds(POOLED_OPEN, row.status != "pooled" || row.filled < row.slots, || {
        format!("order {}: pooled with {} of {} slots filled", row.id, row.filled, row.slots)
    });
}

fn events(d: &Dossier, history: &[Recorded], book: &mut Ledger) {
    let id = d.row.id;
    let told: Vec<Won> = history.iter().filter_map(won).collect();
    let rows: Vec<Won> = d.claims.iter().map(|k| (k.attempt, k.slot, k.account_id, k.at.0)).collect();
    for ((attempt, slot), times) in times(told.iter().map(|w| (w.0, w.1))) {
        book.holds(CLAIMED_ONCE, times == 1, || {
            format!("order {id}: slot {slot} of attempt {attempt} was won {times} times")
        });
    }
    let (of_told, of_rows) = (times(told.iter().copied()), times(rows.iter().copied()));
    for won in of_told.keys().chain(of_rows.keys().filter(|won| !of_told.contains_key(won))) {
        let (events, claims) = (of_told.get(won).unwrap_or(&0), of_rows.get(won).unwrap_or(&0));
        book.holds(CLAIM_EVENTS, events == claims, || {
            let (attempt, slot, account, _) = won;
            format!(
                "order {id}: attempt {attempt}, slot {slot}, account {account}: {claims} claims, {events} events"
            )
        });
    }
}

/// The win that an event tells of.
fn won(recorded: &Recorded) -> Option<Won> {
    match recorded.event {
        Event::Claimed { attempt, slot, account, .. }
        | Event::Acknowledged { attempt, slot, account, .. } => Some((attempt, slot, account.0, recorded.at)),
        _ => None,
    }
}

/// How often each of these comes.
fn times<T: Ord>(each: impl Iterator<Item = T>) -> BTreeMap<T, u32> {
    let mut times = BTreeMap::new();
    for one in each {
        *times.entry(one).or_default() += 1;
    }
    times
}

fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
