//! Plain values about service items.

use domain::catalogue::{ServiceGroup, ServiceRules};

/// A service item to be written.
#[derive(Debug, Clone)]
pub struct ItemEdit {
    /// Its code, unique.
    pub code: String,
    /// Its name.
    pub name: String,
    /// One of the six groups.
    pub group: ServiceGroup,
    /// Its board.
    pub board: String,
    /// What it is.
    pub description: String,
    /// What it demands of orders.
    pub rules: ServiceRules,
    /// About how many minutes it takes to do.
    pub takes_minutes: Option<i32>,
    /// Place in lists.
    pub sort: i32,
    /// Whether it can be ordered.
    pub active: bool,
}
