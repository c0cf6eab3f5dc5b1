//! What may happen next, and its effect.

use super::Protocol;
use super::claim::{begin, claim, hear, reply, standing};
use super::dispatch::{expire, offer, raise, recall, release, remove_member, take_due};
use super::sequencer::{commit, expand, lock, may_begin, poll};
use super::state::{Answer, Ask, Call, GRID, Key, RING, SCOPES, State, Status, WIN_UNHEARD, at, has, only};

/// One step: a statement that begins, a commit, a message that arrives, a process that dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A worker asks a replica, whose claim statement begins.
    Ask {
        worker: Key,
        replica: Key,
        ask: Ask,
    },
    /// The claim statement commits.
    Claim {
        worker: Key,
    },
    /// Why it did not win is read in a new statement.
    Standing {
        worker: Key,
    },
    /// The answer arrives.
    Reply {
        worker: Key,
    },
    /// The statement of a replica that was killed commits all the same.
    OrphanClaim {
        worker: Key,
    },
    /// It is rolled back with its connection.
    OrphanEnds {
        worker: Key,
    },
    /// A replica takes the sequencer's lock and reads the outbox.
    LockSequencer {
        replica: Key,
    },
    /// It looks at the orders as they stand.
    Expand {
        replica: Key,
    },
    /// It commits.
    Sequence {
        replica: Key,
    },
    /// Whoever watches a scope asks from the cursor.
    Poll {
        scope: Key,
    },
    /// A replica loads the order of a timer that is due.
    TakeDue {
        replica: Key,
        order: Key,
    },
    /// The timer's command is committed, or refused.
    Expire {
        replica: Key,
    },
    /// A replica is killed; another takes its place with nothing in memory.
    Crash {
        replica: Key,
    },
    Redispatch {
        order: Key,
    },
    Recall {
        order: Key,
    },
    Dispatch {
        order: Key,
    },
    Release {
        worker: Key,
        order: Key,
    },
    /// The worker who belongs to the ring as well is taken out of the grid.
    RemoveMember,
    /// The attempt rises for it.
    RaiseAttempt {
        order: Key,
    },
}

/// Everything that may happen next.
pub fn possible(world: &Protocol, s: &State, actions: &mut Vec<Action>) {
    for worker in 0..world.workers {
        of_worker(world, s, worker, actions);
    }
    for replica in replicas(world, s) {
        of_replica(world, s, replica, actions);
    }
    let behind = |scope: &Key| s.logs[at(*scope)].cursor < s.logs[at(*scope)].head;
    if world.lag {
        actions.extend(SCOPES.into_iter().filter(behind).map(|scope| Action::Poll { scope }));
    }
    for order in 0..world.orders {
        let status = s.order(order).status;
        if status == Status::Accepted {
            actions.push(Action::Dispatch { order });
        }
        if has(s.to_raise, order) {
            actions.push(Action::RaiseAttempt { order });
        }
        if s.moves > 0 && status == Status::Pooled {
            actions.extend([Action::Redispatch { order }, Action::Recall { order }]);
        }
        if s.moves > 0 {
            actions.extend(s.live(order).map(|k| Action::Release { worker: k.account, order }));
        }
    }
    if s.moves > 0 && s.members[at(GRID)] & s.members[at(RING)] != 0 {
        actions.push(Action::RemoveMember);
    }
}

/// The replicas that it makes a difference to ask: while none will be killed any more, one that does all, but for
/// passes and timers that are under way.
fn replicas(world: &Protocol, s: &State) -> impl Iterator<Item = Key> {
    let alike = s.crashes == 0 && world.bug.is_none();
    let under_way = |replica: &Key| s.passes[at(*replica)].is_some() || s.firing[at(*replica)].is_some();
    let none = !(0..world.replicas).any(|replica| under_way(&replica));
    (0..world.replicas).filter(move |replica| !alike || under_way(replica) || (none && *replica == 0))
}

fn of_worker(world: &Protocol, s: &State, worker: Key, actions: &mut Vec<Action>) {
    let w = &s.workers[at(worker)];
    if w.orphan.is_some() {
        actions.extend([Action::OrphanClaim { worker }, Action::OrphanEnds { worker }]);
    }
    match w.call {
        Call::Idle => {}
        Call::Claiming { .. } => return actions.push(Action::Claim { worker }),
        Call::Reading { .. } => return actions.push(Action::Standing { worker }),
        Call::Replying { .. } => return actions.push(Action::Reply { worker }),
    }
    let answered = w.answered.iter().map(|(ask, _)| *ask);
    let mut asks = w.unanswered.clone();
    if s.again > 0 {
        asks.extend(answered.clone());
    }
    for order in 0..world.orders {
        let ask = Ask { order, attempt: s.order(order).attempt };
        let fresh = !w.unanswered.contains(&ask) && !answered.clone().any(|a| a == ask);
        if fresh && s.order(order).status != Status::Accepted {
            asks.push(ask);
        }
    }
    for replica in replicas(world, s) {
        actions.extend(asks.iter().map(|ask| Action::Ask { worker, replica, ask: *ask }));
    }
}

