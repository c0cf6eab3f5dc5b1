//! The protocol of claims, sequencer and escalation (QUEUE.md) as a model that is checked exhaustively: every order in
//! which the statements of replicas, workers and the dispatcher may commit, with replicas crashing in between.
//!
//! An action is a statement or a transaction's commit; it bears the name of the function that does it. What a
//! statement reads before it waits for a row is a snapshot taken when it begins ([`state::Statement`]); what it reads
//! of the row itself is as of its commit. A [`Bug`] leaves one safeguard out: the checker then finds what it is for.

#![allow(clippy::indexing_slicing, reason = "a key is a place in the model's tables; a wrong one is a wrong model")]

pub mod actions;
pub mod claim;
pub mod dispatch;
pub mod properties;
pub mod sequencer;
pub mod state;

use stateright::{Model, Property};

pub use actions::Action;
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
    pub bug: Option<Bug>,
}

/// A safeguard that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// The claim statement does not compare the attempt.
    NoAttemptCheck,
    /// The sequencer tells the scopes that the claim's snapshot held, not those of the order as it stands.
    EarlyExpansion,
    /// The claim's row goes in with ON CONFLICT DO NOTHING: a violated index no longer fails the statement.
    ConflictDoNothing,
    /// Notifications take their numbers before their commit, and passes share no lock.
    NumbersBeforeCommit,
    /// A firing timer writes what it decided without comparing the order's version.
    ExpireWithoutVersion,
    /// Why a claim won nothing is told without looking for a claim of one's own.
    ForgetsOwnClaim,
}

impl Bug {
    pub const ALL: [Self; 6] = [
        Self::NoAttemptCheck,
        Self::EarlyExpansion,
        Self::ConflictDoNothing,
        Self::NumbersBeforeCommit,
        Self::ExpireWithoutVersion,
        Self::ForgetsOwnClaim,
    ];
}

impl Protocol {
    /// What every run of the tests checks.
    pub const SMALL: Self = Self {
        replicas: 2,
        workers: 2,
        orders: 1,
        slots: 1,
        crashes: 1,
        moves: 1,
        again: 1,
        lag: false,
        bug: None,
    };
    /// The same with two slots: who holds one may not get the other.
    pub const SLOTS: Self = Self { slots: 2, again: 0, ..Self::SMALL };
    /// One worker, and watchers who see what is new now or later.
    pub const LAG: Self = Self { workers: 1, again: 0, lag: true, ..Self::SMALL };
    /// Three workers, two orders: takes its time.
    pub const LARGE: Self = Self { workers: 3, orders: 2, again: 0, ..Self::SMALL };

    /// The world without this safeguard.
    #[must_use]
    pub const fn without(self, bug: Bug) -> Self {
        Self { bug: Some(bug), ..self }
    }

    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }
}

impl Model for Protocol {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::new(self)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        actions::possible(self, state, actions);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut next = last.clone();
        actions::take(self, &mut next, action);
        state::forget_the_doomed(self, &mut next);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}
