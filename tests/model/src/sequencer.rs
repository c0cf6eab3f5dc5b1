//! The sequencer (`news/queries/sequencer.rs`): one pass at a time, by a lock; expands each event to its scopes late, as the
//! order stands; numbers what it tells in the commit that makes it visible.

use super::state::{
    Expanded, Key, Kind, Note, OutboxRow, Pass, RESIDENT, Ring, State, Status, TOLD_OUT_OF_ORDER,
};
use super::state::{SCOPES, at, has};
use super::{Bug, Protocol};

/// Whether a replica may begin a pass.
#[must_use]
pub fn may_begin(world: &Protocol, s: &State, replica: Key) -> bool {
    let locked = s.passes.iter().any(Option::is_some) && !world.has(Bug::NumbersBeforeCommit);
    s.passes[at(replica)].is_none() && !locked && !untaken(s).is_empty()
}

/// Rows of the outbox that no pass has taken.
fn untaken(s: &State) -> Vec<OutboxRow> {
    let taken: Vec<&OutboxRow> = s.passes.iter().flatten().flat_map(|pass| &pass.rows).collect();
    s.outbox.iter().filter(|row| !taken.contains(row)).copied().collect()
}

/// `lock_sequencer`, then the rows, in the order of their keys.
pub fn lock(s: &mut State, replica: Key) {
    let rows = untaken(s);
    s.passes[at(replica)] = Some(Pass { rows, expanded: None });
}

/// Looks at each order as it stands and finds who is to be told what.
pub fn expand(world: &Protocol, s: &mut State, replica: Key) {
    let Some(pass) = s.passes[at(replica)].clone() else { return };
    let mut expanded = Expanded::default();
    for order in 0..world.orders {
        let rows: Vec<&OutboxRow> = pass.rows.iter().filter(|row| row.order == order).collect();
        if rows.is_empty() {
            continue;
        }
        for row in &rows {
            let note = Note { order, version: row.version, kind: Kind::Changed };
            expanded.notes.push((RESIDENT, note, None));
        }
        let seen_early = rows.iter().fold(0, |set, row| set | row.scopes);
        tell_candidates(world, s, order, seen_early, &mut expanded);
    }
    if world.has(Bug::NumbersBeforeCommit) {
        for (scope, _, number) in &mut expanded.notes {
            s.logs[at(*scope)].head += 1;
            *number = Some(s.logs[at(*scope)].head);
        }
    }
    if world.has(Bug::PublishedBeforeCommit) {
        for scope in SCOPES {
            let fresh = expanded.notes.iter().filter(|(of, ..)| *of == scope).count();
            let log = &mut s.logs[at(scope)];
            for _ in 0..fresh {
                log.cursor += 1;
                log.got |= 1 << log.cursor;
            }
        }
    }
    s.passes[at(replica)] = Some(Pass { expanded: Some(expanded), ..pass });
}

/// The difference between the scopes the offer stands for and those it was sent to.
fn tell_candidates(world: &Protocol, s: &State, order: Key, seen_early: u8, expanded: &mut Expanded) {
    let row = s.order(order);
    let version = row.version;
    let stands = row.status == Status::Pooled;
    let visible = |r: &&Ring| {
        r.order == order
            && (r.attempt == row.attempt || r.told)
            && (!world.has(Bug::EarlyExpansion) || has(seen_early, r.scope))
    };
    let (now, over): (Vec<Ring>, Vec<Ring>) =
        s.rings.iter().filter(visible).copied().partition(|r| stands && r.attempt == row.attempt);
    let over: Vec<Ring> = over.into_iter().filter(|r| r.told).collect();
    let mut ended: Vec<Key> =
        over.iter().map(|r| r.scope).filter(|scope| !now.iter().any(|r| r.scope == *scope)).collect();
    ended.sort_unstable();
    ended.dedup();
    expanded.marks.extend(over.iter().map(|r| Ring { told: false, ..*r }));
    let offered: Vec<Ring> = now.into_iter().filter(|r| !r.told).collect();
    expanded.marks.extend(offered.iter().map(|r| Ring { told: true, ..*r }));
    let offers = offered.iter().map(|r| (r.scope, Kind::Offer));
    for (scope, kind) in offers.chain(ended.into_iter().map(|scope| (scope, Kind::Closed))) {
        expanded.notes.push((scope, Note { order, version, kind }, None));
    }
}

/// Numbers them, takes the rows out of the outbox, commits.
pub fn commit(world: &Protocol, s: &mut State, replica: Key) {
    let Some(Pass { rows, expanded: Some(expanded) }) = s.passes[at(replica)].take() else { return };
    for (scope, note, number) in expanded.notes {
        if scope == RESIDENT {
            let row = &mut s.orders[at(note.order)];
            row.heard += 1;
            if note.version != row.heard {
                s.seen |= TOLD_OUT_OF_ORDER;
            }
        }
        let log = &mut s.logs[at(scope)];
        if number.is_none() {
            log.head += 1;
        }
        log.committed |= 1 << number.unwrap_or(log.head);
        log.last[at(note.order)] = (scope != RESIDENT).then_some(note.kind);
    }
    for mark in expanded.marks {
        let same = |r: &&mut Ring| (r.order, r.attempt, r.scope) == (mark.order, mark.attempt, mark.scope);
        if let Some(ring) = s.rings.iter_mut().find(same) {
            ring.told = mark.told;
        }
    }
    s.outbox.retain(|row| !rows.contains(row));
    if !world.lag {
        SCOPES.iter().for_each(|scope| poll(s, *scope));
    }
}

/// Whoever watches a scope reads what is visible past the cursor.
pub fn poll(s: &mut State, scope: Key) {
    let log = &mut s.logs[at(scope)];
    for number in (log.cursor + 1..=log.head).filter(|number| log.committed & 1 << number != 0) {
        log.cursor = number;
        log.got |= 1 << number;
    }
}
