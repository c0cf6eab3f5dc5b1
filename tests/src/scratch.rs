//! The temporary folder of this test process, and the watcher that removes it.
//!
//! `/tmp/diandan-test-<pid>/` holds every database, log and data folder of one run. Values of `static`s are
//! never dropped and a killed process drops nothing, so `Drop` alone can't clean up. A small shell process
//! does: it blocks on a pipe whose other end only this process holds, and the kernel closes that end
//! whatever ends the process. The watcher then sends each registered child its last signal and removes the
//! folder. (`PR_SET_PDEATHSIG` would not do: it follows the thread that forked, and the test runner's
//! threads end with their test.) Should the watcher die too, the next run sweeps the folder: the pid in its
//! name tells that its owner is gone.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::database::once;
use crate::servers::proc::Signal;

const PREFIX: &str = "diandan-test-";
const WATCHER: &str = include_str!("scratch/watcher.sh");

struct Root {
    path: PathBuf,
    /// Held, never written: the watcher reads end-of-file when this process is gone.
    _pipe: ChildStdin,
}

/// A new folder `<name>-…` in the temporary folder of this process, removed on drop.
pub fn folder(name: &str) -> Result<TempDir> {
    tempfile::Builder::new()
        .prefix(&format!("{name}-"))
        .tempdir_in(root()?)
        .with_context(|| format!("making a temporary folder for {name}"))
}

/// The temporary folder of this process: `<temporary folder of the system>/diandan-test-<pid>`.
pub fn root() -> Result<&'static Path> {
    static ROOT: OnceLock<Result<Root, String>> = OnceLock::new();
    once(&ROOT, make_root).map(|root| root.path.as_path())
}

/// Has the watcher send `signal` to the child `pid` should this process end before [`unregister`].
pub(crate) fn register(pid: u32, signal: Signal) -> Result<()> {
    fs::write(pid_file(pid)?, signal.name()).with_context(|| format!("registering the child {pid}"))
}

/// Forgets a child that has been waited for: its pid may soon be another's.
pub(crate) fn unregister(pid: u32) {
    if let Ok(file) = pid_file(pid) {
        let _ = fs::remove_file(file);
    }
}

fn pid_file(pid: u32) -> Result<PathBuf> {
    Ok(root()?.join("pids").join(pid.to_string()))
}

fn make_root() -> Result<Root> {
    let parent = std::env::temp_dir();
    sweep(&parent);
    let path = parent.join(format!("{PREFIX}{}", std::process::id()));
    // Left by a dead process that had the pid which is ours now.
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(path.join("pids")).with_context(|| format!("making {}", path.display()))?;
    // PostgreSQL may run as another user and has to pass through.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    let mut watcher = Command::new("/bin/sh")
        .args(["-c", WATCHER, "watcher"])
        .arg(&path)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Out of reach of the terminal's Ctrl-C, which ends the tests but must not end the watcher.
        .process_group(0)
        .spawn()
        .context("starting the watcher of the temporary folder")?;
    let pipe = watcher.stdin.take().context("the watcher has no standard input")?;
    Ok(Root { path, _pipe: pipe })
}

/// Removes folders whose process is gone. It sends no signals: a pid noted by a run that is long over may
/// belong to somebody else by now (a PostgreSQL that is left ends itself once its folder is gone).
fn sweep(parent: &Path) {
    let processes = Path::new("/proc");
    if !processes.join("self").exists() {
        return;
    }
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let pid = name.to_str().and_then(|name| name.strip_prefix(PREFIX)).and_then(|pid| pid.parse().ok());
        if let Some::<u32>(pid) = pid
            && !processes.join(pid.to_string()).exists()
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
