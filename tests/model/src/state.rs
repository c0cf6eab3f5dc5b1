//! The state of the world: the rows of the database, what is under way in replicas, what clients remember.

use super::Protocol;

/// A set of workers, slots or scopes: a bit each.
pub type Set = u8;
/// A place in a table.
pub type Key = u8;

/// The grid that the order is dispatched to.
pub const GRID: Key = 0;
/// The ring that the ladder widens to.
pub const RING: Key = 1;
/// The resident: hears of every event.
pub const RESIDENT: Key = 2;
/// The scopes that offers go to.
pub const CANDIDATES: [Key; 2] = [GRID, RING];
/// Every scope.
pub const SCOPES: [Key; 3] = [GRID, RING, RESIDENT];

/// What went wrong on the way and could not be seen in the rows alone.
pub const CONTRADICTED: Set = 1;
pub const UNFAIR: Set = 2;
pub const ESCALATED_CLAIMED: Set = 4;
pub const TOLD_OUT_OF_ORDER: Set = 8;
/// What happened on the way, to show that the model gets there: a reply that told of a win was lost.
pub const WIN_UNHEARD: Set = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    Accepted,
    Pooled,
    Claimed,
}

/// A row of `orders`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrderRow {
    pub status: Status,
    /// The number of its last event; counted from what the resident has heard ([`forget`]).
    pub version: u8,
    /// Up to which the resident has heard of it.
    pub heard: u8,
    pub attempt: u8,
    pub filled: u8,
    pub with_dispatcher: bool,
    /// The step of its escalation timer.
    pub timer: Option<u8>,
    /// Workers who have released it.
    pub cool_down: Set,
    /// Who was a candidate at any moment of this attempt: what is fair, not what is stored.
    pub fair: Set,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimRow {
    pub order: Key,
    pub attempt: u8,
    pub slot: u8,
    pub account: Key,
    pub released_attempt: Option<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ring {
    pub order: Key,
    pub attempt: u8,
    pub scope: Key,
    pub told: bool,
}

/// An event `claimed`: the only kind of event that is remembered for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Win {
    pub order: Key,
    pub attempt: u8,
    pub slot: u8,
    pub account: Key,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutboxRow {
    pub order: Key,
    pub version: u8,
    /// The scopes that the writer saw: only [`super::Bug::EarlyExpansion`] reads them.
    pub scopes: Set,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Offer,
    Closed,
    Changed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Note {
    pub order: Key,
    pub version: u8,
    pub kind: Kind,
}

/// A pass of the sequencer that has the lock and has not committed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pass {
    pub rows: Vec<OutboxRow>,
    /// What it found to tell, once it has looked.
    pub expanded: Option<Expanded>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Expanded {
    /// Scope, notification, and the number it took beforehand (by a bug).
    pub notes: Vec<(Key, Note, Option<u8>)>,
    /// Rings that are told of now, or no more.
    pub marks: Vec<Ring>,
}

/// An order as a firing timer loaded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Loaded {
    pub order: Key,
    pub row: OrderRow,
}

/// What a worker asks for: the same again is the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ask {
    pub order: Key,
    pub attempt: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    Won { slot: u8 },
    Lost { by: Key },
    Gone,
    NotEligible,
    Retry,
}

/// A claim statement that has begun: what its sub-selects saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Statement {
    pub ask: Ask,
    pub candidate: bool,
    /// Slots that were taken.
    pub taken: Set,
    /// The scopes it was offered to: only [`super::Bug::EarlyExpansion`] keeps them.
    pub scopes: Set,
}

/// Where a worker's request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    Idle,
    /// The statement has begun and may wait for the row.
    Claiming {
        replica: Key,
        statement: Statement,
    },
    /// It won nothing; why is to be read.
    Reading {
        replica: Key,
        statement: Statement,
    },
    /// The answer is on its way.
    Replying {
        replica: Key,
        ask: Ask,
        answer: Answer,
    },
}

/// A worker with a phone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Worker {
    pub call: Call,
    /// A statement whose replica was killed: the database may still carry it out.
    pub orphan: Option<Statement>,
    /// Asked, and not answered for good.
    pub unanswered: Vec<Ask>,
    /// Answered for good.
    pub answered: Vec<(Ask, Answer)>,
}

