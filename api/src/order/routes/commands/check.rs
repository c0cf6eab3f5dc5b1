//! Check, revisit and rulings (核查、回访、督办).

use crate::http::error::ApiResult;
use crate::http::fields::{optional_text, required_text};
use crate::order::apply::Enclosed;
use crate::order::routes::commands::{IntoCommand, TEXT_MAX, command_endpoint};
use crate::people::refs::AssigneeRef;
use actix_web::post;
use domain::order::{Command, Reason};
use serde::Deserialize;
use utoipa::ToSchema;

/// A word with it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct PassCheckRequest {
    /// A word with it.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
}

impl IntoCommand for PassCheckRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            text: optional_text("text", self.text.as_deref(), TEXT_MAX)?,
            visible_to_resident: false,
            ..Enclosed::default()
        };
        Ok((Command::PassCheck, enclosed))
    }
}

command_endpoint! {
    /// Pass the check (核查通过)
    ///
    /// pending_check → resolved, by a dispatcher, leader or supervisor in scope who did not handle it.
    pass_check, "/orders/{id}/pass-check", PassCheckRequest
}

/// Why it is sent back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"reason": "not_finished", "text": "墙角仍渗水"}))]
pub struct SendBackRequest {
    /// A reason of kind `send_back`: see `GET /reasons?kind=send_back`.
    #[schema(value_type = String, pattern = "^(not_finished|evidence_missing|poor_quality)$")]
    pub reason: Reason,
    /// What is missing, for the worker.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
}

impl IntoCommand for SendBackRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            text: optional_text("text", self.text.as_deref(), TEXT_MAX)?,
            visible_to_resident: false,
            ..Enclosed::default()
        };
        Ok((Command::SendBack { reason: self.reason }, enclosed))
    }
}

command_endpoint! {
    /// Send back (核查退回)
    ///
    /// pending_check → in_progress; → pooled where nobody who did it may go on (disabled, or without the role).
    send_back, "/orders/{id}/send-back", SendBackRequest
}

/// What the resident said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"satisfied": true}))]
pub struct RevisitRequest {
    /// Whether they are satisfied. Needed (422): as long as nobody was reached there was no revisit, and it stays to be made.
    pub satisfied: Option<bool>,
    /// What they said.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
}

impl IntoCommand for RevisitRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            text: optional_text("text", self.text.as_deref(), TEXT_MAX)?,
            visible_to_resident: false,
            ..Enclosed::default()
        };
        Ok((Command::Revisit { satisfied: self.satisfied }, enclosed))
    }
}

command_endpoint! {
    /// Revisit (回访)
    ///
    /// By staff who did not handle it. Closes a resolved order; on a closed one it is the record that archiving asks for.
    /// Whoever is not satisfied (`false`) is heard: the order is disputed, and a supervisor rules.
    revisit_order, "/orders/{id}/revisit", RevisitRequest
}

/// Nothing more: `{}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct RedoSameRequest {}

impl IntoCommand for RedoSameRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::RedoSame, Enclosed::default()))
    }
}

command_endpoint! {
    /// Redo by the same handler (原人重办)
    ///
    /// disputed → in_progress, by a supervisor who did not handle it; counted. The limit to resolve begins anew. Not where
    /// nobody who did it may go on (409 `HANDLER_GONE`).
    redo_same, "/orders/{id}/redo-same", RedoSameRequest
}

/// Who does it again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"assignee": {"kind": "person", "id": "9"}}))]
pub struct RedoOtherRequest {
    /// To whom.
    pub assignee: AssigneeRef,
}

impl IntoCommand for RedoOtherRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::RedoOther { assignee: self.assignee.parse("assignee")? }, Enclosed::default()))
    }
}

command_endpoint! {
    /// Redo by another (换人重办)
    ///
    /// disputed → assigned, by a supervisor who did not handle it; counted. The limits to claim and to resolve begin anew.
    redo_other, "/orders/{id}/redo-other", RedoOtherRequest
}

/// Why the result stands.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"reason": "done_properly", "text": "经现场核实已修复"}))]
pub struct UpholdRequest {
    /// A reason of kind `uphold`: see `GET /reasons?kind=uphold`.
    #[schema(value_type = String, pattern = "^(done_properly|outside_request)$")]
    pub reason: Reason,
    /// The finding, for the resident.
    #[schema(example = "已联系居民", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
}

impl IntoCommand for UpholdRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((
            Command::Uphold { reason: self.reason },
            Enclosed::note(required_text("text", &self.text, TEXT_MAX)?, true),
        ))
    }
}

command_endpoint! {
    /// Uphold (维持结果)
    ///
    /// disputed → closed, with a reason.
    uphold_order, "/orders/{id}/uphold", UpholdRequest
}

/// What is expected.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "请于今日内联系居民"}))]
pub struct SuperviseRequest {
    /// What is expected, for the handlers.
    #[schema(example = "已联系居民", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
}

impl IntoCommand for SuperviseRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::Supervise, Enclosed::note(required_text("text", &self.text, TEXT_MAX)?, false)))
    }
}

command_endpoint! {
    /// Supervise (督办)
    ///
    /// Changes no state; counted.
    supervise_order, "/orders/{id}/supervise", SuperviseRequest
}
