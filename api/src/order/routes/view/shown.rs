//! What a view of an order is made of: the wire's types. `view.rs` builds them.

use super::timeline::TimelineStep;
use persistence::order::around::Office;
use serde::Serialize;
use utoipa::ToSchema;

/// An order as its reader may see it. A candidate who is nothing else gets the offer's brief only: no title, text,
/// name, phone or door. Whoever took part and does no more gets it `frozen`: as it was then, without the contact.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderView {
    /// Its id.
    #[schema(example = "42")]
    pub id: String,
    /// The number a person reads aloud.
    #[schema(example = "DL-261122-00123")]
    pub number: String,
    /// Its state.
    #[schema(example = "pooled")]
    pub status: String,
    /// Its state for people: the official words for staff, plain ones for the resident.
    #[schema(example = "待认领")]
    pub status_text: String,
    /// What happens now, by whom, by when, whom to ask.
    #[schema(example = "已派给附近3位网格员，待认领；10分钟无人认领将由西郊社区直接指派。")]
    pub sentence: String,
    /// Whether the reader's part in it ended: this is how it was then, and nothing can be done (but to
    /// take back what one forwarded).
    pub frozen: bool,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "2026-11-22T18:04:05.123+08:00")]
    pub frozen_at: Option<String>,
    /// Its version: `?since=` it and get `unchanged`.
    pub version: i32,
    /// Its attempt; a claim carries it.
    pub attempt: i32,
    /// How many may hold it.
    pub slots: i32,
    /// How many hold it.
    pub filled: i32,
    /// The service item.
    pub service_item: Named,
    /// Where it is; the nearest area that tells no door for whoever reads the words without doors.
    pub area: Named,
    /// Names from the county down to that area.
    pub area_names: Vec<String>,
    /// Whose dispatchers answer for it; told like `area`.
    pub inbox: Named,
    /// Whom to ask: the office of that area, or of the nearest one above it that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub office: Option<OfficeView>,
    /// Priority.
    #[schema(example = "normal")]
    pub priority: String,
    /// Priority for people.
    #[schema(example = "一般")]
    pub priority_text: String,
    /// When it was submitted.
    #[schema(example = "2026-11-22T18:04:05.123+08:00")]
    pub created_at: String,
    /// When it last changed.
    #[schema(example = "2026-11-22T18:04:05.123+08:00")]
    pub updated_at: String,
    /// Past its resolve limit and open.
    pub overdue: bool,
    /// When the resident wants it to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "2026-11-23T09:00:00.000+08:00")]
    pub wanted_at: Option<String>,
    /// What this reader may do now.
    pub allowed_actions: Vec<AllowedAction>,
    /// The rest, for those who read the order whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub detail: Option<OrderDetail>,
}

/// What a candidate does not see.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderDetail {
    /// In a few words. Telephone, identity and card numbers and doors are stars for all but the reporter, the dispatchers,
    /// those in whose hands it is and who took it at the telephone; so they are in `description` and the timeline.
    #[schema(example = "3号楼2单元***室漏水")]
    pub title: String,
    /// What it is about.
    pub description: String,
    /// How it came in.
    pub channel: String,
    /// How it came in, for people.
    pub channel_text: String,
    /// `real_name`, `hidden_from_worker`, `anonymous`.
    pub anonymity: String,
    /// Its number elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub external_number: Option<String>,
    /// The masked contact, unless hidden from this reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub contact: Option<MaskedContact>,
    /// For whom it is, masked, when that is somebody else and not hidden from this reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub beneficiary: Option<MaskedBeneficiary>,
    /// To whom it is directed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub assignee: Option<NamedAssignee>,
    /// Who holds it; the first is the lead.
    pub handlers: Vec<Handler>,
    /// Who was whistled in.
    pub co_handlers: Vec<CoHandlerView>,
    /// The four limits' ends, where they run.
    pub due: DueTimes,
    /// Until when it is suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub suspended_until: Option<String>,
    /// Since when it is pooled and with the dispatcher: everybody on its ladder was asked. For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "2026-11-22T18:04:05.123+08:00")]
    pub unclaimed_at: Option<String>,
    /// A request that waits for approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub request: Option<RequestView>,
    /// The rating, 1 … 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub score: Option<u8>,
    /// Whether it is solved, as whoever rated it said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub solved: Option<bool>,
    /// Until when it may be disputed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub reopen_until: Option<String>,
    /// How often it was urged.
    pub urges: u32,
    /// How often it was done again.
    pub redos: u32,
    /// The time up to each redo, the first first: it is the organisation's, not the next handler's.
    pub rounds: Vec<RoundView>,
    /// Whether it changed since this reader marked it read.
    pub unread: bool,
    /// Its history.
    pub timeline: Vec<TimelineStep>,
}

