//! Requests (申请): suspension, extension, hand-back; asked by one, decided by another.

use crate::http::error::ApiResult;
use crate::http::fields::optional_text;
use crate::order::apply::Enclosed;
use crate::order::routes::commands::{IntoCommand, TEXT_MAX, command_endpoint};
use actix_web::post;
use chrono::{DateTime, Utc};
use domain::order::{Command, Reason};
use serde::Deserialize;
use utoipa::ToSchema;

/// Why, and until when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"reason": "weather", "until": "2026-12-01T09:00:00+08:00"}))]
pub struct RequestSuspendRequest {
    /// A reason of kind `suspend`: see `GET /reasons?kind=suspend`.
    #[schema(value_type = String, pattern = "^(waiting_for_parts|weather|resident_away)$")]
    pub reason: Reason,
    /// The review date; at most 90 days ahead.
    #[schema(format = DateTime, value_type = String)]
    pub until: DateTime<Utc>,
    /// More about it.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
}

impl IntoCommand for RequestSuspendRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            text: optional_text("text", self.text.as_deref(), TEXT_MAX)?,
            visible_to_resident: false,
            ..Enclosed::default()
        };
        Ok((Command::RequestSuspend { reason: self.reason, until: self.until }, enclosed))
    }
}

command_endpoint! {
    /// Request a suspension (申请挂起)
    ///
    /// A second person grants or refuses. Granted, the clocks pause until the review date, when it ends by itself.
    request_suspend, "/orders/{id}/request-suspend", RequestSuspendRequest
}

/// Why, and by how much.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"reason": "large_works", "minutes": 4320}))]
pub struct RequestExtendRequest {
    /// A reason of kind `extend`: see `GET /reasons?kind=extend`.
    #[schema(value_type = String, pattern = "^(waiting_for_department|large_works)$")]
    pub reason: Reason,
    /// Minutes added to the resolve limit, 1 … 129600.
    #[schema(minimum = 1, maximum = 129600)]
    pub minutes: u32,
    /// More about it.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
}

impl IntoCommand for RequestExtendRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            text: optional_text("text", self.text.as_deref(), TEXT_MAX)?,
            visible_to_resident: false,
            ..Enclosed::default()
        };
        Ok((Command::RequestExtend { reason: self.reason, minutes: self.minutes }, enclosed))
    }
}

command_endpoint! {
    /// Request an extension (申请延期)
    ///
    /// A second person grants or refuses. Elapsed and paused time are kept.
    request_extend, "/orders/{id}/request-extend", RequestExtendRequest
}

/// Why it is handed back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"reason": "not_our_duty"}))]
pub struct RequestHandBackRequest {
    /// A reason of kind `hand_back`: see `GET /reasons?kind=hand_back`.
    #[schema(value_type = String, pattern = "^(not_our_duty|wrong_place)$")]
    pub reason: Reason,
    /// More about it.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
}

impl IntoCommand for RequestHandBackRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            text: optional_text("text", self.text.as_deref(), TEXT_MAX)?,
            visible_to_resident: false,
            ..Enclosed::default()
        };
        Ok((Command::RequestHandBack { reason: self.reason }, enclosed))
    }
}

command_endpoint! {
    /// Request a hand-back (申请退单)
    ///
    /// By the assignee of a directed order. After two refusals only the supervisor rules.
    request_hand_back, "/orders/{id}/request-hand-back", RequestHandBackRequest
}

/// A word with it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct GrantRequestRequest {
    /// A word with it.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
}

impl IntoCommand for GrantRequestRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            text: optional_text("text", self.text.as_deref(), TEXT_MAX)?,
            visible_to_resident: false,
            ..Enclosed::default()
        };
        Ok((Command::GrantRequest, enclosed))
    }
}

command_endpoint! {
    /// Grant the request (同意申请)
    ///
    /// By a second person in scope, who neither asked nor handles the order.
    grant_request, "/orders/{id}/grant-request", GrantRequestRequest
}

/// Why not.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "请先与居民沟通"}))]
pub struct RefuseRequestRequest {
    /// Why not.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
}

impl IntoCommand for RefuseRequestRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            text: optional_text("text", self.text.as_deref(), TEXT_MAX)?,
            visible_to_resident: false,
            ..Enclosed::default()
        };
        Ok((Command::RefuseRequest, enclosed))
    }
}

command_endpoint! {
    /// Refuse the request (驳回申请)
    ///
    /// By a second person in scope, who neither asked nor handles the order.
    refuse_request, "/orders/{id}/refuse-request", RefuseRequestRequest
}

/// Nothing more: `{}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct WithdrawRequestRequest {}

impl IntoCommand for WithdrawRequestRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::WithdrawRequest, Enclosed::default()))
    }
}

command_endpoint! {
    /// Withdraw the request (撤回申请)
    ///
    /// By whoever asked, while it waits.
    withdraw_request, "/orders/{id}/withdraw-request", WithdrawRequestRequest
}

/// A word with it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "材料已到"}))]
pub struct ResumeOrderRequest {
    /// A word with it.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
}

impl IntoCommand for ResumeOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            text: optional_text("text", self.text.as_deref(), TEXT_MAX)?,
            visible_to_resident: false,
            ..Enclosed::default()
        };
        Ok((Command::Resume, enclosed))
    }
}

command_endpoint! {
    /// End the suspension early (提前恢复办理)
    ///
    /// By who asked for it, who granted it, or a dispatcher. The clocks run on from now.
    resume_order, "/orders/{id}/resume", ResumeOrderRequest
}
