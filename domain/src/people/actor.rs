//! Who acts: the actor of a command.

use crate::words::ids::AccountId;
use serde::{Deserialize, Serialize};

/// Who issues a command. Time passing is a command of [`Actor::System`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A signed-in person.
    Person(AccountId),
    /// The clock or a rule of the service item.
    System,
}

impl Actor {
    /// The person's account, if it is a person.
    #[must_use]
    pub const fn account(self) -> Option<AccountId> {
        match self {
            Self::Person(id) => Some(id),
            Self::System => None,
        }
    }
}
