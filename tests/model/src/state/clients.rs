//! What clients ask, are answered and remember: workers with phones, and those who follow a scope.

use super::{Key, Kind, Statement};

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

/// Where a worker's request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

impl Call {
    /// The replica that it is at.
    pub const fn replica(&mut self) -> Option<&mut Key> {
        match self {
            Self::Idle => None,
            Self::Claiming { replica, .. }
            | Self::Reading { replica, .. }
            | Self::Replying { replica, .. } => Some(replica),
        }
    }

    /// What is asked.
    pub const fn ask(&mut self) -> Option<&mut Ask> {
        match self {
            Self::Idle => None,
            Self::Claiming { statement, .. } | Self::Reading { statement, .. } => Some(&mut statement.ask),
            Self::Replying { ask, .. } => Some(ask),
        }
    }

    /// The answer that is on its way.
    pub const fn answer(&mut self) -> Option<&mut Answer> {
        match self {
            Self::Replying { answer, .. } => Some(answer),
            Self::Idle | Self::Claiming { .. } | Self::Reading { .. } => None,
        }
    }
}

/// A worker with a phone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
/// what the client has, once nothing before it is open any more ([`super::forget()`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
