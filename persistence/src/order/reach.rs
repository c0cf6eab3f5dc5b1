//! Who is told of an offer, who was reached and who saw it: plain values, the same for both databases.

use crate::organisation::rows::AreaRow;
use crate::people::values::PersonRead;
use domain::order::Status;
use domain::order::target::Standing;
use domain::organisation::{AreaLevel, Scope};
use domain::{AccountId, AreaId, At, OrderId, ServiceItemId};
use std::collections::BTreeMap;

/// Names shown of a group of people at most.
pub const SHOWN: i64 = 20;
/// Past orders looked at for a preview.
pub const PAST: i64 = 20;

/// What lies around an order, and how those stand whom somebody names for it.
#[derive(Debug, Clone, Default)]
pub struct NamedRead {
    /// Its area and those above it, top first.
    pub ancestors: Vec<(AreaLevel, AreaId)>,
    /// Those who are there and in use.
    pub standings: Vec<(Scope, Standing)>,
}

/// An area that nobody oversees.
#[derive(Debug, Clone)]
pub struct Uncovered {
    /// Which.
    pub area: AreaRow,
    /// Whether nobody oversees anything below it either.
    pub whole: bool,
    /// Open orders that lie in its inbox, of a whole branch in any of its inboxes; at most 10,001.
    pub open_orders: i64,
}

/// The people of a ring who are in no ring before it.
#[derive(Debug, Clone, Default)]
pub struct RingReach {
    /// How many, at most 20,000.
    pub members: i64,
    /// How many of them are there now: seen within a minute, and on duty.
    pub online: i64,
    /// How many are off duty.
    pub off_duty: i64,
    /// The first of them, those who are there before the others.
    pub first: Vec<Told>,
}

/// Somebody who is told.
#[derive(Debug, Clone)]
pub struct Told {
    /// Who, with the roles held.
    pub person: PersonRead,
    /// There now.
    pub online: bool,
    /// On duty.
    pub on_duty: bool,
}

/// What became of an earlier order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastOrder {
    /// Its state now.
    pub status: Status,
    /// When it was first offered to a pool.
    pub offered_at: At,
    /// When it was first claimed.
    pub claimed_at: Option<At>,
}

/// What a preview asks.
#[derive(Debug, Clone)]
pub struct PreviewAsk {
    /// The scopes of each ring.
    pub rings: Vec<Vec<Scope>>,
    /// People who may not claim it and are not counted.
    pub own: Vec<AccountId>,
    /// The order, its area and its service item.
    pub order: OrderId,
    /// Where.
    pub area: AreaId,
    /// Of what kind.
    pub item: ServiceItemId,
}

/// What a preview learns.
#[derive(Debug, Clone, Default)]
pub struct PreviewRead {
    /// One a ring.
    pub rings: Vec<RingReach>,
    /// Names of the scopes.
    pub names: ScopeNames,
    /// The last orders of the same item in the area that were offered to a pool, newest first.
    pub past: Vec<PastOrder>,
}

/// Names of scopes.
#[derive(Debug, Clone, Default)]
pub struct ScopeNames {
    /// Of areas, teams and units.
    pub places: BTreeMap<Scope, String>,
    /// People, by key.
    pub people: BTreeMap<AccountId, PersonRead>,
}

/// A scope that an order was offered to.
#[derive(Debug, Clone)]
pub struct ScopeOffer {
    /// The ring.
    pub ring: i32,
    /// The scope.
    pub scope: Scope,
    /// When it was told, and the number of that notification; none: not yet, or longer ago than is kept.
    pub told: Option<(At, i64)>,
    /// How many people are in it now.
    pub members: i64,
    /// How many of them were there since, or saw it.
    pub reached: i64,
    /// How many acknowledged it.
    pub seen: i64,
    /// The first of those.
    pub seen_by: Vec<PersonRead>,
}
