//! The timeline of an order: its events in people's words, with the notes and photos that go with them.

mod about;

use super::reader::Reader;
use super::who;
use crate::http::time::instant;
use domain::AccountId;
use domain::order::{Event, Order, Outcome, Reason, Recorded};
use domain::people::Actor;
use domain::words::mask::mask_name;
use persistence::order::values::DetailRead;
use serde::Serialize;
use utoipa::ToSchema;

/// A step of an order's history.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineStep {
    /// Its place in the history.
    pub seq: i32,
    /// When.
    #[schema(example = "2026-11-22T18:04:05.123+08:00")]
    pub at: String,
    /// The event's stable word.
    #[schema(example = "claimed")]
    pub kind: String,
    /// The event for people.
    #[schema(example = "已认领")]
    pub kind_text: String,
    /// What it was about, for people: which request, for what reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "延期3天")]
    pub about_text: Option<String>,
    /// That staff did it for a resident without an account, whose step it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, value_type = String, example = "代居民办理")]
    pub behalf_text: Option<&'static str>,
    /// Who: staff by name, for residents as long as they hold a public function and masked otherwise (volunteers), for
    /// whoever has a query code always masked; residents always masked; absent for the system and where the reporter is
    /// hidden from the reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub by: Option<String>,
    /// What they are, where staff's name is whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, value_type = String, example = "网格员")]
    pub by_role_text: Option<&'static str>,
    /// Whom it is about, where that is somebody else: whose slot was released, who was waived. Named like `by`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub whom: Option<String>,
    /// The words that go with it; without telephone and identity numbers and doors for whoever reads those not (see
    /// `title`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub text: Option<String>,
    /// The photos that go with it.
    pub files: Vec<AttachedFile>,
}

/// A photo of an order.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttachedFile {
    /// Its id: `GET /files/{id}`.
    #[schema(example = "12")]
    pub id: String,
    /// `report`, `before`, `after` or `progress`.
    #[schema(example = "after")]
    pub purpose: String,
}

/// The steps this reader may see.
#[must_use]
pub fn timeline(order: &Order, detail: &DetailRead, reader: &Reader<'_>) -> Vec<TimelineStep> {
    // who was named and declined is nobody's to know: staff would learn whose a number is
    let told = |event: &Event| !matches!(event, Event::Declined { .. });
    let shown = detail.history.iter().filter(|r| told(&r.event) && (reader.staff || is_public(&r.event)));
    shown.map(|r| step(order, r, detail, reader)).collect()
}

/// Steps between members of staff stay among them.
const fn is_public(event: &Event) -> bool {
    match event {
        Event::Progressed { visible_to_resident } => *visible_to_resident,
        Event::Supervised
        | Event::Requested { .. }
        | Event::RequestRefused { .. }
        | Event::RequestWithdrawn { .. }
        | Event::Widened { .. }
        | Event::LeftUnclaimed
        | Event::Joined { .. }
        | Event::AcknowledgeOverdue { .. } => false,
        _ => true,
    }
}

fn step(order: &Order, recorded: &Recorded, detail: &DetailRead, reader: &Reader<'_>) -> TimelineStep {
    let note = detail.notes.iter().find(|n| n.seq == recorded.seq && (reader.staff || n.visible_to_resident));
    let name = |id: AccountId| detail.names.people.get(&id).map(String::as_str);
    let by = match recorded.actor {
        Actor::Person(id) if order.is_own(id) => name(id).filter(|_| !reader.hidden).map(mask_name),
        Actor::Person(id) => name(id).map(|_| who::name(reader, detail, id)),
        Actor::System => None,
    };
    let colleague = recorded.actor.account().filter(|id| !order.is_own(*id));
    let by_role_text = colleague.and_then(|id| who::function_text(reader, detail, id));
    let whom = recorded.event.whom().filter(|id| recorded.actor.account() != Some(*id));
    let whom = whom.filter(|id| name(*id).is_some()).map(|id| who::name(reader, detail, id));
    let (kind, zh, en) = match words(&recorded.event) {
        (kind, ..) if recorded.was_done_already(order.created_at) => (kind, "随手办", "Done on the spot"),
        told => told,
    };
    TimelineStep {
        seq: recorded.seq,
        at: instant(recorded.at),
        kind: kind.into(),
        kind_text: reader.lang.pick(zh, en).into(),
        about_text: about::about(&recorded.event, reader.staff, reader.lang),
        behalf_text: order.is_on_behalf(recorded).then(|| reader.lang.pick("代居民办理", "for the resident")),
        by,
        by_role_text,
        whom,
        text: note.map(|n| reader.words.of(&n.text)),
        files: detail
            .files
            .iter()
            .filter(|f| f.seq == recorded.seq)
            .map(|f| AttachedFile { id: f.file_id.to_string(), purpose: f.purpose.clone() })
            .collect(),
    }
}

