//! Plain values about scopes and those who belong to them.

use domain::{At, ScopeId};

/// Whether somebody is on duty, and since when that was said.
pub type Duty = (bool, Option<At>);

/// A scope somebody belongs to, and its newest number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The scope's key.
    pub scope: ScopeId,
    /// `area`, `team`, `unit`, `person`, `inbox`.
    pub kind: String,
    /// What it is the scope of.
    pub of: i64,
    /// Its newest number.
    pub head: i64,
}

/// What a replica sees when it looks at the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// Which history it tells; none while it only follows another database.
    pub epoch: Option<String>,
    /// A word that changes whenever memberships may have changed.
    pub people: String,
    /// Scopes that were told something lately, and their newest numbers.
    pub heads: Vec<(ScopeId, i64)>,
}
