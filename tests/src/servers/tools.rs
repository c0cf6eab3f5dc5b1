//! Programs that tests/run installs beside the build.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

/// `schemathesis`, in the virtual environment of the target folder this test was built into.
pub fn schemathesis() -> Result<PathBuf> {
    // target/<profile>/deps/it-…
    let test = std::env::current_exe().context("finding the test executable")?;
    let target = test.ancestors().nth(3).context("the test executable is in no target folder")?;
    let program = target.join("venv/bin/schemathesis");
    ensure!(program.is_file(), "no {}; run: tests/run", program.display());
    Ok(program)
}
