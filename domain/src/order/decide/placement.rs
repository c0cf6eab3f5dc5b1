//! What an order is placed with.

use crate::At;
use crate::catalogue::item::{Anonymity, Channel, Priority};
use crate::words::ids::{AccountId, AreaId, ServiceItemId};

/// What a new order is made of, besides its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// The service item.
    pub service_item: ServiceItemId,
    /// Where it is.
    pub area: AreaId,
    /// Priority; residents may not set urgent.
    pub priority: Priority,
    /// How it came in.
    pub channel: Channel,
    /// Anonymity.
    pub anonymity: Anonymity,
    /// The reporter's account; none when fully anonymous or without an account. Anybody but the actor is asked first.
    pub reporter: Option<AccountId>,
    /// The beneficiary's account, when somebody else with an account; named by staff alone, and asked first.
    pub beneficiary: Option<AccountId>,
    /// The staff member who takes it; none when the resident places it.
    pub created_by: Option<AccountId>,
    /// The work is done already (随手办), with these photos: it is recorded in one step and offered to nobody.
    pub done: Option<Photos>,
    /// When the resident wants it to be done.
    pub wanted_at: Option<At>,
}

/// How many photos go with a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Photos {
    /// From before.
    pub before: u32,
    /// From after.
    pub after: u32,
}
