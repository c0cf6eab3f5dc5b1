//! The state of the world: the rows of the database, what is under way in replicas, what clients remember.

use super::{Bug, Protocol};

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
pub const SAW_UNCOMMITTED: Set = 8;
/// What happened on the way, to show that the model gets there: a reply that told of a win was lost.
pub const WIN_UNHEARD: Set = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    Accepted,
    Pooled,
    Claimed,
}

/// A row of `orders`; its version is the number of its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrderRow {
    pub status: Status,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    Dispatched,
    Claimed { attempt: u8, slot: u8, account: Key },
    Released,
    Recalled,
    Escalated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    pub notes: Vec<(Key, Note, Option<usize>)>,
    /// Rings that are told of now, or no more.
    pub marks: Vec<Ring>,
}

/// An order as a firing timer loaded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Loaded {
    pub order: Key,
    pub version: usize,
    pub row: OrderRow,
}

/// What a worker asks for: the same again is the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ask {
    pub order: Key,
    pub attempt: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    Claiming { replica: Key, statement: Statement },
    /// It won nothing; why is to be read.
    Reading { replica: Key, statement: Statement },
    /// The answer is on its way.
    Replying { replica: Key, ask: Ask, answer: Answer },
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

/// A client that follows one scope from a cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Watcher {
    /// The last number it got.
    pub cursor: u8,
    /// Every number it got.
    pub got: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub orders: Vec<OrderRow>,
    pub events: Vec<Vec<Event>>,
    pub claims: Vec<ClaimRow>,
    pub rings: Vec<Ring>,
    /// Members by scope.
    pub members: [Set; 2],
    pub outbox: Vec<OutboxRow>,
    /// Notifications by scope; the place is the number less one. None: taken by whom has not committed.
    pub logs: [Vec<Option<Note>>; 3],
    /// The sequencer's pass of each replica.
    pub passes: Vec<Option<Pass>>,
    /// The timer that each replica is firing.
    pub firing: Vec<Option<Loaded>>,
    pub workers: Vec<Worker>,
    /// Who watches each scope.
    pub watchers: [Watcher; 3],
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
            attempt: 0,
            filled: 0,
            with_dispatcher: false,
            timer: None,
            cool_down: 0,
            fair: 0,
        };
        let worker =
            Worker { call: Call::Idle, orphan: None, unanswered: Vec::new(), answered: Vec::new() };
        let mut state = Self {
            orders: vec![row; at(world.orders)],
            events: vec![Vec::new(); at(world.orders)],
            claims: Vec::new(),
            rings: Vec::new(),
            // the last worker belongs to the next ring as well
            members: [all, only(world.workers - 1)],
            outbox: Vec::new(),
            logs: Default::default(),
            passes: vec![None; at(world.replicas)],
            firing: vec![None; at(world.replicas)],
            workers: vec![worker; at(world.workers)],
            watchers: Default::default(),
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

    /// The order's version.
    #[must_use]
    pub fn version(&self, order: Key) -> usize {
        self.events[at(order)].len()
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
    pub fn record(&mut self, order: Key, event: Event, scopes: Set) {
        self.events[at(order)].push(event);
        let version = u8::try_from(self.version(order)).unwrap_or(u8::MAX);
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
            && self.watchers.iter().zip(&self.logs).all(|(w, log)| at(w.cursor) == log.len())
    }
}

/// Forgets what cannot have an effect any more, so that states that differ in nothing else are one: a timer's command
/// on an order that changed, a killed replica's statement on an attempt that is over, which replica a request is at
/// when none will be killed. A planted bug may give it an effect: then nothing is forgotten.
pub fn forget_the_doomed(world: &Protocol, s: &mut State) {
    if world.bug.is_none_or(|bug| bug != Bug::ExpireWithoutVersion) {
        let versions: Vec<usize> = s.events.iter().map(Vec::len).collect();
        for firing in &mut s.firing {
            firing.take_if(|loaded| loaded.version != versions[at(loaded.order)]);
        }
    }
    if world.bug.is_none_or(|bug| bug != Bug::NoAttemptCheck) {
        let attempts: Vec<u8> = s.orders.iter().map(|row| row.attempt).collect();
        for w in &mut s.workers {
            w.orphan.take_if(|st| !st.candidate || st.ask.attempt != attempts[at(st.ask.order)]);
        }
    }
    if s.crashes == 0 {
        for w in &mut s.workers {
            match &mut w.call {
                Call::Idle => {}
                Call::Claiming { replica, .. } | Call::Reading { replica, .. } | Call::Replying { replica, .. } => {
                    *replica = 0;
                }
            }
        }
    }
}