/// A scope's notifications, and a client that follows them from a cursor. Numbers are a bit each; they are counted from
/// what the client has, once nothing before it is open any more ([`forget`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Log {
    /// `scope.seq`.
    pub head: u8,
    /// The numbers that are committed.
    pub committed: u32,
    /// The last number that the client got.
    pub cursor: u8,
    /// Every number it got.
    pub got: u32,
    /// The last word on each order.
    pub last: Vec<Option<Kind>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub orders: Vec<OrderRow>,
    /// Events of wins.
    pub wins: Vec<Win>,
    pub claims: Vec<ClaimRow>,
    pub rings: Vec<Ring>,
    /// Members by scope.
    pub members: [Set; 2],
    pub outbox: Vec<OutboxRow>,
    /// Notifications by scope.
    pub logs: [Log; 3],
    /// The sequencer's pass of each replica.
    pub passes: Vec<Option<Pass>>,
    /// The timer that each replica is firing.
    pub firing: Vec<Option<Loaded>>,
    pub workers: Vec<Worker>,
    /// Orders whose attempt must rise because a membership was taken.
    pub to_raise: Set,
    pub crashes: u8,
    pub moves: u8,
    pub again: u8,
    /// What went wrong or happened.
    pub seen: Set,
}

/// The set of one.
#[must_use]
pub const fn only(key: Key) -> Set {
    1 << key
}

/// Whether it is in the set.
#[must_use]
pub const fn has(set: Set, key: Key) -> bool {
    set & only(key) != 0
}

/// A key as a place.
#[must_use]
pub fn at(key: Key) -> usize {
    usize::from(key)
}

impl State {
    /// Every order is accepted and was just dispatched to the grid; nobody was told yet.
    #[must_use]
    pub fn new(world: &Protocol) -> Self {
        let all = (0..world.workers).fold(0, |set, worker| set | only(worker));
        let row = OrderRow {
            status: Status::Accepted,
            version: 0,
            heard: 0,
            attempt: 0,
            filled: 0,
            with_dispatcher: false,
            timer: None,
            cool_down: 0,
            fair: 0,
        };
        let worker = Worker { call: Call::Idle, orphan: None, unanswered: Vec::new(), answered: Vec::new() };
        let mut state = Self {
            orders: vec![row; at(world.orders)],
            wins: Vec::new(),
            claims: Vec::new(),
            rings: Vec::new(),
            // the last worker belongs to the next ring as well
            members: [all, only(world.workers - 1)],
            outbox: Vec::new(),
            logs: SCOPES.map(|_| Log { last: vec![None; at(world.orders)], ..Log::default() }),
            passes: vec![None; at(world.replicas)],
            firing: vec![None; at(world.replicas)],
            workers: vec![worker; at(world.workers)],
            to_raise: 0,
            crashes: world.crashes,
            moves: world.moves,
            again: world.again,
            seen: 0,
        };
        for order in 0..world.orders {
            super::dispatch::offer(&mut state, order, only(GRID));
        }
        state
    }

    /// The order's row.
    #[must_use]
    pub fn order(&self, order: Key) -> &OrderRow {
        &self.orders[at(order)]
    }

    /// The claims of an order that are held.
    pub fn live(&self, order: Key) -> impl Iterator<Item = &ClaimRow> {
        self.claims.iter().filter(move |k| k.order == order && k.released_attempt.is_none())
    }

    /// The scopes that an attempt was offered to.
    #[must_use]
    pub fn scopes(&self, order: Key, attempt: u8) -> Set {
        let of = self.rings.iter().filter(|r| r.order == order && r.attempt == attempt);
        of.fold(0, |set, r| set | only(r.scope))
    }

    /// Who may claim an attempt.
    #[must_use]
    pub fn candidates(&self, order: Key, attempt: u8) -> Set {
        let scopes = self.scopes(order, attempt);
        CANDIDATES.iter().filter(|s| has(scopes, **s)).fold(0, |set, s| set | self.members[at(*s)])
    }

    /// Commits an event of an order, with its row in the outbox.
    pub fn record(&mut self, order: Key, scopes: Set) {
        let row = &mut self.orders[at(order)];
        row.version += 1;
        let version = row.version;
        self.outbox.push(OutboxRow { order, version, scopes });
    }

    /// Nothing is under way: no request, statement, pass or firing timer, and whoever watches has everything.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.outbox.is_empty()
            && self.to_raise == 0
            && self.passes.iter().all(Option::is_none)
            && self.firing.iter().all(Option::is_none)
            && self.workers.iter().all(|w| w.call == Call::Idle && w.orphan.is_none())
            && self.logs.iter().all(|log| log.cursor == log.head)
    }
}

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
#[must_use]
pub const fn numbers_to(last: u8) -> u32 {
    (1 << (last + 1)) - 2
}
