//! Nobody is made a party without agreeing (FIELD.md, edge rules): whoever is named by somebody else is asked, and joins
//! or declines. Until then they are nothing to the order but somebody who was told of it.

use crate::words::ids::AccountId;
use serde::{Deserialize, Serialize};

/// As what somebody is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedAs {
    /// Who reports it.
    Reporter,
    /// For whom it is.
    Beneficiary,
}

/// Somebody who was named and has not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// Who.
    pub account: AccountId,
    /// As what.
    pub named: NamedAs,
}
