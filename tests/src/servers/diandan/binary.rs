//! Which `diandan` the tests start: the one cargo built beside them, and only if it is up to date.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};

const BUILD_LINE: &str = "cargo build --workspace --all-features --bins";

/// The path of the binary in the target folder that this test or benchmark was built into.
///
/// Cargo sets `CARGO_BIN_EXE_…` for the tests of the same package only, so it is found by its place: the test
/// is `target/<profile>/deps/it-…`, the benchmark `target/<profile>/bench`, the binary `target/<profile>/diandan`.
pub fn path() -> Result<PathBuf> {
    let test = std::env::current_exe().context("finding the test executable")?;
    let folder = test.parent().context("the test executable is in no target folder")?;
    let profile = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    let binary = profile.join("diandan");
    let built = fs::metadata(&binary).and_then(|file| file.modified());
    let built = built.with_context(|| format!("no {}; run: {BUILD_LINE}", binary.display()))?;
    let changed = newer_source(&profile.join("diandan.d"), built)?;
    ensure!(
        changed.is_none(),
        "{} is older than {}; run: {BUILD_LINE}",
        binary.display(),
        changed.unwrap_or_default().display(),
    );
    Ok(binary)
}

/// The first source changed (or gone) since `built`. Cargo lists in `diandan.d` exactly the files that went
/// into the binary, those of the other crates and their migrations included.
fn newer_source(list: &Path, built: SystemTime) -> Result<Option<PathBuf>> {
    let rule =
        fs::read_to_string(list).with_context(|| format!("reading {}; run: {BUILD_LINE}", list.display()))?;
    let (_, sources) = rule.split_once(": ").context("diandan.d is no make rule")?;
    Ok(split_unescaped(sources.trim()).into_iter().find(|source| {
        let changed = fs::metadata(source).and_then(|file| file.modified());
        !changed.is_ok_and(|changed| changed <= built)
    }))
}

/// Splits at spaces, except those that the rule escapes with a backslash.
fn split_unescaped(sources: &str) -> Vec<PathBuf> {
    const ESCAPED: &str = "\u{0}";
    sources.replace("\\ ", ESCAPED).split_whitespace().map(|path| path.replace(ESCAPED, " ").into()).collect()
}