fn of_replica(world: &Protocol, s: &State, replica: Key, actions: &mut Vec<Action>) {
    match &s.passes[at(replica)] {
        None if may_begin(world, s, replica) => actions.push(Action::LockSequencer { replica }),
        None => {}
        Some(pass) if pass.expanded.is_none() => actions.push(Action::Expand { replica }),
        Some(_) => actions.push(Action::Sequence { replica }),
    }
    if s.firing[at(replica)].is_some() {
        actions.push(Action::Expire { replica });
    } else if world.ladder {
        // the lease: another replica's is left alone (it may run out, but then only one of them finds the version)
        let leased = |order| s.firing.iter().flatten().any(|loaded| loaded.order == order);
        let due = (0..world.orders).filter(|order| s.order(*order).timer.is_some() && !leased(*order));
        actions.extend(due.map(|order| Action::TakeDue { replica, order }));
    }
    if s.crashes > 0 {
        actions.push(Action::Crash { replica });
    }
}

/// Takes one.
pub fn take(world: &Protocol, s: &mut State, action: Action) {
    match action {
        Action::Ask { worker, replica, ask } => {
            let statement = begin(world, s, worker, ask);
            let w = &mut s.workers[at(worker)];
            if w.answered.iter().any(|(answered, _)| *answered == ask) {
                s.again -= 1;
            } else if !w.unanswered.contains(&ask) {
                w.unanswered.push(ask);
            }
            w.call = Call::Claiming { replica, statement };
        }
        Action::Claim { worker } => committed(world, s, worker),
        Action::Standing { worker } => {
            if let Call::Reading { replica, statement } = s.workers[at(worker)].call {
                let answer = standing(world, s, worker, statement.ask);
                reply(s, worker, replica, statement.ask, answer);
            }
        }
        Action::Reply { worker } => {
            if let Call::Replying { ask, answer, .. } = s.workers[at(worker)].call {
                hear(s, worker, ask, answer);
            }
        }
        Action::OrphanClaim { worker } => {
            if let Some(statement) = s.workers[at(worker)].orphan.take() {
                let _nobody_hears = claim(world, s, worker, &statement);
            }
        }
        Action::OrphanEnds { worker } => s.workers[at(worker)].orphan = None,
        Action::LockSequencer { replica } => lock(s, replica),
        Action::Expand { replica } => expand(world, s, replica),
        Action::Sequence { replica } => commit(world, s, replica),
        Action::Poll { scope } => poll(s, scope),
        Action::TakeDue { replica, order } => take_due(s, replica, order),
        Action::Expire { replica } => expire(world, s, replica),
        Action::Crash { replica } => crash(s, replica),
        other => by_people(world, s, other),
    }
}

fn by_people(world: &Protocol, s: &mut State, action: Action) {
    match action {
        Action::Dispatch { order } => offer(s, order, only(GRID)),
        Action::RaiseAttempt { order } => raise(s, order),
        Action::Redispatch { order } => {
            s.moves -= 1;
            offer(s, order, only(GRID));
        }
        Action::Recall { order } => {
            s.moves -= 1;
            recall(s, order);
        }
        Action::Release { worker, order } => {
            s.moves -= 1;
            release(s, worker, order);
        }
        Action::RemoveMember => {
            s.moves -= 1;
            remove_member(world, s);
        }
        _ => {}
    }
}

fn committed(world: &Protocol, s: &mut State, worker: Key) {
    let Call::Claiming { replica, statement } = s.workers[at(worker)].call else { return };
    match claim(world, s, worker, &statement) {
        Some(won) => reply(s, worker, replica, statement.ask, won),
        None => s.workers[at(worker)].call = Call::Reading { replica, statement },
    }
}

/// What it held in memory is gone, its transactions are rolled back. A claim statement that it had sent may still be
/// carried out.
fn crash(s: &mut State, replica: Key) {
    s.crashes -= 1;
    s.passes[at(replica)] = None;
    s.firing[at(replica)] = None;
    for w in &mut s.workers {
        match w.call {
            Call::Claiming { replica: of, statement } if of == replica => {
                w.orphan = Some(statement);
                w.call = Call::Idle;
            }
            Call::Replying { replica: of, answer, .. } if of == replica => {
                if matches!(answer, Answer::Won { .. }) {
                    s.seen |= WIN_UNHEARD;
                }
                w.call = Call::Idle;
            }
            Call::Reading { replica: of, .. } if of == replica => w.call = Call::Idle,
            Call::Idle | Call::Claiming { .. } | Call::Reading { .. } | Call::Replying { .. } => {}
        }
    }
}
