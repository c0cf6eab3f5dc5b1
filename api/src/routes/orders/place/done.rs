//! What goes with a new order: the photos of the report, and work that was done already (随手办).

use crate::apply::check_files;
use crate::auth::Principal;
use crate::http::error::{ApiError, ApiResult};
use crate::http::fields::required_text;
use crate::http::wire::or_default;
use crate::routes::orders::command::{TEXT_MAX, files};
use crate::state::AppState;
use domain::order::placement::Photos;
use persistence::values::{Attachments, NewNote};
use serde::Deserialize;
use utoipa::ToSchema;

/// Work that was done already (随手办).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "已当场疏通下水道", "beforeFileIds": [], "afterFileIds": []}))]
pub struct DoneInput {
    /// What was done, for the resident.
    #[schema(example = "已当场疏通下水道", min_length = 1, max_length = 2000, pattern = r"\S")]
    pub text: String,
    /// Photos from before, at most 9; where the item asks for them with a result, at least one.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 9, nullable)]
    pub before_file_ids: Vec<String>,
    /// Photos from after, at most 9; where the item asks for them with a result, at least one.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 9, nullable)]
    pub after_file_ids: Vec<String>,
}

impl DoneInput {
    /// How many photos go with it.
    #[must_use]
    pub fn photos(&self) -> Photos {
        let count = |ids: &[String]| u32::try_from(ids.len()).unwrap_or(u32::MAX);
        Photos { before: count(&self.before_file_ids), after: count(&self.after_file_ids) }
    }
}

/// The photos of the report, and the words and photos of what was done.
///
/// # Errors
/// 400 or 422 naming the field.
pub async fn enclosed(
    state: &AppState,
    who: &Principal,
    reported: &[String],
    done: Option<&DoneInput>,
) -> ApiResult<Attachments> {
    let mut attach = Attachments { files: files("fileIds", reported, "report")?, ..Attachments::default() };
    check_files(state, who, "fileIds", &attach.files).await?;
    let Some(done) = done else { return Ok(attach) };
    let text = required_text("done.text", &done.text, TEXT_MAX)?;
    attach.note = Some(NewNote { author: Some(who.account().0), text, visible_to_resident: true });
    for (field, ids, purpose) in [
        ("done.beforeFileIds", &done.before_file_ids, "before"),
        ("done.afterFileIds", &done.after_file_ids, "after"),
    ] {
        let photos = files(field, ids, purpose)?;
        check_files(state, who, field, &photos).await?;
        if let Some(at) = photos.iter().position(|(id, _)| attach.files.iter().any(|(other, _)| other == id))
        {
            return Err(ApiError::field(format!("{field}[{at}]"), "twice"));
        }
        attach.files.extend(photos);
    }
    Ok(attach)
}
