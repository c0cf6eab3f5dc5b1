//! The commands: imperative, ids and enums only. Texts travel beside them and are checked by the shell.

use super::due::timer::TimerKind;
use super::reason::Reason;
use crate::catalogue::item::Priority;
use crate::catalogue::ladder::Step;
use crate::organisation::scope::{Assignee, Scope};
use crate::words::ids::{AccountId, AreaId, ServiceItemId};
use crate::{At, labelled};

labelled! {
    /// The kind of a command: the path segment of its endpoint (`_` → `-`) and the name in `allowedActions`.
    CommandKind {
        SupplyInfo = "supply_info", "补充材料", "Supply information";
        Supplement = "supplement", "追加说明", "Add a supplement";
        Withdraw = "withdraw", "撤销", "Withdraw";
        Urge = "urge", "催单", "Urge";
        Appeal = "appeal", "申请复核", "Appeal";
        Rate = "rate", "评价", "Rate";
        Dispute = "dispute", "提出异议", "Dispute";
        Accept = "accept", "受理", "Accept";
        AskInfo = "ask_info", "要求补充", "Ask for information";
        Reject = "reject", "不予受理", "Reject";
        AnswerDirectly = "answer_directly", "直接答复", "Answer directly";
        SelfResolve = "self_resolve", "自办自结", "Resolve oneself";
        Forward = "forward", "移交", "Forward";
        TakeBack = "take_back", "撤回移交", "Take back";
        Reclassify = "reclassify", "改类改址", "Reclassify";
        Dispatch = "dispatch", "派单", "Dispatch";
        Redispatch = "redispatch", "重新派单", "Dispatch again";
        Widen = "widen", "扩大派单范围", "Widen";
        Assign = "assign", "定向派单", "Assign";
        Recall = "recall", "撤回派单", "Recall";
        Reassign = "reassign", "改派", "Reassign";
        Transfer = "transfer", "转派", "Transfer";
        CloseRemainder = "close_remainder", "截止认领", "Close the remainder";
        Claim = "claim", "认领", "Claim";
        Acknowledge = "acknowledge", "签收", "Acknowledge";
        Release = "release", "放弃认领", "Release";
        Contact = "contact", "首次联系", "Record first contact";
        Progress = "progress", "办理进展", "Note progress";
        Survey = "survey", "现场勘察", "Survey";
        ReportUp = "report_up", "上报", "Report up";
        Whistle = "whistle", "吹哨", "Whistle";
        ReportIn = "report_in", "报到", "Report in";
        FinishCoHandling = "finish_co_handling", "协办完成", "Finish co-handling";
        WaiveCoHandler = "waive_co_handler", "免除协办", "Waive a co-handler";
        Resolve = "resolve", "办结", "Resolve";
        RequestSuspend = "request_suspend", "申请挂起", "Request suspension";
        RequestExtend = "request_extend", "申请延期", "Request extension";
        RequestHandBack = "request_hand_back", "申请退单", "Request hand-back";
        GrantRequest = "grant_request", "同意申请", "Grant the request";
        RefuseRequest = "refuse_request", "驳回申请", "Refuse the request";
        WithdrawRequest = "withdraw_request", "撤回申请", "Withdraw the request";
        Resume = "resume", "提前恢复办理", "End the suspension early";
        PassCheck = "pass_check", "核查通过", "Pass the check";
        SendBack = "send_back", "核查退回", "Send back";
        Revisit = "revisit", "回访", "Revisit";
        RedoSame = "redo_same", "原人重办", "Redo by the same handler";
        RedoOther = "redo_other", "换人重办", "Redo by another";
        Uphold = "uphold", "维持结果", "Uphold";
        Supervise = "supervise", "督办", "Supervise";
        Join = "join", "同意成为当事人", "Agree to be a party";
        Decline = "decline", "不同意成为当事人", "Decline to be a party";
        ShutOut = "shut_out", "停用退单", "Return what somebody may not do any more";
        Expire = "expire", "到期处理", "Time ran out";
    }
}