/// An event's stable word, Chinese and English.
#[must_use]
pub const fn words(event: &Event) -> (&'static str, &'static str, &'static str) {
    match event {
        Event::Submitted { .. } => ("submitted", "已提交", "Submitted"),
        Event::Joined { .. } => ("joined", "同意成为当事人", "Agreed to be a party"),
        Event::Declined { .. } => ("declined", "不同意成为当事人", "Declined to be a party"),
        Event::InfoSupplied => ("info_supplied", "已补充材料", "Information supplied"),
        Event::Supplemented => ("supplemented", "追加说明", "Supplemented"),
        Event::Withdrawn { .. } => ("withdrawn", "已撤销", "Withdrawn"),
        Event::Urged => ("urged", "催单", "Urged"),
        Event::Appealed => ("appealed", "申请复核", "Appealed"),
        Event::Rated { .. } => ("rated", "已评价", "Rated"),
        Event::Disputed { .. } => ("disputed", "提出异议", "Disputed"),
        Event::Accepted { .. } => ("accepted", "已受理", "Accepted"),
        Event::InfoAsked { .. } => ("info_asked", "要求补充", "Information asked for"),
        Event::Rejected { .. } => ("rejected", "不予受理", "Rejected"),
        Event::Answered { outcome, .. } => answered(*outcome),
        Event::Forwarded { .. } => ("forwarded", "已移交", "Forwarded"),
        Event::TakenBack { .. } => ("taken_back", "撤回移交", "Taken back"),
        Event::Reclassified { .. } => ("reclassified", "改类改址", "Reclassified"),
        Event::Dispatched { .. } => ("dispatched", "已派单", "Dispatched"),
        Event::Widened { .. } => ("widened", "扩大派单范围", "Ring widened"),
        Event::LeftUnclaimed => ("left_unclaimed", "无人认领，待直接指派", "Left to the dispatcher"),
        Event::Assigned { .. } => ("assigned", "定向派单", "Assigned"),
        Event::Recalled { reason, .. } => recalled(*reason),
        Event::Transferred { .. } => ("transferred", "已转派", "Transferred"),
        Event::RemainderClosed { .. } => ("remainder_closed", "截止认领", "Remainder closed"),
        Event::Claimed { .. } => ("claimed", "已认领", "Claimed"),
        Event::Acknowledged { .. } => ("acknowledged", "已签收", "Acknowledged"),
        Event::Released { reason, .. } => released(*reason),
        Event::Contacted { .. } => ("contacted", "已联系居民", "First contact"),
        Event::Progressed { .. } => ("progressed", "办理进展", "Progress"),
        Event::Surveyed => ("surveyed", "现场勘察", "Surveyed"),
        Event::ReportedUp { .. } => ("reported_up", "已上报", "Reported up"),
        Event::Whistled { .. } => ("whistled", "吹哨", "Whistled"),
        Event::ReportedIn { .. } => ("reported_in", "已报到", "Reported in"),
        Event::CoHandlingFinished { .. } => ("co_handling_finished", "协办完成", "Co-handling finished"),
        Event::CoHandlerWaived { reason, .. } => waived(*reason),
        Event::FedBack { .. } => ("fed_back", "已反馈结果", "Result fed back"),
        Event::Resolved { .. } => ("resolved", "已办结", "Resolved"),
        Event::Requested { .. } => ("requested", "提出申请", "Request made"),
        Event::RequestGranted { .. } => ("request_granted", "申请通过", "Request granted"),
        Event::RequestRefused { .. } => ("request_refused", "申请驳回", "Request refused"),
        Event::RequestWithdrawn { .. } => ("request_withdrawn", "撤回申请", "Request withdrawn"),
        Event::SuspensionEnded => ("suspension_ended", "恢复办理", "Suspension ended"),
        Event::SentBack { .. } => ("sent_back", "核查退回", "Sent back"),
        Event::Revisited { .. } => ("revisited", "已回访", "Revisited"),
        Event::SilenceClosed => ("silence_closed", "逾期未评价，自动结案", "Closed without a rating"),
        Event::RedoOrdered { .. } => ("redo_ordered", "责令重办", "To be done again"),
        Event::Upheld { .. } => ("upheld", "维持原结果", "Upheld"),
        Event::Supervised => ("supervised", "督办", "Supervised"),
        Event::AcknowledgeOverdue { .. } => ("acknowledge_overdue", "逾期未签收", "Not acknowledged in time"),
    }
}

/// What ended by itself says why; what somebody did has their reason beside it.
const fn recalled(reason: Reason) -> (&'static str, &'static str, &'static str) {
    let (zh, en) = match reason {
        Reason::AccountDisabled => ("承办人账号停用，退回派单", "Taken back: the account was disabled"),
        Reason::RoleEnded => ("承办人职责变动，退回派单", "Taken back: the role ended"),
        Reason::LiesElsewhere => ("诉求已改到别处，退回派单", "Taken back: it lies elsewhere now"),
        _ => ("撤回派单", "Recalled"),
    };
    ("recalled", zh, en)
}

const fn released(reason: Reason) -> (&'static str, &'static str, &'static str) {
    let (zh, en) = match reason {
        Reason::AccountDisabled => {
            ("承办人账号停用，退回待认领", "Back to the pool: the account was disabled")
        }
        Reason::RoleEnded => ("承办人职责变动，退回待认领", "Back to the pool: the role ended"),
        _ => ("放弃认领", "Released"),
    };
    ("released", zh, en)
}

const fn waived(reason: Option<Reason>) -> (&'static str, &'static str, &'static str) {
    let (zh, en) = match reason {
        Some(Reason::AccountDisabled) => ("协办人账号停用，免除协办", "Waived: the account was disabled"),
        Some(Reason::RoleEnded) => ("协办人职责变动，免除协办", "Waived: the role ended"),
        Some(Reason::LiesElsewhere) => ("诉求已改到别处，免除协办", "Waived: it lies elsewhere now"),
        Some(Reason::HelpOver) => ("诉求已转出或了结，免除协办", "Waived: no help is needed any more"),
        _ => ("免除协办", "Co-handler waived"),
    };
    ("co_handler_waived", zh, en)
}

const fn answered(outcome: Outcome) -> (&'static str, &'static str, &'static str) {
    match outcome {
        Outcome::SelfResolved => ("answered", "自办自结", "Resolved by grid staff"),
        Outcome::Handled | Outcome::AnsweredDirectly => ("answered", "直接答复", "Answered directly"),
    }
}
