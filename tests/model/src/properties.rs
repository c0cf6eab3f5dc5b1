//! What must hold in every state (QUEUE.md, invariants), and what must happen in some, lest the model prove nothing.

use super::Protocol;
use super::state::{
    Answer, CANDIDATES, CONTRADICTED, Call, ClaimRow, ESCALATED_CLAIMED, Key, Kind, State, Status,
    TOLD_OUT_OF_ORDER, UNFAIR, WIN_UNHEARD, Win, at, has,
};
use stateright::Property;

// Those that others name.
pub const FILLED: &str = "filled is the number of live claims, and a pooled order has a slot free";
pub const WON: &str = "whoever is told of a win has a committed claim";
pub const LOST: &str = "whoever is told of a loss is told of another's committed win";
pub const FAIR: &str = "whoever wins was a candidate of the attempt in force";
pub const COMMITTED: &str = "nothing is seen before its commit";
pub const LADDER: &str = "escalation never changes a claimed order";
pub const GOT: &str = "at rest, whoever watches a scope got its log, each once";
pub const TOLD: &str = "at rest, everyone was told of everything, and nobody keeps a dead offer";
pub const LOSS: &str = "somebody loses";
pub const GONE: &str = "an offer is gone";
pub const UNHEARD: &str = "a win whose reply was lost is told after all";
pub const ORPHAN: &str = "the statement of a killed replica waits";
pub const ESCALATED: &str = "the dispatcher on duty has it";
pub const LATER: &str = "a later attempt is won";

type Check = fn(&Protocol, &State) -> bool;

const ALWAYS: [(&str, Check); 15] = [
    ("a slot is won at most once in an attempt", won_once),
    ("nobody shares a slot, nobody holds two", held_once),
    (FILLED, filled),
    ("claims and events tell the same", claims_are_events),
    (WON, wins_are_rows),
    (LOST, losses_name_winners),
    ("the same ask gets the same answer for good", |_, s| s.seen & CONTRADICTED == 0),
    (FAIR, |_, s| s.seen & UNFAIR == 0),
    ("what is visible of a scope's notifications has no gap", no_gap),
    (COMMITTED, |_, s| s.logs.iter().all(|log| log.got & !log.committed == 0)),
    ("the resident hears of each event once and in order", |_, s| s.seen & TOLD_OUT_OF_ORDER == 0),
    (LADDER, |_, s| s.seen & ESCALATED_CLAIMED == 0),
    ("a pooled order has one timer or is with the dispatcher, any other neither", laddered),
    (GOT, |_, s| !s.is_at_rest() || s.logs.iter().all(|log| log.got == log.committed)),
    (TOLD, |_, s| !s.is_at_rest() || told(s)),
];

const SOMETIMES: [(&str, Check); 6] = [
    (LOSS, |_, s| answered(s).any(|(_, _, a)| matches!(a, Answer::Lost { .. }))),
    (GONE, |_, s| answered(s).any(|(_, _, a)| a == Answer::Gone)),
    (UNHEARD, |_, s| {
        s.seen & WIN_UNHEARD != 0 && answered(s).any(|(_, _, a)| matches!(a, Answer::Won { .. }))
    }),
    (ORPHAN, |_, s| s.workers.iter().any(|w| w.orphan.is_some())),
    (ESCALATED, |_, s| s.orders.iter().any(|o| o.with_dispatcher)),
    (LATER, |_, s| s.claims.iter().any(|k| k.attempt > 1)),
];

/// Every property.
pub fn all() -> Vec<Property<Protocol>> {
    let always = ALWAYS.into_iter().map(|(name, check)| Property::always(name, check));
    always.chain(SOMETIMES.into_iter().map(|(name, check)| Property::sometimes(name, check))).collect()
}

/// Answers that were given for good: worker, ask, answer.
fn answered(s: &State) -> impl Iterator<Item = (Key, super::state::Ask, Answer)> {
    (0..).zip(&s.workers).flat_map(|(worker, w)| {
        let on_the_way = match w.call {
            Call::Replying { ask, answer, .. } => Some((ask, answer)),
            Call::Idle | Call::Claiming { .. } | Call::Reading { .. } => None,
        };
        w.answered.iter().copied().chain(on_the_way).map(move |(ask, answer)| (worker, ask, answer))
    })
}

fn won_once(_: &Protocol, s: &State) -> bool {
    let mut slots: Vec<(Key, u8, u8)> = s.wins.iter().map(|win| (win.order, win.attempt, win.slot)).collect();
    slots.sort_unstable();
    slots.windows(2).all(|two| two[0] != two[1])
}

fn held_once(world: &Protocol, s: &State) -> bool {
    (0..world.orders).all(|order| {
        s.live(order).enumerate().all(|(n, one)| {
            s.live(order).skip(n + 1).all(|other| one.slot != other.slot && one.account != other.account)
        })
    })
}

fn filled(world: &Protocol, s: &State) -> bool {
    (0..world.orders).all(|order| {
        let row = s.order(order);
        let fits = match row.status {
            Status::Accepted => row.filled == 0,
            Status::Pooled => row.filled < world.slots,
            Status::Claimed => row.filled == world.slots,
        };
        fits && usize::from(row.filled) == s.live(order).count()
    })
}

fn claims_are_events(_: &Protocol, s: &State) -> bool {
    let of = |k: &ClaimRow| Win { order: k.order, attempt: k.attempt, slot: k.slot, account: k.account };
    let (mut rows, mut events): (Vec<Win>, Vec<Win>) = (s.claims.iter().map(of).collect(), s.wins.clone());
    rows.sort_unstable();
    events.sort_unstable();
    rows == events
}

fn wins_are_rows(_: &Protocol, s: &State) -> bool {
    answered(s).all(|(worker, ask, answer)| {
        let Answer::Won { slot } = answer else { return true };
        let held = |k: &ClaimRow| {
            (k.order, k.account, k.slot) == (ask.order, worker, slot)
                && k.attempt <= ask.attempt
                && k.released_attempt.is_none_or(|released| released >= ask.attempt)
        };
        s.claims.iter().any(held)
    })
}

fn losses_name_winners(_: &Protocol, s: &State) -> bool {
    answered(s).all(|(worker, ask, answer)| {
        let Answer::Lost { by } = answer else { return true };
        let won = |k: &ClaimRow| (k.order, k.attempt, k.account) == (ask.order, ask.attempt, by);
        by != worker && s.claims.iter().any(won)
    })
}

fn no_gap(_: &Protocol, s: &State) -> bool {
    s.logs.iter().all(|log| (log.committed + 2).is_power_of_two())
}

fn laddered(_: &Protocol, s: &State) -> bool {
    s.orders.iter().all(|row| match row.status {
        Status::Pooled => row.timer.is_some() != row.with_dispatcher,
        Status::Accepted | Status::Claimed => row.timer.is_none() && !row.with_dispatcher,
    })
}

fn told(s: &State) -> bool {
    (0..).zip(&s.orders).all(|(order, row)| {
        let offered = |scope: Key| row.status == Status::Pooled && has(s.scopes(order, row.attempt), scope);
        let knows = |scope: Key| s.logs[at(scope)].last[at(order)] == Some(Kind::Offer);
        row.heard == row.version && CANDIDATES.iter().all(|scope| knows(*scope) == offered(*scope))
    })
}
