//! Files of a backup: copied with their checksum, on disk before they count, readable by their owner only.

use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Component, Path, PathBuf};

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

/// A file in the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Of its content, in hex.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// Rows of the database in it; absent for an upload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// What a file is now.
///
/// # Errors
/// When it cannot be read.
pub fn entry_of(path: &Path) -> anyhow::Result<FileEntry> {
    let file = File::open(path).with_context(|| format!("reading {}", path.display()))?;
    pour(file, &mut std::io::sink()).with_context(|| format!("reading {}", path.display()))
}

fn pour(mut from: impl Read, to: &mut impl Write) -> std::io::Result<FileEntry> {
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; CHUNK]);
    loop {
        let n = from.read(&mut buffer)?;
        let Some(read) = buffer.get(..n).filter(|read| !read.is_empty()) else { break };
        hash.update(read);
        to.write_all(read)?;
        bytes += u64::try_from(n).unwrap_or(0);
    }
    Ok(FileEntry { sha256: hex::encode(hash.finalize()), bytes, rows: None })
}

/// Copies every file below a folder; a folder that is not there has none. A file that is removed meanwhile is left
/// out: no row of the copied database needs it.
///
/// # Errors
/// Names what could not be copied.
pub fn copy_all(from: &Path, to: &Path) -> anyhow::Result<BTreeMap<String, FileEntry>> {
    let mut copied = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(from.join(&folder)) {
            Ok(entries) => entries,
            Err(e) if e.kind() == ErrorKind::NotFound => continue,
            Err(e) => return Err(e).with_context(|| format!("reading {}", from.join(&folder).display())),
        };
        make_private(&to.join(&folder))?;
        for entry in entries {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            match entry.file_type()? {
                kind if kind.is_dir() => folders.push(path),
                kind if kind.is_file() => {
                    if let Some(done) = copy(&from.join(&path), &to.join(&path))? {
                        copied.insert(slashed(&path)?, done);
                    }
                }
                _ => bail!("{} is neither file nor folder", entry.path().display()),
            }
        }
    }
    Ok(copied)
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<Option<FileEntry>> {
    let source = match File::open(from) {
        Ok(source) => source,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e).with_context(|| format!("reading {}", from.display())),
    };
    let mut target = File::create(to).with_context(|| format!("writing {}", to.display()))?;
    let entry = pour(source, &mut target).with_context(|| format!("copying {}", from.display()))?;
    target.sync_all()?;
    Ok(Some(entry))
}

fn slashed(path: &Path) -> anyhow::Result<String> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    Ok(parts.with_context(|| format!("{} is no UTF-8", path.display()))?.join("/"))
}

/// A path of the manifest as one below the backup's folder.
///
/// # Errors
/// When it leads out of it.
pub fn plain(name: &str) -> anyhow::Result<PathBuf> {
    let path = PathBuf::from(name);
    let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    ensure!(inside && !name.is_empty(), "the manifest names {name:?}, which is no plain path");
    Ok(path)
}

/// What is in a data folder besides locks and what an unfinished restore left.
///
/// # Errors
/// When it cannot be read.
pub fn strangers(folder: &Path) -> anyhow::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e).with_context(|| format!("reading {}", folder.display())),
    };
    let mut found = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != "lock" && !name.ends_with(".lock") && !name.ends_with(".restoring") {
            found.push(name);
        }
    }
    Ok(found)
}

/// Makes a folder (and those above it) that only its owner may enter.
///
/// # Errors
/// When it cannot be made.
pub fn make_private(folder: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("making {}", folder.display()))
}

/// Writes a file and waits until it is on disk.
///
/// # Errors
/// When it cannot be written.
pub fn write_synced(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut file = File::create(path).with_context(|| format!("writing {}", path.display()))?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

/// Waits until a folder's entries are on disk.
///
/// # Errors
/// When the system says they are not.
pub fn sync_folder(folder: &Path) -> anyhow::Result<()> {
    File::open(folder).and_then(|f| f.sync_all()).with_context(|| format!("syncing {}", folder.display()))
}

/// [`sync_folder`] for a folder and everything below it.
///
/// # Errors
/// When the system says they are not.
pub fn sync_tree(folder: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        }
    }
    sync_folder(folder)
}

#[cfg(test)]
mod tests {
    //! Copying and refusing.

    use super::*;

    #[test]
    fn a_tree_is_copied_with_its_checksums() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("ab")).unwrap();
        fs::write(from.join("ab/one"), "abc").unwrap();
        fs::write(from.join("two"), "").unwrap();
        let copied = copy_all(&from, &to).unwrap();
        assert_eq!(copied.keys().collect::<Vec<_>>(), ["ab/one", "two"]);
        assert!(copied["ab/one"].sha256.starts_with("ba7816bf") && copied["ab/one"].bytes == 3);
        assert_eq!(entry_of(&to.join("ab/one")).unwrap(), copied["ab/one"]);
        assert!(copy_all(&folder.path().join("nowhere"), &to).unwrap().is_empty());
    }

    #[test]
    fn a_manifest_names_nothing_outside() {
        for bad in ["", "/etc/passwd", "../x", "files/../../x"] {
            assert!(plain(bad).is_err(), "{bad}");
        }
        assert!(plain("files/ab/one").is_ok());
    }
}
