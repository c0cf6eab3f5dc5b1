//! What an order is at a time: its columns, its live claims and its rings. It knows nothing of commands and decisions.

pub(super) mod case;
pub(super) mod invited;
pub(super) mod request;
pub(super) mod status;

use super::due::deadline::Clocks;
use crate::At;
use crate::catalogue::item::{Anonymity, Channel, Priority};
use crate::catalogue::limits::{Limit, Limits};
use crate::organisation::scope::{Assignee, Scope};
use crate::words::ids::{AccountId, AreaId, OrderId, ServiceItemId};
use case::Case;
use invited::NamedAs;
use serde::{Deserialize, Serialize};
use status::Status;

/// An order without its texts: ids, enums, numbers and times only. The fold of its events.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Database key.
    pub id: OrderId,
    /// The state; publication, suspension, ring, overdue and rating are separate fields.
    pub status: Status,
    /// Number of events so far; each event raises it by one.
    pub version: i32,
    /// Rises whenever eligibility is taken away; part of every claim (QUEUE.md).
    pub attempt: i32,
    /// How many people may hold it at once.
    pub slots: i32,
    /// The highest ring offered in this attempt.
    pub ring: i32,
    /// The scopes that were offered it in this attempt.
    pub rings: Vec<RingScope>,
    /// Its service item.
    pub service_item: ServiceItemId,
    /// Where it is.
    pub area: AreaId,
    /// Whose dispatchers answer for it: the area, until it is forwarded or reported up.
    pub inbox: AreaId,
    /// Priority.
    pub priority: Priority,
    /// How it came in.
    pub channel: Channel,
    /// How much of the reporter is known to whom.
    pub anonymity: Anonymity,
    /// The resident who reported it; none when fully anonymous or without an account.
    pub reporter: Option<AccountId>,
    /// For whom it is, when that is somebody else with an account.
    pub beneficiary: Option<AccountId>,
    /// The staff member who took it (建单).
    pub created_by: Option<AccountId>,
    /// To whom it is directed, while and after it was assigned in this attempt.
    pub assignee: Option<Assignee>,
    /// Live claims, by ascending slot. The lowest is the lead.
    pub claims: Vec<Claim>,
    /// The limits its clocks start with.
    pub limits: Limits,
    /// The four clocks.
    pub clocks: Clocks,
    /// Since when it has been resolved.
    pub resolved_at: Option<At>,
    /// Everything else, which no query and no claim arbitrates on.
    pub case: Case,
    /// When it was submitted.
    pub created_at: At,
    /// When the last event happened.
    pub updated_at: At,
}

/// A live claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// 1 … slots.
    pub slot: i32,
    /// Who holds it.
    pub account: AccountId,
    /// The attempt in which it was won.
    pub attempt: i32,
    /// When it was won.
    pub at: At,
}

/// One scope of one ring (派单范围) of the current attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RingScope {
    /// 0 is offered at once; higher rings are widened to later.
    pub ring: i32,
    /// Who is in it.
    pub scope: Scope,
}

impl Order {
    /// The lead (主办): the holder of the lowest live slot.
    #[must_use]
    pub fn lead(&self) -> Option<AccountId> {
        self.claims.first().map(|c| c.account)
    }

    /// The live claim of this person.
    #[must_use]
    pub fn claim_of(&self, account: AccountId) -> Option<&Claim> {
        self.claims.iter().find(|c| c.account == account)
    }

    /// The limit to the first contact once no slot is left: none when somebody who won one made contact before.
    #[must_use]
    pub fn contact_limit(&self) -> Option<Limit> {
        self.limits.contact.filter(|_| self.case.contacted_at.is_none())
    }

    /// Slots taken.
    #[must_use]
    pub fn filled(&self) -> i32 {
        i32::try_from(self.claims.len()).unwrap_or(i32::MAX)
    }

    /// Whether this person reported it or benefits from it: nobody claims or rules on their own case.
    #[must_use]
    pub fn is_own(&self, account: AccountId) -> bool {
        self.reporter == Some(account) || self.beneficiary == Some(account)
    }

    /// Whether this person handles or handled it, as claimant or co-handler.
    #[must_use]
    pub fn has_handled(&self, account: AccountId) -> bool {
        self.claim_of(account).is_some()
            || self.case.handlers.contains(&account)
            || self.case.co_handlers.iter().any(|c| c.reported_by == Some(account))
    }

    /// Over, although whoever rated the result said that it is not solved.
    #[must_use]
    pub fn ended_unsolved(&self) -> bool {
        self.status.is_finished() && self.case.rating.is_some_and(|rating| !rating.solved)
    }

    /// Past its resolve limit at `now` and still open.
    #[must_use]
    pub fn is_overdue(&self, now: At) -> bool {
        self.status.is_open()
            && self.clocks.resolve.is_some_and(|c| c.limit_ms.is_some_and(|l| c.elapsed_ms(now) > l))
    }

    /// As what this person was named, if they have not answered.
    #[must_use]
    pub fn invited_as(&self, account: AccountId) -> Option<NamedAs> {
        self.case.invited.iter().find(|invited| invited.account == account).map(|invited| invited.named)
    }
}
