//! Review (受理): what a dispatcher does with a new order.

use crate::http::error::ApiResult;
use crate::http::fields::{optional_text, required_text};
use crate::http::wire::{id, or_default};
use crate::order::apply::Enclosed;
use crate::order::routes::commands::{IntoCommand, TEXT_MAX, command_endpoint, files};
use actix_web::post;
use domain::AreaId;
use domain::catalogue::Priority;
use domain::order::{Command, Reason};
use serde::Deserialize;
use utoipa::ToSchema;

/// Accepts, confirming or correcting what it is, where and how urgent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"priority": "high"}))]
pub struct AcceptOrderRequest {
    /// The right service item, if another.
    pub service_item_id: Option<String>,
    /// The right area, if another.
    pub area_id: Option<String>,
    /// The right priority, if another: `normal`, `high`, `urgent`.
    #[schema(value_type = Option<String>, pattern = "^(normal|high|urgent)$")]
    pub priority: Option<Priority>,
}

impl IntoCommand for AcceptOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let service_item = self.service_item_id.map(|t| id("serviceItemId", &t)).transpose()?;
        let area = self.area_id.map(|t| id("areaId", &t)).transpose()?;
        Ok((Command::Accept { service_item, area, priority: self.priority }, Enclosed::default()))
    }
}

command_endpoint! {
    /// Accept (受理)
    ///
    /// submitted → accepted. The acceptance clock stops, the resolve clock starts; items with automatic dispatch are
    /// offered at once.
    accept_order, "/orders/{id}/accept", AcceptOrderRequest
}

/// What the resident should add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "请补充漏水位置的照片"}))]
pub struct AskInfoRequest {
    /// The question, for the resident.
    #[schema(example = "已联系居民", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
}

impl IntoCommand for AskInfoRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::AskInfo, Enclosed::note(required_text("text", &self.text, TEXT_MAX)?, true)))
    }
}

command_endpoint! {
    /// Ask for information (要求补充)
    ///
    /// submitted → need_info. The acceptance clock pauses; unanswered, the order is withdrawn after the item's days.
    ask_info, "/orders/{id}/ask-info", AskInfoRequest
}

/// Why it is not taken on, and where to go instead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"reason": "not_ours", "text": "请向供电公司95598反映"}))]
pub struct RejectOrderRequest {
    /// A reason of kind `reject`: see `GET /reasons?kind=reject`.
    #[schema(value_type = String, pattern = "^(not_ours|duplicate|legal|emergency|unclear)$")]
    pub reason: Reason,
    /// Where to go instead, for the resident.
    #[schema(example = "已联系居民", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
}

impl IntoCommand for RejectOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((
            Command::Reject { reason: self.reason },
            Enclosed::note(required_text("text", &self.text, TEXT_MAX)?, true),
        ))
    }
}

command_endpoint! {
    /// Reject (不予受理)
    ///
    /// submitted → rejected, with a reason code. The resident may appeal once, to somebody else.
    reject_order, "/orders/{id}/reject", RejectOrderRequest
}

/// The answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "办理时间为工作日8:30至17:30"}))]
pub struct AnswerDirectlyRequest {
    /// The answer, for the resident.
    #[schema(example = "已联系居民", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
}

impl IntoCommand for AnswerDirectlyRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::AnswerDirectly, Enclosed::note(required_text("text", &self.text, TEXT_MAX)?, true)))
    }
}

command_endpoint! {
    /// Answer directly (直接答复)
    ///
    /// submitted, accepted → resolved by a dispatcher; counted apart from dispatched orders.
    answer_directly, "/orders/{id}/answer-directly", AnswerDirectlyRequest
}

/// What was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "已上门处理", "fileIds": []}))]
pub struct SelfResolveRequest {
    /// What was done, for the resident.
    #[schema(example = "已联系居民", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
    /// Photos from after the work, at most 9; where the item asks for them, at least one.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 9, nullable)]
    pub file_ids: Vec<String>,
}

impl IntoCommand for SelfResolveRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            files: files("fileIds", &self.file_ids, "after")?,
            ..Enclosed::note(required_text("text", &self.text, TEXT_MAX)?, true)
        };
        let photos = u32::try_from(enclosed.files.len()).unwrap_or(u32::MAX);
        Ok((Command::SelfResolve { photos }, enclosed))
    }
}

command_endpoint! {
    /// Resolve oneself (自办自结)
    ///
    /// submitted, accepted → resolved by grid staff in their own grid, without dispatch.
    self_resolve, "/orders/{id}/self-resolve", SelfResolveRequest
}

/// Where it belongs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"areaId": "42"}))]
pub struct ForwardOrderRequest {
    /// The area whose inbox gets it.
    #[schema(example = "42", pattern = "^[1-9][0-9]{0,17}$")]
    pub area_id: String,
    /// A note for the next dispatcher.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
}

impl IntoCommand for ForwardOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let area: AreaId = id("areaId", &self.area_id)?;
        let enclosed = Enclosed {
            text: optional_text("text", self.text.as_deref(), TEXT_MAX)?,
            visible_to_resident: false,
            ..Enclosed::default()
        };
        Ok((Command::Forward { area }, enclosed))
    }
}

command_endpoint! {
    /// Forward (移交)
    ///
    /// To another area's inbox; to the common ancestor's when the target is out of the sender's scope. The sender keeps
    /// reading, and may take it back until it was looked at there. Refused where nobody oversees the inbox (422
    /// `NOBODY_OVERSEES`; `COMMON_NOT_OVERSEEN` where that is the common ancestor's).
    forward_order, "/orders/{id}/forward", ForwardOrderRequest
}

/// Nothing more: `{}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct TakeBackOrderRequest {}

impl IntoCommand for TakeBackOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::TakeBack, Enclosed::default()))
    }
}

command_endpoint! {
    /// Take back what was forwarded (撤回移交)
    ///
    /// submitted → submitted in the inbox it came from, by its dispatchers, until somebody who oversees the other one has
    /// opened it, marked it read or acted on it (409 `LOOKED_AT`, `WRONG_STATE`).
    take_back_order, "/orders/{id}/take-back", TakeBackOrderRequest
}

/// The right item or the right place; at least one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"areaId": "42"}))]
pub struct ReclassifyOrderRequest {
    /// The right service item.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub service_item_id: Option<String>,
    /// The right area.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub area_id: Option<String>,
}

impl IntoCommand for ReclassifyOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let service_item = self.service_item_id.map(|t| id("serviceItemId", &t)).transpose()?;
        let area = self.area_id.map(|t| id("areaId", &t)).transpose()?;
        Ok((Command::Reclassify { service_item, area }, Enclosed::default()))
    }
}

command_endpoint! {
    /// Reclassify (改类/改址)
    ///
    /// Open and before the check. Changed limits keep elapsed and paused time.
    reclassify_order, "/orders/{id}/reclassify", ReclassifyOrderRequest
}
