//! Co-handling (协办): whistle, report in, done.

use crate::http::error::ApiResult;
use crate::http::fields::optional_text;
use crate::order::apply::Enclosed;
use crate::order::routes::commands::{IntoCommand, TEXT_MAX, command_endpoint};
use crate::people::refs::AssigneeRef;
use actix_web::post;
use domain::order::Command;
use serde::Deserialize;
use utoipa::ToSchema;

/// Who is whistled in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"who": {"kind": "unit", "id": "3"}, "text": "请协助拆除"}))]
pub struct WhistleRequest {
    /// Whom.
    pub who: AssigneeRef,
    /// What they are needed for.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
}

impl IntoCommand for WhistleRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            text: optional_text("text", self.text.as_deref(), TEXT_MAX)?,
            visible_to_resident: false,
            ..Enclosed::default()
        };
        Ok((Command::Whistle { who: self.who.parse("who")? }, enclosed))
    }
}

command_endpoint! {
    /// Whistle (吹哨)
    ///
    /// The lead or a dispatcher calls a co-handler in; they must report in (报到).
    whistle, "/orders/{id}/whistle", WhistleRequest
}

/// Nothing more: `{}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct ReportInRequest {}

impl IntoCommand for ReportInRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::ReportIn, Enclosed::default()))
    }
}

command_endpoint! {
    /// Report in (报到)
    ///
    /// The whistled person, or a member of the whistled unit or team.
    report_in, "/orders/{id}/report-in", ReportInRequest
}

/// What was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "已配合拆除"}))]
pub struct FinishCoHandlingRequest {
    /// What was done.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
}

impl IntoCommand for FinishCoHandlingRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            text: optional_text("text", self.text.as_deref(), TEXT_MAX)?,
            visible_to_resident: false,
            ..Enclosed::default()
        };
        Ok((Command::FinishCoHandling, enclosed))
    }
}

command_endpoint! {
    /// Finish co-handling (协办完成)
    ///
    /// The co-handler's part is done.
    finish_co_handling, "/orders/{id}/finish-co-handling", FinishCoHandlingRequest
}

/// Who is let off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"who": {"kind": "unit", "id": "3"}}))]
pub struct WaiveCoHandlerRequest {
    /// Whom.
    pub who: AssigneeRef,
}

impl IntoCommand for WaiveCoHandlerRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::WaiveCoHandler { who: self.who.parse("who")? }, Enclosed::default()))
    }
}

command_endpoint! {
    /// Waive a co-handler (免除协办)
    ///
    /// By the lead or a dispatcher.
    waive_co_handler, "/orders/{id}/waive-co-handler", WaiveCoHandlerRequest
}
