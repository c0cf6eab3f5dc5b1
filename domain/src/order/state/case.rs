//! The colder part of an order's state: what no query and no claim arbitrates on.

use super::invited::Invited;
use super::request::{Request, Round, Span, Suspension};
use crate::At;
use crate::order::due::climb::Climb;
use crate::order::reason::Reason;
use crate::organisation::scope::Assignee;
use crate::words::ids::{AccountId, AreaId};
use serde::{Deserialize, Serialize};

/// The colder part of an order's state, stored as one document.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Case {
    /// A suspension in force.
    pub suspension: Option<Suspension>,
    /// Suspensions that are over: a clock that stopped and runs on slept through them.
    pub suspended: Vec<Span>,
    /// The last request not yet decided; `Order::pending_request` says whether it still waits.
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