/// A command on an existing order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Reporter answers what was asked: need_info → submitted.
    SupplyInfo,
    /// Reporter adds something; changes no state.
    Supplement,
    /// Reporter withdraws; the worker is told, no penalty.
    Withdraw {
        /// Kind `withdraw`.
        reason: Reason,
    },
    /// Reporter (or a dispatcher for them) urges; changes no state.
    Urge,
    /// Reporter appeals a rejection, once.
    Appeal,
    /// Reporter rates.
    Rate {
        /// 1 … 5.
        score: u8,
        /// Whether it is solved.
        solved: bool,
    },
    /// Reporter says it is not done; inside the reopen window, at most twice.
    Dispute {
        /// Kind `dispute`.
        reason: Reason,
    },
    /// Dispatcher (or the item's rule) accepts.
    Accept {
        /// The item, changed or confirmed.
        service_item: Option<ServiceItemId>,
        /// The area, changed or confirmed.
        area: Option<AreaId>,
        /// The priority, changed or confirmed.
        priority: Option<Priority>,
    },
    /// Dispatcher asks the reporter; pauses the acceptance clock.
    AskInfo,
    /// Dispatcher rejects.
    Reject {
        /// Kind `reject`.
        reason: Reason,
    },
    /// Dispatcher answers directly.
    AnswerDirectly,
    /// Grid staff resolve by themselves in their own grid.
    SelfResolve {
        /// Photos from after.
        photos: u32,
    },
    /// Dispatcher forwards to another inbox.
    Forward {
        /// The target area; the common ancestor's inbox gets it when the target is out of scope.
        area: AreaId,
    },
    /// Dispatcher takes back what their inbox forwarded, until it was looked at.
    TakeBack,
    /// Dispatcher changes item or area; at least one is given.
    Reclassify {
        /// New item.
        service_item: Option<ServiceItemId>,
        /// New area.
        area: Option<AreaId>,
    },
    /// Dispatcher (or the item's rule) offers it to a pool.
    Dispatch {
        /// Ring 0; empty means the order's area.
        scopes: Vec<Scope>,
        /// Overrides the item's slots (1 … 50).
        slots: Option<i32>,
        /// Later rings, in order; empty means the item's ladder.
        rings: Vec<Step>,
    },
    /// Dispatcher offers it anew, to other scopes, attempt + 1.
    Redispatch {
        /// Ring 0 of the new attempt; empty means the order's area.
        scopes: Vec<Scope>,
        /// Later rings, in order; empty means the item's ladder, or for the system what is left of the order's.
        rings: Vec<Step>,
    },
    /// Dispatcher (or the ladder) adds a ring; earlier candidates stay eligible, same attempt.
    Widen {
        /// The scopes of the next ring.
        scopes: Vec<Scope>,
    },
    /// Dispatcher directs it to one worker, team or unit.
    Assign {
        /// To whom.
        assignee: Assignee,
    },
    /// Dispatcher takes the offer back.
    Recall {
        /// Kind `recall`.
        reason: Reason,
    },
    /// Dispatcher directs an unacknowledged order to somebody else.
    Reassign {
        /// To whom.
        assignee: Assignee,
    },
    /// Dispatcher or grid leader moves a claimed order to somebody else.
    Transfer {
        /// To whom.
        assignee: Assignee,
        /// Kind `transfer`.
        reason: Reason,
    },
    /// Dispatcher stops waiting for the unfilled slots.
    CloseRemainder,
    /// A candidate claims. The database's claim statement does this; `decide` agrees with it.
    Claim {
        /// The attempt the candidate saw.
        attempt: i32,
    },
    /// The assignee (or the first member of the team or unit) acknowledges.
    Acknowledge {
        /// The attempt the assignee saw.
        attempt: i32,
    },
    /// A claimant gives up their slot.
    Release {
        /// Kind `release`.
        reason: Reason,
    },
    /// A claimant records the first contact.
    Contact {
        /// When it happened, by the worker's account; not later than now, not before the claim.
        occurred_at: Option<At>,
    },
    /// A claimant, co-handler or dispatcher notes progress; changes no state.
    Progress {
        /// Whether the resident may read the note.
        visible_to_resident: bool,
    },
    /// A claimant records a site survey; changes no state.
    Survey,
    /// Grid staff report it up to the parent of its inbox.
    ReportUp {
        /// Kind `report_up`.
        reason: Reason,
    },
    /// The lead or a dispatcher whistles a co-handler in.
    Whistle {
        /// Whom.
        who: Assignee,
    },
    /// A co-handler reports in.
    ReportIn,
    /// A co-handler's part is done.
    FinishCoHandling,
    /// The lead or a dispatcher waives a co-handler.
    WaiveCoHandler {
        /// Whom.
        who: Assignee,
    },
    /// The lead feeds the result back.
    Resolve {
        /// Photos from before the work.
        photos_before: u32,
        /// Photos from after the work.
        photos_after: u32,
        /// When the work was done, by the worker's account; not later than now, not before the claim.
        occurred_at: Option<At>,
    },
    /// A claimant asks for a suspension.
    RequestSuspend {
        /// Kind `suspend`.
        reason: Reason,
        /// The review date; in the future, at most 90 days ahead.
        until: At,
    },
    /// A claimant asks for an extension of the resolve limit.
    RequestExtend {
        /// Kind `extend`.
        reason: Reason,
        /// Minutes added (1 … 129,600 = 90 days).
        minutes: u32,
    },
    /// The assignee of a directed order asks to hand it back.
    RequestHandBack {
        /// Kind `hand_back`.
        reason: Reason,
    },
    /// A second person grants the request.
    GrantRequest,
    /// A second person refuses it.
    RefuseRequest,
    /// Whoever asked takes the pending request back.
    WithdrawRequest,
    /// Who granted a suspension, who asked for it, or a dispatcher, ends it before its review date.
    Resume,
    /// A checker who did not handle it passes the result.
    PassCheck,
    /// A checker who did not handle it sends it back.
    SendBack {
        /// Kind `send_back`.
        reason: Reason,
    },
    /// Staff revisit the resident; closes a resolved order.
    Revisit {
        /// None when nobody was reached.
        satisfied: Option<bool>,
    },
    /// Supervisor: the same handler does it again.
    RedoSame,
    /// Supervisor: somebody else does it again.
    RedoOther {
        /// Who.
        assignee: Assignee,
    },
    /// Supervisor: the result stands.
    Uphold {
        /// Kind `uphold`.
        reason: Reason,
    },
    /// Supervisor presses (督办); changes no state.
    Supervise,
    /// Whom staff named agrees to be reporter or beneficiary.
    Join,
    /// Whom staff named does not.
    Decline,
    /// The system: an account was disabled or a role was taken away, so what that person holds of the order and may not do
    /// any more is returned.
    ShutOut {
        /// Whose.
        account: AccountId,
    },
    /// The system: a timer of the order ran out.
    Expire {
        /// Which.
        timer: TimerKind,
    },
}

