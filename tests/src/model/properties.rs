//! What must hold in every state (QUEUE.md, invariants), and what must happen in some, lest the model prove nothing.

use super::Protocol;
use super::state::{
    Answer, CANDIDATES, CONTRADICTED, Call, ClaimRow, ESCALATED_CLAIMED, Event, Key, Kind, Note, RESIDENT,
    SAW_UNCOMMITTED, State, Status, UNFAIR, WIN_UNHEARD, at,
};
use stateright::Property;

type Check = fn(&Protocol, &State) -> bool;

const ALWAYS: [(&str, Check); 14] = [
    ("a slot is won at most once in an attempt", won_once),
    ("nobody shares a slot, nobody holds two", held_once),
    ("filled is the number of live claims, and a pooled order has a slot free", filled),
    ("claims and events tell the same", claims_are_events),
    ("whoever is told of a win has a committed claim", wins_are_rows),
    ("whoever is told of a loss is told of another's committed win", losses_name_winners),
    ("the same ask gets the same answer for good", |_, s| s.seen & CONTRADICTED == 0),
    ("whoever wins was a candidate of the attempt in force", |_, s| s.seen & UNFAIR == 0),
    ("what is visible of a scope's notifications has no gap", no_gap),
    ("nothing is visible before its commit", |_, s| s.seen & SAW_UNCOMMITTED == 0),
    ("escalation never changes a claimed order", |_, s| s.seen & ESCALATED_CLAIMED == 0),
    ("a pooled order has one timer or is with the dispatcher, any other neither", laddered),
    ("at rest, whoever watches a scope got its log, each once", |_, s| !s.is_at_rest() || got_the_log(s)),
    ("at rest, everyone was told of everything, and nobody keeps a dead offer", |_, s| !s.is_at_rest() || told(s)),
];

const SOMETIMES: [(&str, Check); 6] = [
    ("somebody loses", |_, s| answered(s).any(|(_, _, a)| matches!(a, Answer::Lost { .. }))),
    ("an offer is gone", |_, s| answered(s).any(|(_, _, a)| a == Answer::Gone)),
    ("a win whose reply was lost is told after all", |_, s| {
        s.seen & WIN_UNHEARD != 0 && answered(s).any(|(_, _, a)| matches!(a, Answer::Won { .. }))
    }),
    ("the statement of a killed replica waits", |_, s| s.workers.iter().any(|w| w.orphan.is_some())),
    ("the dispatcher on duty has it", |_, s| s.orders.iter().any(|o| o.with_dispatcher)),
    ("a later attempt is won", |_, s| s.claims.iter().any(|k| k.attempt > 1)),
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

/// The wins that the history tells: order, attempt, slot, account.
fn wins(s: &State) -> impl Iterator<Item = (Key, u8, u8, Key)> {
    (0..).zip(&s.events).flat_map(|(order, events)| {
        events.iter().filter_map(move |event| match *event {
            Event::Claimed { attempt, slot, account } => Some((order, attempt, slot, account)),
            Event::Dispatched | Event::Released | Event::Recalled | Event::Escalated => None,
        })
    })
}

fn won_once(_: &Protocol, s: &State) -> bool {
    let mut slots: Vec<(Key, u8, u8)> = wins(s).map(|(order, attempt, slot, _)| (order, attempt, slot)).collect();
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
    let mut events: Vec<_> = wins(s).collect();
    let mut rows: Vec<_> = s.claims.iter().map(|k| (k.order, k.attempt, k.slot, k.account)).collect();
    events.sort_unstable();
    rows.sort_unstable();
    events == rows
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
    s.logs.iter().all(|log| log.iter().skip_while(|note| note.is_some()).all(Option::is_none))
}

fn laddered(_: &Protocol, s: &State) -> bool {
    s.orders.iter().all(|row| match row.status {
        Status::Pooled => row.timer.is_some() != row.with_dispatcher,
        Status::Accepted | Status::Claimed => row.timer.is_none() && !row.with_dispatcher,
    })
}

fn got_the_log(s: &State) -> bool {
    let numbers = |log: &Vec<Option<Note>>| {
        (1..).zip(log).filter(|(_, note)| note.is_some()).fold(0_u64, |got, (number, _)| got | 1 << number)
    };
    s.watchers.iter().zip(&s.logs).all(|(watcher, log)| watcher.got == numbers(log))
}

fn told(s: &State) -> bool {
    (0..).zip(&s.orders).all(|(order, row)| {
        let to_resident: Vec<usize> = notes(s, RESIDENT, order).map(|note| usize::from(note.version)).collect();
        let each: Vec<usize> = (1..=s.version(order)).collect();
        let offered = |scope: Key| {
            row.status == Status::Pooled && super::state::has(s.scopes(order, row.attempt), scope)
        };
        let knows = |scope: Key| notes(s, scope, order).last().is_some_and(|note| note.kind == Kind::Offer);
        to_resident == each && CANDIDATES.iter().all(|scope| knows(*scope) == offered(*scope))
    })
}

fn notes(s: &State, scope: Key, order: Key) -> impl Iterator<Item = &Note> {
    s.logs[at(scope)].iter().flatten().filter(move |note| note.order == order)
}
