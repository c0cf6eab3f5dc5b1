//! The content of photos: in the data folder, by its hash, so the same picture is kept once and a half-written one is never
//! found. All replicas share the folder.
//!
//! A content goes when no row names it, and a row may be about to. So whoever removes one sets it aside first, then asks
//! whether a row names it, then puts it back or removes it; whoever writes a row looks afterwards whether the content is
//! there, and writes it again. Either the row is seen or the absence is. Whoever stands still in between is found by the
//! next one: the hash stays noted until it is settled.

use persistence::{Store, StoreError};
use std::io::{ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// Why a content could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum Unsettled {
    /// The database said so.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The data folder.
    #[error("{0}")]
    Folder(#[from] std::io::Error),
}

/// Where a content lies.
#[must_use]
pub fn path(data_dir: &Path, sha256: &str) -> PathBuf {
    let folder: String = sha256.chars().take(2).collect();
    data_dir.join("files").join(folder).join(sha256)
}

/// Where it lies while it is decided whether it goes.
fn aside(content: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".aside-");
    name.push(content.file_name().unwrap_or_default());
    content.with_file_name(name)
}

/// Writes a content, unless it is there. Blocks.
///
/// # Errors
/// Those of the folder.
pub fn write(content: &Path, bytes: &[u8]) -> Result<()> {
    if content.exists() {
        return Ok(());
    }
    let folder = content.parent().map(PathBuf::from).unwrap_or_default();
    std::fs::create_dir_all(&folder)?;
    let partial = folder.join(format!(".{:016x}", rand::random::<u64>()));
    let mut file = std::fs::File::create(&partial)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&partial, content)?;
    std::fs::File::open(&folder)?.sync_all()
}

/// Decides about a content that was noted as loose before this instant: it stays when a row names it, and goes else.
/// Whether it went.
///
/// # Errors
/// What could not be asked or removed; the content stays noted.
pub async fn settle(
    store: &Store,
    data_dir: &Path,
    sha256: &str,
    before: domain::At,
) -> std::result::Result<bool, Unsettled> {
    let content = path(data_dir, sha256);
    let aside = aside(&content);
    let is_named = async || store.is_named(sha256.into()).await;
    let gone = if is_named().await? {
        false
    } else {
        unless_absent(tokio::fs::rename(&content, &aside).await)?;
        !is_named().await?
    };
    unless_absent(match gone {
        true => tokio::fs::remove_file(&aside).await,
        false => tokio::fs::rename(&aside, &content).await,
    })?;
    store.settled(sha256.into(), before).await?;
    Ok(gone)
}

fn unless_absent(done: Result<()>) -> Result<()> {
    done.or_else(|e| if e.kind() == ErrorKind::NotFound { Ok(()) } else { Err(e) })
}