/// An office that answers for an area.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfficeView {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "西郊社区便民服务站")]
    pub name: Option<String>,
    /// Its telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "09133212345")]
    pub phone: Option<String>,
}

impl OfficeView {
    /// Of an office, if there is one.
    #[must_use]
    pub fn of(office: &Office) -> Option<Self> {
        let Office { name, phone } = office.clone();
        (name.is_some() || phone.is_some()).then_some(Self { name, phone })
    }
}

/// An id with its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Named {
    /// Id.
    #[schema(example = "7")]
    pub id: String,
    /// Name.
    pub name: String,
}

/// Something the reader may do.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AllowedAction {
    /// The command's name; its endpoint is the name with `-` for `_`.
    #[schema(example = "claim")]
    pub name: String,
    /// For people.
    #[schema(example = "认领")]
    pub label_text: String,
    /// Fields the request needs.
    pub needs: Vec<String>,
}

/// A masked contact.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MaskedContact {
    /// First character of the name; a name of one character is a star.
    #[schema(example = "王**")]
    pub name: Option<String>,
    /// Middle digits hidden, an extension altogether (`0913*****45转***`).
    #[schema(example = "138****5678")]
    pub phone: Option<String>,
    /// Only what the area tree itself has for the place: town, community, compound. Everything else is stars.
    #[schema(example = "西城街道西郊社区***")]
    pub address: Option<String>,
}

/// For whom an order is, masked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MaskedBeneficiary {
    /// First character of the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "李**")]
    pub name: Option<String>,
    /// Middle digits hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "138****5678")]
    pub phone: Option<String>,
}

/// An assignee with its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NamedAssignee {
    /// `person`, `team` or `unit`.
    #[schema(example = "person", pattern = "^(person|team|unit)$")]
    pub kind: &'static str,
    /// Its id.
    #[schema(example = "7")]
    pub id: String,
    /// Name; of a person masked, but for residents whole while they hold a public function.
    pub name: String,
    /// What a person is, where their name is whole.
    #[serde(rename = "roleText", skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, value_type = String, example = "网格员")]
    pub role_text: Option<&'static str>,
}

/// Somebody who holds a slot.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Handler {
    /// The slot.
    pub slot: i32,
    /// Name. For residents whole while they hold a public function, masked otherwise (volunteers).
    pub name: String,
    /// What they are, where the name is whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, value_type = String, example = "网格员")]
    pub role_text: Option<&'static str>,
    /// For residents where the name is whole: the office's telephone, nobody's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "09133212345")]
    pub phone: Option<String>,
    /// Since when.
    pub at: String,
}

/// A co-handler.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CoHandlerView {
    /// Who.
    pub who: NamedAssignee,
    /// `whistled`, `reported_in`, `done`, `waived`.
    #[schema(value_type = String)]
    pub state: domain::order::CoHandling,
}

/// When the limits end.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"resolveAt": "2026-11-25T18:04:05.123+08:00"}))]
pub struct DueTimes {
    /// Acceptance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub accept_at: Option<String>,
    /// Claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub claim_at: Option<String>,
    /// First contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub contact_at: Option<String>,
    /// Resolution.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub resolve_at: Option<String>,
}

/// The work up to a redo.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoundView {
    /// When it was ordered to be done again.
    #[schema(example = "2026-11-25T18:04:05.123+08:00")]
    pub until: String,
    /// Minutes of the limit to resolve that had passed; pauses do not count.
    pub minutes: i64,
    /// Whether that limit was over.
    pub overdue: bool,
}

/// A request that waits.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestView {
    /// `suspend`, `extend`, `hand_back`, with what it asks for.
    #[schema(value_type = Object)]
    pub ask: serde_json::Value,
    /// Why.
    pub reason: String,
    /// Why, for people.
    pub reason_text: String,
    /// When it was made.
    pub at: String,
}
