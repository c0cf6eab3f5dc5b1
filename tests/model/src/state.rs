//! The state of the world: the rows of the database, what is under way in replicas, what clients remember; and what of it
//! may be forgotten ([`forget()`]).

mod clients;
mod forget;
mod places;
mod replicas;
mod rows;
mod symmetry;

use super::Protocol;
pub use clients::{Answer, Ask, Call, Log, Worker};
pub use forget::forget;
pub use replicas::{Expanded, Loaded, Pass, Statement};
pub use rows::{ClaimRow, Kind, Note, OrderRow, OutboxRow, Ring, Status, Win};

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

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
            // the last worker belongs to the next ring as well, where anything is made of it
            members: [all, if world.tells_workers_apart() { only(world.workers - 1) } else { 0 }],
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
