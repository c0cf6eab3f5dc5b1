//! Photos that go with a command.

use super::shell::Shell;
use crate::http::error::{ApiError, ApiResult};
use crate::identity::principal::Principal;
use domain::FileId;
use domain::order::Command;

/// [`check_files`] under the names that the command's request has for them.
///
/// # Errors
/// 422 naming the field.
pub async fn check_enclosed(
    shell: &Shell,
    who: &Principal,
    command: &Command,
    files: &[(FileId, &str)],
) -> ApiResult<()> {
    let before = match command {
        Command::Resolve { photos_before, .. } => usize::try_from(*photos_before).unwrap_or(0),
        _ => return check_files(shell, who, "fileIds", files).await,
    };
    let (before, after) = files.split_at_checked(before).unwrap_or((files, &[]));
    check_files(shell, who, "beforeFileIds", before).await?;
    if let Some(at) = after.iter().position(|a| before.iter().any(|b| a.0 == b.0)) {
        return Err(ApiError::field(format!("afterFileIds[{at}]"), "twice"));
    }
    check_files(shell, who, "afterFileIds", after).await
}

/// Refuses photos that this person did not upload or that go with an order already.
///
/// # Errors
/// 422 naming the field.
pub async fn check_files(
    shell: &Shell,
    who: &Principal,
    field: &str,
    files: &[(FileId, &str)],
) -> ApiResult<()> {
    if files.is_empty() {
        return Ok(());
    }
    let ids: Vec<FileId> = files.iter().map(|f| f.0).collect();
    if let Some(at) =
        ids.iter().enumerate().position(|(n, id)| ids.iter().take(n).any(|earlier| earlier == id))
    {
        return Err(ApiError::field(format!("{field}[{at}]"), "twice"));
    }
    let usable = shell.store.usable_files(who.account(), ids.clone()).await?;
    match ids.iter().position(|id| !usable.contains(id)) {
        Some(at) => Err(ApiError::field(format!("{field}[{at}]"), "not a photo of yours, or used already")),
        None => Ok(()),
    }
}
