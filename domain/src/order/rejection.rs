//! Why a command is refused. No HTTP here: `api/src/error.rs` maps each to a status, a code and a message.

use super::Status;
use crate::At;
use crate::dispatch::target::Unfit;
use crate::ids::AccountId;

/// A refusal, with a stable [`code`](Rejection::code).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The state does not allow it.
    WrongState {
        /// The state it is in.
        status: Status,
    },
    /// The actor's roles and relation to the order do not allow it.
    Forbidden,
    /// Nobody rules on their own case: the reporter, the handler, the one who asked or rejected.
    OwnCase,
    /// Somebody else won this attempt.
    Lost {
        /// The winner.
        by: AccountId,
        /// When.
        at: At,
    },
    /// The offer is over: recalled, re-dispatched, suspended, withdrawn.
    Gone,
    /// Not among the candidates of this attempt.
    NotEligible,
    /// Released it lately.
    CoolingDown {
        /// Until when.
        until: At,
    },
    /// It is suspended.
    Suspended {
        /// Until when.
        until: At,
    },
    /// A request already waits for approval.
    RequestPending,
    /// No request waits.
    NoRequest,
    /// After two refused hand-backs only the supervisor rules.
    SupervisorRules,
    /// The one appeal, or the two disputes, are used up.
    UsedUp,
    /// The window to dispute is over.
    WindowOver,
    /// It has been rated already.
    AlreadyRated,
    /// A co-handler is neither done nor waived.
    CoHandlerOpen,
    /// That co-handler is not there, or is there already.
    CoHandlerState,
    /// The timer no longer applies, or is not due yet.
    NotDue,
    /// There is nothing above this area.
    NoParentArea,
    /// Nobody oversees the area into whose inbox it would come: nobody would have to act.
    NobodyOversees,
    /// The same of the common area above, into whose inbox it would come because the area named is out of scope.
    CommonNotOverseen,
    /// Whoever wants to be a party is the only one who dispatches where it lies.
    OnlyDispatcher,
    /// It was forwarded, and has been looked at there.
    LookedAt,
    /// Nobody who holds it may go on with it (disabled, or without a role for it): somebody else has to do it again.
    HandlerGone,
    /// A field of the command is wrong.
    Invalid {
        /// Its name on the wire (camelCase).
        field: &'static str,
        /// What is wrong with it.
        why: Invalid,
    },
    /// Somebody whom the command names may not be told, directed or whistled in.
    Target {
        /// Where the command names them.
        at: Named,
        /// Why not.
        why: Unfit,
    },
}

/// Where a command names somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// The scope at this place.
    Scope(usize),
    /// Of the later ring at this place, the scope at that place.
    Ring(usize, usize),
    /// To whom it is directed.
    Assignee,
    /// Who is whistled in.
    Who,
}

impl std::fmt::Display for Named {
    /// The field's name on the wire.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scope(n) => write!(f, "scopes[{n}]"),
            Self::Ring(ring, n) => write!(f, "rings[{ring}].scopes[{n}]"),
            Self::Assignee => f.write_str("assignee.id"),
            Self::Who => f.write_str("who.id"),
        }
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invalid {
    /// Needed and not given.
    Required,
    /// Outside its range.
    OutOfRange,
    /// A reason of another kind.
    WrongReasonKind,
    /// Before the claim or after now.
    ImpossibleTime,
    /// The same as before.
    Unchanged,
    /// The service item demands a photo.
    PhotoRequired,
    /// Outside the actor's scope.
    OutOfScope,
    /// It is their own: nobody handles their own case.
    OwnCase,
}

impl Invalid {
    /// A stable word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::OutOfRange => "out_of_range",
            Self::WrongReasonKind => "wrong_reason_kind",
            Self::ImpossibleTime => "impossible_time",
            Self::Unchanged => "unchanged",
            Self::PhotoRequired => "photo_required",
            Self::OutOfScope => "out_of_scope",
            Self::OwnCase => "own_case",
        }
    }
}

impl Rejection {
    /// A stable word for logs, metrics and the error table.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongState { .. } => "wrong_state",
            Self::Forbidden => "forbidden",
            Self::OwnCase => "own_case",
            Self::Lost { .. } => "lost",
            Self::Gone => "gone",
            Self::NotEligible => "not_eligible",
            Self::CoolingDown { .. } => "cooling_down",
            Self::Suspended { .. } => "suspended",
            Self::RequestPending => "request_pending",
            Self::NoRequest => "no_request",
            Self::SupervisorRules => "supervisor_rules",
            Self::UsedUp => "used_up",
            Self::WindowOver => "window_over",
            Self::AlreadyRated => "already_rated",
            Self::CoHandlerOpen => "co_handler_open",
            Self::CoHandlerState => "co_handler_state",
            Self::NotDue => "not_due",
            Self::NoParentArea => "no_parent_area",
            Self::NobodyOversees => "nobody_oversees",
            Self::CommonNotOverseen => "common_not_overseen",
            Self::OnlyDispatcher => "only_dispatcher",
            Self::LookedAt => "looked_at",
            Self::HandlerGone => "handler_gone",
            Self::Invalid { .. } => "invalid",
            Self::Target { .. } => "target",
        }
    }
}
