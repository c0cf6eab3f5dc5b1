//! The events: past tense, never changed, ids, enums and times only. An order is the fold of its events.

use super::reason::Reason;
use super::state::case::Outcome;
use super::state::invited::{Invited, NamedAs};
use super::state::request::Ask;
use crate::At;
use crate::catalogue::item::{Anonymity, Channel, Priority};
use crate::catalogue::ladder::Ladder;
use crate::catalogue::limits::Limits;
use crate::organisation::scope::{Assignee, Scope};
use crate::people::actor::Actor;
use crate::words::ids::{AccountId, AreaId, ServiceItemId};
use serde::{Deserialize, Serialize};

/// An event with its place in the order's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// 1, 2, 3 … without gaps; equals the order's version after it.
    pub seq: i32,
    /// When.
    pub at: At,
    /// By whom.
    pub actor: Actor,
    /// What.
    pub event: Event,
}

impl Recorded {
    /// Whether it is the end that an order was placed with (随手办), which was placed at this instant: nobody waited for it.
    #[must_use]
    pub fn was_done_already(&self, placed: At) -> bool {
        self.seq == 2 && self.at == placed && matches!(self.event, Event::Answered { .. })
    }
}

/// What happened. Stored as `kind` (column) and the fields (document).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the variants are the past tense of the documented commands; fields as there")]
pub enum Event {
    Submitted {
        service_item: ServiceItemId,
        area: AreaId,
        priority: Priority,
        channel: Channel,
        anonymity: Anonymity,
        slots: i32,
        limits: Limits,
        reporter: Option<AccountId>,
        beneficiary: Option<AccountId>,
        created_by: Option<AccountId>,
        /// Who is asked whether they want to be a party.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        invited: Vec<Invited>,
        /// When the resident wants it to be done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wanted_at: Option<At>,
    },
    /// Who was named agreed: reporter or beneficiary from now on.
    Joined {
        account: AccountId,
        named: NamedAs,
    },
    /// Who was named did not agree.
    Declined {
        account: AccountId,
    },
    InfoSupplied,
    Supplemented,
    Withdrawn {
        /// None when the system withdrew it for want of an answer.
        reason: Option<Reason>,
    },
    Urged,
    Appealed,
    Rated {
        score: u8,
        solved: bool,
    },
    Disputed {
        reason: Reason,
        /// Said in a revisit: not one of the resident's own two.
        #[serde(default)]
        revisited: bool,
    },
    Accepted {
        service_item: ServiceItemId,
        area: AreaId,
        priority: Priority,
        slots: i32,
        limits: Limits,
    },
    InfoAsked {
        due_at: At,
    },
    Rejected {
        reason: Reason,
    },
    /// Answered directly or self-resolved, by `outcome`.
    Answered {
        outcome: Outcome,
        silence_due_at: At,
        reopen_until: At,
    },
    Forwarded {
        from: AreaId,
        to: AreaId,
        /// Who may take it back, with those of the same inbox. None: by a version that let nobody.
        #[serde(default)]
        by: Option<AccountId>,
    },
    /// The sender took back what was forwarded.
    TakenBack {
        from: AreaId,
        to: AreaId,
    },
    Reclassified {
        service_item: ServiceItemId,
        area: AreaId,
        limits: Limits,
    },
    /// Offered to a pool; `attempt` is the new attempt.
    Dispatched {
        attempt: i32,
        slots: i32,
        scopes: Vec<Scope>,
        limits: Limits,
        /// None: by a version that knew no ladders.
        #[serde(default)]
        ladder: Option<Ladder>,
    },
    Widened {
        ring: i32,
        scopes: Vec<Scope>,
        /// Steps of the ladder this took; 0 when a dispatcher widened it.
        #[serde(default)]
        steps: u32,
    },
    /// The ladder is at its end: the dispatcher sees to it. Still pooled.
    LeftUnclaimed,
    Assigned {
        attempt: i32,
        assignee: Assignee,
        limits: Limits,
        acknowledge_due_at: Option<At>,
        /// How far the assignee may move and keep it. None: by a version that did not ask.
        #[serde(default)]
        within: Option<AreaId>,
    },
    Recalled {
        attempt: i32,
        reason: Reason,
    },
    Transferred {
        attempt: i32,
        assignee: Assignee,
        reason: Reason,
        acknowledge_due_at: Option<At>,
        #[serde(default)]
        within: Option<AreaId>,
    },
    RemainderClosed {
        slots: i32,
    },
    /// Written by the claim statement itself; `full` when no slot is left.
    Claimed {
        attempt: i32,
        slot: i32,
        account: AccountId,
        full: bool,
    },
    Acknowledged {
        attempt: i32,
        slot: i32,
        account: AccountId,
        full: bool,
    },
    /// A slot was given up: by its holder, or by the system for want of contact (reason `no_contact`) or because the
    /// holder may not go on (`account_disabled`, `role_ended`).
    Released {
        attempt: i32,
        slot: i32,
        account: AccountId,
        reason: Reason,
        cool_until: At,
        scopes: Vec<Scope>,
        /// What the ladder still holds. None: by a version that knew no ladders.
        #[serde(default)]
        ladder: Option<Ladder>,
    },
    Contacted {
        occurred_at: At,
        /// Who made it. None: by a version in which it did not count once the last slot was taken.
        #[serde(default)]
        by: Option<AccountId>,
    },
    Progressed {
        visible_to_resident: bool,
    },
    Surveyed,
    ReportedUp {
        attempt: i32,
        by: AccountId,
        from: AreaId,
        to: AreaId,
        reason: Reason,
    },
    Whistled {
        who: Assignee,
        #[serde(default)]
        within: Option<AreaId>,
    },
    ReportedIn {
        who: Assignee,
        account: AccountId,
    },
    CoHandlingFinished {
        who: Assignee,
    },
    CoHandlerWaived {
        who: Assignee,
        /// Why, where nobody waived it: the account was disabled, the role ended, the order lies elsewhere or left the
        /// working states.
        #[serde(default)]
        reason: Option<Reason>,
    },
    /// The result was fed back and waits for the check.
    FedBack {
        occurred_at: At,
    },
    /// Resolved: by the check, or at once where the item needs none.
    Resolved {
        outcome: Outcome,
        silence_due_at: At,
        reopen_until: At,
    },
    Requested {
        ask: Ask,
        reason: Reason,
    },
    RequestGranted {
        ask: Ask,
        /// The new attempt where the grant is a hand-back.
        attempt: i32,
    },
    RequestRefused {
        ask: Ask,
    },
    /// Whoever asked takes it back.
    RequestWithdrawn {
        ask: Ask,
    },
    /// By itself at its review date, or earlier by a person.
    SuspensionEnded,
    SentBack {
        reason: Reason,
    },
    Revisited {
        satisfied: Option<bool>,
    },
    /// Closed for want of a rating: silence is not satisfaction.
    SilenceClosed,
    RedoOrdered {
        /// None: the same handler.
        assignee: Option<Assignee>,
        attempt: i32,
        acknowledge_due_at: Option<At>,
        #[serde(default)]
        within: Option<AreaId>,
        /// Whether its clocks to claim and to resolve begin anew. False: by a version in which they ran on.
        #[serde(default)]
        fresh: bool,
    },
    Upheld {
        reason: Reason,
    },
    Supervised,
    /// A directed order was not acknowledged in time; the dispatcher is told.
    AcknowledgeOverdue {
        next_due_at: At,
    },
}

impl Event {
    /// The person whom it is about, besides whoever did it.
    #[must_use]
    pub const fn whom(&self) -> Option<AccountId> {
        if let Self::Released { account, .. } | Self::CoHandlerWaived { who: Assignee::Person(account), .. } =
            self
        {
            Some(*account)
        } else {
            None
        }
    }

    /// The attempt that it begins or belongs to.
    #[must_use]
    pub const fn attempt(&self) -> Option<i32> {
        if let Self::Dispatched { attempt, .. }
        | Self::Assigned { attempt, .. }
        | Self::Recalled { attempt, .. }
        | Self::Transferred { attempt, .. }
        | Self::Claimed { attempt, .. }
        | Self::Acknowledged { attempt, .. }
        | Self::Released { attempt, .. }
        | Self::ReportedUp { attempt, .. }
        | Self::RequestGranted { attempt, .. }
        | Self::RedoOrdered { attempt, .. } = self
        {
            Some(*attempt)
        } else {
            None
        }
    }
}
