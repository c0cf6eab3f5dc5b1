//! Makes states that differ in nothing that matters one, so that there are fewer.

use super::{Ask, Call, State, Statement, Status, at, has};
use crate::Protocol;

/// Makes states that differ in nothing that matters one. A planted bug may make it matter: then nothing is forgotten.
pub fn forget(world: &Protocol, s: &mut State) {
    if world.bug.is_none() {
        forget_the_doomed(s);
        forget_the_unread(s);
        forget_the_replica(s);
        forget_the_past(s);
    }
    s.sort();
}

/// What cannot have an effect any more: a timer's command on an order that changed (it will be refused), a claim
/// statement on what can no longer be won.
fn forget_the_doomed(s: &mut State) {
    let State { orders, firing, workers, .. } = s;
    for fired in firing {
        fired.take_if(|loaded| loaded.row.version != orders[at(loaded.order)].version);
    }
    // an attempt never falls, and a claimed order is to be had again only in a later one
    let doomed = |st: &Statement| {
        let row = &orders[at(st.ask.order)];
        !st.candidate || st.ask.attempt != row.attempt || row.status == Status::Claimed
    };
    for w in workers {
        w.orphan.take_if(|st| doomed(st));
        if let Call::Claiming { statement, .. } = &mut w.call
            && doomed(statement)
        {
            *statement = nothing_seen(statement.ask);
        }
    }
}

/// What nobody reads any more: of a statement that won nothing, all but what was asked; the scopes that a bug alone
/// reads; that an ask was never answered, while a new one of the order would be the same, now and later.
fn forget_the_unread(s: &mut State) {
    let State { orders, workers, outbox, passes, moves, to_raise, .. } = s;
    let for_good = |ask: &Ask| {
        let row = &orders[at(ask.order)];
        let rises = *moves > 0 || has(*to_raise, ask.order) || row.status == Status::Accepted;
        !rises && ask.attempt == row.attempt
    };
    for w in workers {
        w.unanswered.retain(|ask| !for_good(ask));
        if let Call::Reading { statement, .. } = &mut w.call {
            *statement = nothing_seen(statement.ask);
        }
    }
    for row in outbox.iter_mut().chain(passes.iter_mut().flatten().flat_map(|pass| &mut pass.rows)) {
        row.scopes = 0;
    }
}

/// At which replica a request is, when none will be killed any more: it might as well be where a pass is under way, or a
/// timer.
fn forget_the_replica(s: &mut State) {
    if s.crashes > 0 {
        return;
    }
    let pass = (0..).zip(&s.passes).find(|(_, pass)| pass.is_some()).map(|(replica, _)| replica);
    let timer = (0..).zip(&s.firing).find(|(_, loaded)| loaded.is_some()).map(|(replica, _)| replica);
    let any = pass.or(timer).unwrap_or(0);
    s.workers.iter_mut().filter_map(|w| w.call.replica()).for_each(|replica| *replica = any);
}

/// A statement of which nothing but the ask matters.
const fn nothing_seen(ask: Ask) -> Statement {
    Statement { ask, candidate: false, taken: 0, scopes: 0 }
}

/// Versions are only compared and told in order, numbers only counted: both begin anew where nothing is open before.
fn forget_the_past(s: &mut State) {
    let State { orders, outbox, passes, firing, logs, .. } = s;
    let past: Vec<u8> = orders.iter_mut().map(|row| std::mem::take(&mut row.heard)).collect();
    orders.iter_mut().zip(&past).for_each(|(row, past)| row.version -= past);
    for row in outbox.iter_mut().chain(passes.iter_mut().flatten().flat_map(|pass| &mut pass.rows)) {
        row.version -= past[at(row.order)];
    }
    for note in
        passes.iter_mut().flatten().filter_map(|pass| pass.expanded.as_mut()).flat_map(|e| &mut e.notes)
    {
        note.1.version = note.1.version.saturating_sub(past[at(note.1.order)]);
    }
    for loaded in firing.iter_mut().flatten() {
        loaded.row.version -= past[at(loaded.order)];
        loaded.row.heard = 0;
    }
    for log in logs {
        let all = numbers_to(log.cursor);
        if log.got == all && log.committed & all == all {
            log.head -= log.cursor;
            log.committed = (log.committed >> log.cursor) & !1;
            (log.cursor, log.got) = (0, 0);
        }
    }
}

/// The numbers 1 to this one.
const fn numbers_to(last: u8) -> u32 {
    (1 << (last + 1)) - 2
}
