//! Makes states that differ in nothing that matters one, so that there are fewer.

use super::{Call, Key, State, Worker, at};
use crate::Protocol;

/// Makes states that differ in nothing that matters one. A planted bug may make it matter: then nothing is forgotten.
pub fn forget(world: &Protocol, s: &mut State) {
    if world.bug.is_none() {
        forget_the_doomed(s);
        forget_the_past(s);
        number_replicas(s);
    }
    s.claims.sort_unstable();
    s.wins.sort_unstable();
    for w in &mut s.workers {
        w.answered.sort_unstable();
        w.unanswered.sort_unstable();
    }
}

/// What cannot have an effect any more: a timer's command on an order that changed (it will be refused), a killed
/// replica's statement on an attempt that is over, at which replica a request is when none will be killed.
fn forget_the_doomed(s: &mut State) {
    let State { orders, firing, workers, crashes, .. } = s;
    for fired in firing {
        fired.take_if(|loaded| loaded.row.version != orders[at(loaded.order)].version);
    }
    for w in workers {
        w.orphan.take_if(|st| !st.candidate || st.ask.attempt != orders[at(st.ask.order)].attempt);
        match &mut w.call {
            Call::Claiming { replica, .. }
            | Call::Reading { replica, .. }
            | Call::Replying { replica, .. }
                if *crashes == 0 =>
            {
                *replica = 0;
            }
            Call::Idle | Call::Claiming { .. } | Call::Reading { .. } | Call::Replying { .. } => {}
        }
    }
}

/// Two replicas are alike: the one with the pass, else with the timer, else with the first worker's request is the
/// first.
fn number_replicas(s: &mut State) {
    let of_call = |w: &Worker| match w.call {
        Call::Idle => None,
        Call::Claiming { replica, .. } | Call::Reading { replica, .. } | Call::Replying { replica, .. } => {
            Some(replica)
        }
    };
    let place = |at: Option<usize>| at.and_then(|place| Key::try_from(place).ok());
    let with_pass = place(s.passes.iter().position(Option::is_some));
    let firing = place(s.firing.iter().position(Option::is_some));
    let first = with_pass.or(firing).or_else(|| s.workers.iter().find_map(of_call)).unwrap_or(0);
    if first == 0 {
        return;
    }
    s.passes.swap(0, at(first));
    s.firing.swap(0, at(first));
    for w in &mut s.workers {
        match &mut w.call {
            Call::Idle => {}
            Call::Claiming { replica, .. }
            | Call::Reading { replica, .. }
            | Call::Replying { replica, .. } => {
                *replica = if *replica == first {
                    0
                } else if *replica == 0 {
                    first
                } else {
                    *replica
                };
            }
        }
    }
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
    outbox.sort_unstable();
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
