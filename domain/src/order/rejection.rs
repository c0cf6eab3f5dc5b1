//! Why a command is refused. No HTTP here: `api/src/order/errors.rs` maps each to a status, a code and a message.

use super::state::status::Status;
use super::target::Unfit;
use crate::At;
use crate::labelled;
use crate::words::ids::AccountId;

macro_rules! rejections {
    ($($(#[$says:meta])* $name:ident $({ $($(#[$holds:meta])* $field:ident: $of:ty,)+ })? = $code:literal;)+) => {
        /// A refusal, with a stable [`code`](Rejection::code).
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Rejection { $($(#[$says])* $name $({ $($(#[$holds])* $field: $of,)+ })?,)+ }

        impl Rejection {
            /// Every code, in declaration order.
            pub const CODES: &'static [&'static str] = &[$($code),+];

            /// A stable word for logs and metrics.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$name { .. } => $code),+ }
            }
        }
    };
}

rejections! {
    /// The state does not allow it.
    WrongState {
        /// The state it is in.
        status: Status,
    } = "wrong_state";
    /// The actor's roles and relation to the order do not allow it.
    Forbidden = "forbidden";
    /// Nobody rules on their own case: the reporter, the handler, the one who asked or rejected.
    OwnCase = "own_case";
    /// Somebody else won this attempt.
    Lost {
        /// The winner.
        by: AccountId,
        /// When.
        at: At,
    } = "lost";
    /// The offer is over: recalled, re-dispatched, suspended, withdrawn.
    Gone = "gone";
    /// Not among the candidates of this attempt.
    NotEligible = "not_eligible";
    /// Released it lately.
    CoolingDown {
        /// Until when.
        until: At,
    } = "cooling_down";
    /// It is suspended.
    Suspended {
        /// Until when.
        until: At,
    } = "suspended";
    /// A request already waits for approval.
    RequestPending = "request_pending";
    /// No request waits.
    NoRequest = "no_request";
    /// After two refused hand-backs only the supervisor rules.
    SupervisorRules = "supervisor_rules";
    /// The one appeal, or the two disputes, are used up.
    UsedUp = "used_up";
    /// The window to dispute is over.
    WindowOver = "window_over";
    /// It has been rated already.
    AlreadyRated = "already_rated";
    /// A co-handler is neither done nor waived.
    CoHandlerOpen = "co_handler_open";
    /// That co-handler is not there, or is there already.
    CoHandlerState = "co_handler_state";
    /// The timer no longer applies, or is not due yet.
    NotDue = "not_due";
    /// There is nothing above this area.
    NoParentArea = "no_parent_area";
    /// Nobody oversees the area into whose inbox it would come: nobody would have to act.
    NobodyOversees = "nobody_oversees";
    /// The same of the common area above, into whose inbox it would come because the area named is out of scope.
    CommonNotOverseen = "common_not_overseen";
    /// Whoever wants to be a party is the only one who dispatches where it lies.
    OnlyDispatcher = "only_dispatcher";
    /// It was forwarded, and has been looked at there.
    LookedAt = "looked_at";
    /// Nobody who holds it may go on with it (disabled, or without a role for it): somebody else has to do it again.
    HandlerGone = "handler_gone";
    /// A field of the command is wrong.
    Invalid {
        /// Its name on the wire (camelCase).
        field: &'static str,
        /// What is wrong with it.
        why: Invalid,
    } = "invalid";
    /// Somebody whom the command names may not be told, directed or whistled in.
    Target {
        /// Where the command names them.
        at: Named,
        /// Why not.
        why: Unfit,
    } = "target";
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

labelled! {
    /// What is wrong with a field.
    Invalid {
        Required = "required", "不能为空", "required";
        OutOfRange = "out_of_range", "超出允许的范围", "outside what is allowed";
        WrongReasonKind = "wrong_reason_kind", "这个理由不适用于该操作", "not a reason for this";
        ImpossibleTime = "impossible_time", "时间不合理：不能晚于现在，也不能早于认领", "after now, or before it was claimed";
        Unchanged = "unchanged", "与现在相同，没有变化", "the same as now";
        PhotoRequired = "photo_required", "该事项需要照片", "the service item asks for a photo";
        OutOfScope = "out_of_scope", "不在您的管辖区域内", "outside your own area";
        OwnCase = "own_case", "这是其本人的诉求，本人不能承办", "it is their own case: nobody handles that";
    }
}

#[cfg(test)]
mod tests {
    use super::Rejection;
    use std::collections::BTreeSet;

    #[test]
    fn a_code_is_of_one_rejection() {
        let codes: BTreeSet<&str> = Rejection::CODES.iter().copied().collect();
        assert_eq!(codes.len(), Rejection::CODES.len());
    }
}
