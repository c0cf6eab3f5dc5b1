//! An order (订单): its state, the commands on it, the events they make, and the rules in between.

pub mod actions;
pub mod caller;
pub mod command;
pub mod decide;
pub mod escalation;
pub mod event;
pub mod facts;
pub mod fold;
pub mod invited;
pub mod number;
pub mod placement;
pub mod rejection;
pub mod request;
pub mod sentence;
pub mod sight;
pub mod status;
pub mod timer;
pub mod waiting;

pub use command::{Command, CommandKind};
pub use decide::{decide, place};
pub use escalation::{Climb, Rung};
pub use event::{Event, Recorded};
pub use facts::Facts;
pub use invited::{Invited, NamedAs};
pub use rejection::Rejection;
pub use request::{Ask, AskKind, Request, Round, Span, Suspension};
pub use sight::{Sight, Words};
pub use status::Status;

use crate::At;
use crate::catalogue::limits::{Limit, Limits};
use crate::catalogue::{Anonymity, Channel, Priority};
use crate::deadline::Clocks;
use crate::dispatch::{Assignee, RingScope};
use crate::ids::{AccountId, AreaId, OrderId, ServiceItemId};
use crate::reason::Reason;
use serde::{Deserialize, Serialize};

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

/// The colder part of an order's state, stored as one document.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Case {
    /// A suspension in force.
    pub suspension: Option<Suspension>,
    /// Suspensions that are over: a clock that stopped and runs on slept through them.
    pub suspended: Vec<Span>,
    /// The last request not yet decided; [`Order::pending_request`] says whether it still waits.
    pub request: Option<Request>,
    /// When an unanswered question withdraws the order.
    pub info_due_at: Option<At>,
    /// When silence closes a resolved order.
    pub silence_due_at: Option<At>,
    /// Until when the resident may dispute.
    pub reopen_until: Option<At>,
    /// When the current assignment must be acknowledged.
    pub acknowledge_due_at: Option<At>,
    /// The area within which whoever it is directed to must hold a role for it.
    pub assigned_within: Option<AreaId>,
    /// That it was forwarded and nobody has acted on it since.
    pub forwarded: Option<Forwarding>,
    /// Who rejected it last; may not review the appeal.
    pub rejected_by: Option<AccountId>,
    /// Why it was rejected last; the reason's label says where to go instead.
    pub rejected_for: Option<Reason>,
    /// Whether the one appeal has been used.
    pub appealed: bool,
    /// Hand-backs granted.
    pub hand_backs: u32,
    /// Hand-back requests refused in a row for the current assignment.
    pub hand_back_refusals: u32,
    /// Disputes raised by the resident (at most 2); what a revisit found is not among them.
    pub disputes: u32,
    /// Times it was done again after a dispute (重办).
    pub redos: u32,
    /// The clocks up to each redo, as they stood when it was ordered: that time is the organisation's and not the next
    /// handler's.
    pub rounds: Vec<Round>,
    /// Urges by the resident.
    pub urges: u32,
    /// Supervisions (督办).
    pub supervisions: u32,
    /// Times it was reported up, with who and when.
    pub hops: Vec<Hop>,
    /// Co-handlers whistled in.
    pub co_handlers: Vec<CoHandler>,
    /// Who handled it in the end (kept when claims are closed): they may not check or rule.
    pub handlers: Vec<AccountId>,
    /// How it was resolved.
    pub outcome: Option<Outcome>,
    /// The rating, a field and never a state.
    pub rating: Option<Rating>,
    /// The revisit record.
    pub revisit: Option<Revisit>,
    /// Until when a worker who released may not claim again.
    pub cool_downs: Vec<CoolDown>,
    /// When each person reached the door or called first, by the worker's own account.
    pub contacted_at: Option<At>,
    /// Who made that contact. None: by a version in which it did not count once the last slot was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacted_by: Option<AccountId>,
    /// Survey records made.
    pub surveys: u32,
    /// How far a pooled order is up its ladder; kept by a claim, in case it is released.
    pub climb: Option<Climb>,
    /// Who was named in it and has not answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub invited: Vec<Invited>,
    /// When the resident wants it to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted_at: Option<At>,
}

/// How it came into its inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarding {
    /// The inbox that forwarded it.
    pub from: AreaId,
    /// Who did.
    pub by: AccountId,
    /// The order's version then.
    pub version: i32,
}

/// One hop of reporting up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// Who reported it up.
    pub by: AccountId,
    /// From this inbox …
    pub from: AreaId,
    /// … to this one.
    pub to: AreaId,
    /// When.
    pub at: At,
}

/// A co-handler (协办) whistled in (吹哨).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoHandler {
    /// Who was whistled.
    pub who: Assignee,
    /// How far they are.
    pub state: CoHandling,
    /// Who reported in for them (报到).
    pub reported_by: Option<AccountId>,
    /// When the state was reached.
    pub at: At,
    /// The area within which they must hold a role for it.
    #[serde(default)]
    pub within: Option<AreaId>,
}

impl CoHandler {
    /// Neither done nor waived: the order can't be resolved yet.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        match self.state {
            CoHandling::Whistled | CoHandling::ReportedIn => true,
            CoHandling::Done | CoHandling::Waived => false,
        }
    }
}

/// Progress of a co-handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoHandling {
    /// Whistled, not yet there.
    Whistled,
    /// Reported in.
    ReportedIn,
    /// Their part is done.
    Done,
    /// Waived by the lead or a dispatcher.
    Waived,
}

/// How an order was resolved; answered and self-resolved ones are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// By the worker who claimed it.
    Handled,
    /// Answered directly by a dispatcher.
    AnsweredDirectly,
    /// Resolved by grid staff in their own grid, without dispatch.
    SelfResolved,
}

/// A resident's rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// 1 (poor) … 5 (very good).
    pub score: u8,
    /// Whether the resident says it is solved.
    pub solved: bool,
    /// Who rated for a caller without an account; none when the resident did (本人评).
    #[serde(default)]
    pub for_them: Option<AccountId>,
    /// When.
    pub at: At,
}

/// A revisit (回访) by staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revisit {
    /// Whether the resident said they were satisfied; none by a version that took a call nobody answered for a revisit.
    pub satisfied: Option<bool>,
    /// Who revisited.
    pub by: AccountId,
    /// When.
    pub at: At,
}

/// A released worker's cool-down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoolDown {
    /// Who.
    pub account: AccountId,
    /// Until when.
    pub until: At,
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
}

/// What `decide` grants: the full next value of the mutable state, and the events that led there.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The order after the events.
    pub changes: Order,
    /// In order; at least one.
    pub events: Vec<Recorded>,
}

impl Decision {
    /// The event that the words and photos of the command belong to: the result where there is one, else the first.
    #[must_use]
    pub fn speaking(&self) -> Option<&Recorded> {
        let result = |one: &&Recorded| {
            matches!(one.event, Event::FedBack { .. } | Event::Resolved { .. } | Event::Answered { .. })
        };
        self.events.iter().find(result).or(self.events.first())
    }
}
