//! Handling (办理): what the claimant does.

use crate::http::error::ApiResult;
use crate::http::fields::{optional_text, required_text};
use crate::http::wire::or_default;
use crate::order::apply::Enclosed;
use crate::order::routes::commands::{IntoCommand, TEXT_MAX, command_endpoint, files};
use actix_web::post;
use chrono::{DateTime, Utc};
use domain::order::{Command, Reason};
use serde::Deserialize;
use utoipa::ToSchema;

/// Why it is given up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"reason": "cannot_come"}))]
pub struct ReleaseOrderRequest {
    /// A reason of kind `release`: see `GET /reasons?kind=release`.
    #[schema(value_type = String, pattern = "^(cannot_come|no_contact|beyond_skill)$")]
    pub reason: Reason,
}

impl IntoCommand for ReleaseOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::Release { reason: self.reason }, Enclosed::default()))
    }
}

command_endpoint! {
    /// Release (放弃认领)
    ///
    /// The claimant gives up: back to the pool, attempt + 1, the clock is not reset, a cool-down for this worker.
    release_order, "/orders/{id}/release", ReleaseOrderRequest
}

/// When it happened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "约定下午三点上门"}))]
pub struct RecordContactRequest {
    /// When, by the worker's clock; not later than now, not before the claim.
    #[schema(format = DateTime, value_type = Option<String>)]
    pub occurred_at: Option<DateTime<Utc>>,
    /// What was agreed, for the resident.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
}

impl IntoCommand for RecordContactRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            text: optional_text("text", self.text.as_deref(), TEXT_MAX)?,
            visible_to_resident: true,
            ..Enclosed::default()
        };
        Ok((Command::Contact { occurred_at: self.occurred_at }, enclosed))
    }
}

command_endpoint! {
    /// Record first contact (首次联系)
    ///
    /// claimed → in_progress. Whoever won one of several slots may do it while the others are still to be had.
    record_contact, "/orders/{id}/contact", RecordContactRequest
}

/// How it goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "材料已买好", "visibleToResident": true, "fileIds": []}))]
pub struct NoteProgressRequest {
    /// The note.
    #[schema(example = "已联系居民", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
    /// Whether the resident may read it.
    pub visible_to_resident: bool,
    /// Photos, at most 9.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 9, nullable)]
    pub file_ids: Vec<String>,
}

impl IntoCommand for NoteProgressRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let note = required_text("text", &self.text, TEXT_MAX)?;
        let visible_to_resident = self.visible_to_resident;
        let files = files("fileIds", &self.file_ids, "progress")?;
        Ok((
            Command::Progress { visible_to_resident },
            Enclosed { text: Some(note), visible_to_resident, files },
        ))
    }
}

command_endpoint! {
    /// Note progress (办理进展)
    ///
    /// Changes no state.
    note_progress, "/orders/{id}/progress", NoteProgressRequest
}

/// What was found on the spot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "屋面防水层开裂约2米", "fileIds": []}))]
pub struct RecordSurveyRequest {
    /// What was found.
    #[schema(example = "已联系居民", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
    /// Photos, at most 9.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 9, nullable)]
    pub file_ids: Vec<String>,
}

impl IntoCommand for RecordSurveyRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let enclosed = Enclosed {
            files: files("fileIds", &self.file_ids, "before")?,
            ..Enclosed::note(required_text("text", &self.text, TEXT_MAX)?, true)
        };
        Ok((Command::Survey, enclosed))
    }
}

command_endpoint! {
    /// Record a survey (现场勘察)
    ///
    /// Changes no state. Its photos are kept as taken before the work.
    record_survey, "/orders/{id}/survey", RecordSurveyRequest
}

/// Why it needs a higher level.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"reason": "needs_higher_level", "text": "需协调房屋鉴定"}))]
pub struct ReportUpRequest {
    /// A reason of kind `report_up`: see `GET /reasons?kind=report_up`.
    #[schema(value_type = String, pattern = "^(needs_higher_level)$")]
    pub reason: Reason,
    /// What was found out, for the next level.
    #[schema(example = "已联系居民", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
}

impl IntoCommand for ReportUpRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((
            Command::ReportUp { reason: self.reason },
            Enclosed::note(required_text("text", &self.text, TEXT_MAX)?, false),
        ))
    }
}

command_endpoint! {
    /// Report up (上报)
    ///
    /// claimed, in_progress → accepted in the parent area's inbox; each hop is timestamped, the reporter follows.
    report_up, "/orders/{id}/report-up", ReportUpRequest
}

/// The result.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "已修补并做防水", "beforeFileIds": [], "afterFileIds": []}))]
pub struct ResolveOrderRequest {
    /// What was done, for the resident.
    #[schema(example = "已联系居民", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
    /// Photos from before the work, where the item asks for them.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 9, nullable)]
    pub before_file_ids: Vec<String>,
    /// Photos from after the work, where the item asks for them.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 9, nullable)]
    pub after_file_ids: Vec<String>,
    /// When the work was done; not later than now, not before the claim.
    #[schema(format = DateTime, value_type = Option<String>)]
    pub occurred_at: Option<DateTime<Utc>>,
}

impl IntoCommand for ResolveOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let text = required_text("text", &self.text, TEXT_MAX)?;
        let before = files("beforeFileIds", &self.before_file_ids, "before")?;
        let after = files("afterFileIds", &self.after_file_ids, "after")?;
        let command = Command::Resolve {
            photos_before: u32::try_from(before.len()).unwrap_or(0),
            photos_after: u32::try_from(after.len()).unwrap_or(0),
            occurred_at: self.occurred_at,
        };
        let files = before.into_iter().chain(after).collect();
        Ok((command, Enclosed { files, ..Enclosed::note(text, true) }))
    }
}

command_endpoint! {
    /// Resolve (办结)
    ///
    /// The lead feeds the result back: in_progress → pending_check, or → resolved where the item needs no check.
    /// All co-handlers must be done or waived.
    resolve_order, "/orders/{id}/resolve", ResolveOrderRequest
}