impl Command {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        use CommandKind as K;
        match self {
            Self::SupplyInfo => K::SupplyInfo,
            Self::Supplement => K::Supplement,
            Self::Withdraw { .. } => K::Withdraw,
            Self::Urge => K::Urge,
            Self::Appeal => K::Appeal,
            Self::Rate { .. } => K::Rate,
            Self::Dispute { .. } => K::Dispute,
            Self::Accept { .. } => K::Accept,
            Self::AskInfo => K::AskInfo,
            Self::Reject { .. } => K::Reject,
            Self::AnswerDirectly => K::AnswerDirectly,
            Self::SelfResolve { .. } => K::SelfResolve,
            Self::Forward { .. } => K::Forward,
            Self::TakeBack => K::TakeBack,
            Self::Reclassify { .. } => K::Reclassify,
            Self::Dispatch { .. } => K::Dispatch,
            Self::Redispatch { .. } => K::Redispatch,
            Self::Widen { .. } => K::Widen,
            Self::Assign { .. } => K::Assign,
            Self::Recall { .. } => K::Recall,
            Self::Reassign { .. } => K::Reassign,
            Self::Transfer { .. } => K::Transfer,
            Self::CloseRemainder => K::CloseRemainder,
            Self::Claim { .. } => K::Claim,
            Self::Acknowledge { .. } => K::Acknowledge,
            Self::Release { .. } => K::Release,
            Self::Contact { .. } => K::Contact,
            Self::Progress { .. } => K::Progress,
            Self::Survey => K::Survey,
            Self::ReportUp { .. } => K::ReportUp,
            Self::Whistle { .. } => K::Whistle,
            Self::ReportIn => K::ReportIn,
            Self::FinishCoHandling => K::FinishCoHandling,
            Self::WaiveCoHandler { .. } => K::WaiveCoHandler,
            Self::Resolve { .. } => K::Resolve,
            Self::RequestSuspend { .. } => K::RequestSuspend,
            Self::RequestExtend { .. } => K::RequestExtend,
            Self::RequestHandBack { .. } => K::RequestHandBack,
            Self::GrantRequest => K::GrantRequest,
            Self::RefuseRequest => K::RefuseRequest,
            Self::WithdrawRequest => K::WithdrawRequest,
            Self::Resume => K::Resume,
            Self::PassCheck => K::PassCheck,
            Self::SendBack { .. } => K::SendBack,
            Self::Revisit { .. } => K::Revisit,
            Self::RedoSame => K::RedoSame,
            Self::RedoOther { .. } => K::RedoOther,
            Self::Uphold { .. } => K::Uphold,
            Self::Supervise => K::Supervise,
            Self::Join => K::Join,
            Self::Decline => K::Decline,
            Self::ShutOut { .. } => K::ShutOut,
            Self::Expire { .. } => K::Expire,
        }
    }
}
