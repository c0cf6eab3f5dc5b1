//! What the resident does with an order of theirs.

use crate::http::error::ApiResult;
use crate::http::fields::{optional_text, required_text};
use crate::http::wire::or_default;
use crate::order::apply::Enclosed;
use crate::order::routes::commands::{IntoCommand, TEXT_MAX, command_endpoint, files};
use actix_web::post;
use domain::order::{Command, Reason};
use serde::Deserialize;
use utoipa::ToSchema;

/// What was asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "在三楼楼道东侧", "fileIds": []}))]
pub struct SupplyInfoRequest {
    /// The answer.
    #[schema(example = "已联系居民", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
    /// Photos, at most 9.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 9, nullable)]
    pub file_ids: Vec<String>,
}

impl IntoCommand for SupplyInfoRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            files: files("fileIds", &self.file_ids, "report")?,
            ..Enclosed::note(required_text("text", &self.text, TEXT_MAX)?, true)
        };
        Ok((Command::SupplyInfo, enclosed))
    }
}

command_endpoint! {
    /// Supply information (补充材料)
    ///
    /// need_info → submitted; the acceptance clock runs on. For a caller without an account, here as in `supplement`, `withdraw`,
    /// `urge`, `appeal`, `rate` and `dispute`, staff of its inbox who did not handle it do it (dispatchers, grid leaders,
    /// supervisors); the timeline says so (`behalfText`).
    supply_info, "/orders/{id}/supply-info", SupplyInfoRequest
}

/// What else there is to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "雨天更严重", "fileIds": []}))]
pub struct SupplementRequest {
    /// The supplement.
    #[schema(example = "已联系居民", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
    /// Photos, at most 9.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 9, nullable)]
    pub file_ids: Vec<String>,
}

impl IntoCommand for SupplementRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            files: files("fileIds", &self.file_ids, "report")?,
            ..Enclosed::note(required_text("text", &self.text, TEXT_MAX)?, true)
        };
        Ok((Command::Supplement, enclosed))
    }
}

command_endpoint! {
    /// Add a supplement (追加说明)
    ///
    /// Changes no state.
    supplement_order, "/orders/{id}/supplement", SupplementRequest
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"reason": "solved_myself"}))]
pub struct WithdrawOrderRequest {
    /// A reason of kind `withdraw`: see `GET /reasons?kind=withdraw`.
    #[schema(value_type = String, pattern = "^(solved_myself|mistake|no_longer_needed)$")]
    pub reason: Reason,
}

impl IntoCommand for WithdrawOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::Withdraw { reason: self.reason }, Enclosed::default()))
    }
}

command_endpoint! {
    /// Withdraw (撤销)
    ///
    /// Until the check; the worker is told and has no penalty.
    withdraw_order, "/orders/{id}/withdraw", WithdrawOrderRequest
}

/// Nothing more: `{}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct UrgeOrderRequest {}

impl IntoCommand for UrgeOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::Urge, Enclosed::default()))
    }
}

command_endpoint! {
    /// Urge (催单)
    ///
    /// Changes no state; counted.
    urge_order, "/orders/{id}/urge", UrgeOrderRequest
}

/// Why the rejection is wrong.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "公共楼道属于社区职责"}))]
pub struct AppealRequest {
    /// Why.
    #[schema(example = "已联系居民", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
}

impl IntoCommand for AppealRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::Appeal, Enclosed::note(required_text("text", &self.text, TEXT_MAX)?, true)))
    }
}

command_endpoint! {
    /// Appeal (申请复核)
    ///
    /// rejected → submitted, once; somebody else reviews it. For a caller without an account, staff who did not reject it.
    appeal_order, "/orders/{id}/appeal", AppealRequest
}

/// The rating.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"score": 5, "solved": true, "text": "很及时"}))]
pub struct RateOrderRequest {
    /// 1 (poor) … 5 (very good).
    #[schema(minimum = 1, maximum = 5)]
    pub score: u8,
    /// Whether it is solved. `false` disputes it.
    pub solved: bool,
    /// A word with it.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
}

impl IntoCommand for RateOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            text: optional_text("text", self.text.as_deref(), TEXT_MAX)?,
            visible_to_resident: true,
            ..Enclosed::default()
        };
        Ok((Command::Rate { score: self.score, solved: self.solved }, enclosed))
    }
}

command_endpoint! {
    /// Rate (评价)
    ///
    /// resolved → closed, or → disputed where it is said not to be solved: that is one of the resident's two disputes, and no
    /// further command is needed. With none left, or after `reopenUntil`, the order is closed and marked (`detail.solved`).
    /// The rating is a field, never a state.
    rate_order, "/orders/{id}/rate", RateOrderRequest
}

/// What is not done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"reason": "not_done", "text": "仍在漏水", "fileIds": []}))]
pub struct DisputeOrderRequest {
    /// A reason of kind `dispute`: see `GET /reasons?kind=dispute`.
    #[schema(value_type = String, pattern = "^(not_done|came_back|bad_attitude)$")]
    pub reason: Reason,
    /// What is not done.
    #[schema(example = "已联系居民", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
    /// Photos, at most 9.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 9, nullable)]
    pub file_ids: Vec<String>,
}

impl IntoCommand for DisputeOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            files: files("fileIds", &self.file_ids, "report")?,
            ..Enclosed::note(required_text("text", &self.text, TEXT_MAX)?, true)
        };
        Ok((Command::Dispute { reason: self.reason }, enclosed))
    }
}

command_endpoint! {
    /// Dispute (提出异议)
    ///
    /// resolved, closed → disputed inside the reopen window, at most twice; a supervisor rules.
    dispute_order, "/orders/{id}/dispute", DisputeOrderRequest
}
