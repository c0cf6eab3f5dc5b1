//! Work that was done already, with a new order (随手办).

use crate::http::error::ApiResult;
use crate::http::fields::required_text;
use crate::http::wire::or_default;
use crate::order::apply::placing::Done;
use crate::order::routes::commands::{TEXT_MAX, files};
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
    /// What was done.
    ///
    /// # Errors
    /// 400 or 422 naming the field.
    pub fn read(&self) -> ApiResult<Done> {
        Ok(Done {
            text: required_text("done.text", &self.text, TEXT_MAX)?,
            before: files("done.beforeFileIds", &self.before_file_ids, "before")?,
            after: files("done.afterFileIds", &self.after_file_ids, "after")?,
        })
    }
}
