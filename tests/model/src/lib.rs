//! The protocol of claims, sequencer and escalation (QUEUE.md) as a model that is checked exhaustively: every order in
//! which the statements of replicas, workers and the dispatcher may commit, with replicas crashing in between.
//!
//! An action is a statement or a transaction's commit; it bears the name of the function that does it. What a
//! statement reads before it waits for a row is a snapshot taken when it begins ([`state::Statement`]); what it reads
//! of the row itself is as of its commit. A [`Bug`] leaves one safeguard out: the checker then finds what it is for.

#![allow(
    clippy::indexing_slicing,
    reason = "a key is a place in the model's tables; a wrong one is a wrong model"
)]

pub mod actions;
mod bug;
pub mod check;
pub mod claim;
pub mod dispatch;
pub mod properties;
pub mod sequencer;
pub mod state;
mod told;

use stateright::{Model, Property};

pub use actions::Action;
pub use bug::Bug;
pub use state::State;

/// How large the world is, and what is left out of the protocol.
#[derive(Clone, Copy, Debug)]
pub struct Protocol {
    pub replicas: u8,
    pub workers: u8,
    pub orders: u8,
    /// Slots of each order.
    pub slots: u8,
    /// Replicas that may be killed, at any point.
    pub crashes: u8,
    /// What dispatchers, holders and administrators may do: re-dispatch, recall, release, take a membership.
    pub moves: u8,
    /// Answered claims that are asked again.
    pub again: u8,
    /// Whether whoever watches may lag behind; else each commit is seen at once, which is when a gap would show.
    pub lag: bool,
    /// Whether time passes, so that the ladder's timers run out.
    pub ladder: bool,
    pub bug: Option<Bug>,
}

impl Protocol {
    /// Two replicas of which one may be killed, two workers who may ask again, one order.
    pub const CRASH: Self = Self {
        replicas: 2,
        workers: 2,
        orders: 1,
        slots: 1,
        crashes: 1,
        moves: 0,
        again: 1,
        lag: false,
        ladder: true,
        bug: None,
    };
    /// Two slots: who holds one may not get the other.
    pub const SLOTS: Self = Self { slots: 2, again: 0, ..Self::CRASH };
    /// Nobody is killed; the order is dispatched again, recalled or released, or a membership is taken.
    pub const MOVE: Self = Self { crashes: 0, moves: 1, again: 0, ..Self::CRASH };
    /// Watchers see what is new now or later.
    pub const LAG: Self = Self { workers: 1, lag: true, ..Self::MOVE };
    /// Two orders, while nobody is killed and no time passes.
    pub const PAIRS: Self = Self { orders: 2, crashes: 0, again: 0, ladder: false, ..Self::CRASH };
    /// What every run of the tests checks.
    pub const SMALL: [Self; 4] = [Self::CRASH, Self::SLOTS, Self::MOVE, Self::LAG];
    /// What takes its time: a crash and a move in one; two orders; three workers and two orders, while no time passes.
    pub const LARGE: [Self; 5] = [
        Self { crashes: 1, ..Self::LAG },
        Self { again: 1, ..Self::MOVE },
        Self { orders: 2, crashes: 0, again: 0, ..Self::CRASH },
        Self { moves: 1, again: 0, ..Self::CRASH },
        Self { workers: 3, orders: 2, again: 0, ladder: false, ..Self::CRASH },
    ];

    /// Whether a thing that happens in some worlds may happen in this one.
    #[must_use]
    pub fn may_see(&self, property: &str) -> bool {
        match property {
            properties::LOSS => self.workers > self.slots,
            properties::GONE | properties::LATER => self.moves > 0,
            properties::UNHEARD | properties::ORPHAN => self.crashes > 0,
            properties::ESCALATED => self.ladder,
            _ => true,
        }
    }

    /// Whether it makes a difference which worker is in the ring as well: while it is never offered to and nobody is
    /// taken out, none.
    const fn tells_workers_apart(&self) -> bool {
        self.ladder || self.moves > 0
    }

    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }
}

impl Model for Protocol {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let mut first = State::new(self);
        state::forget(self, &mut first);
        vec![first]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        actions::possible(self, state, actions);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut next = last.clone();
        actions::take(self, &mut next, action);
        state::forget(self, &mut next);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}
