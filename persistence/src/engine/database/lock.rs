//! The exclusive lock of the embedded database: a second process would break the one writer.
//!
//! Two files are locked, since each can be shared without the other: `lock` in the data folder (the uploads) and
//! `<database>.lock` beside the database. The system lets go of both when the process is gone, however it went.

use crate::engine::error::{StoreError, StoreResult};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Name of the data folder's lock file.
pub const FOLDER_LOCK: &str = "lock";

/// Held as long as it lives.
#[derive(Debug)]
pub struct FolderLock {
    _folder: File,
    _database: File,
}

impl FolderLock {
    /// Makes the folder if need be, and locks it and the database.
    ///
    /// # Errors
    /// `Conflict` when another process (or another store of this one) holds one of them.
    pub fn take(folder: &Path, database: &Path) -> StoreResult<Self> {
        std::fs::create_dir_all(folder).map_err(|e| {
            StoreError::Unavailable(format!("the data folder {}: {e}", folder.display()).into())
        })?;
        Ok(Self {
            _folder: lock(&folder.join(FOLDER_LOCK), "the data folder", folder)?,
            _database: lock(&beside(database), "the database", database)?,
        })
    }
}

impl FolderLock {
    /// Whether nobody else uses the folder at this moment.
    ///
    /// # Errors
    /// `Conflict` when another process does.
    pub fn try_alone(folder: &Path) -> StoreResult<()> {
        lock(&folder.join(FOLDER_LOCK), "the data folder", folder).map(drop)
    }
}

/// `<database>.lock`, of the real file where the path leads through links.
fn beside(database: &Path) -> PathBuf {
    let real = database.canonicalize().unwrap_or_else(|_| database.to_path_buf());
    let mut name = real.into_os_string();
    name.push(".lock");
    PathBuf::from(name)
}

fn lock(path: &Path, what: &str, whose: &Path) -> StoreResult<File> {
    let shown = whose.display();
    let file =
        File::create(path).map_err(|e| StoreError::Unavailable(format!("{what} {shown}: {e}").into()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::Conflict(format!(
            "{what} {shown} is in use by another process, most likely the server: stop it first, or do this over its \
                 API while it runs (on PostgreSQL both may run)"
        ))),
        Err(std::fs::TryLockError::Error(e)) => {
            Err(StoreError::Unavailable(format!("locking {what} {shown}: {e}").into()))
        }
    }
}

#[cfg(test)]
mod tests {
    //! Who is let in.

    use crate::engine::seal::Keyring;
    use crate::{Clock, Store, StoreConfig, StoreError};
    use std::path::Path;

    fn open(folder: &Path, url: &str) -> Result<Store, StoreError> {
        Store::open(
            &StoreConfig { url: url.into(), data_dir: folder.into(), connections: 1 },
            Clock::default(),
            Keyring::new(&"00".repeat(32).into(), &[]).unwrap().into(),
        )
    }

    #[test]
    fn one_store_at_a_time_on_a_folder_and_on_a_database() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let url = format!("sqlite:{}", one.path().join("diandan.db").display());
        let first = open(one.path(), "").unwrap();
        assert!(matches!(open(one.path(), ""), Err(StoreError::Conflict(m)) if m.contains("data folder")));
        assert!(matches!(open(other.path(), &url), Err(StoreError::Conflict(m)) if m.contains("database")));
        drop(first);
        // the threads hold the lock until their last job is done
        let started = std::time::Instant::now();
        while open(one.path(), "").is_err() {
            assert!(started.elapsed().as_secs() < 10, "the lock was never given back");
            std::thread::yield_now();
        }
    }
}
