//! Where PostgreSQL is installed, and which user it may run as.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// Where Debian and Ubuntu keep the server programs: `<version>/bin`, not in PATH.
const DEBIAN_HOME: &str = "/usr/lib/postgresql";
const INSTALL_LINE: &str = "apt-get install postgresql";

/// The server programs, of one version.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    folder: PathBuf,
    run_as: Option<User>,
}

/// The user that stands in for root: `initdb` and `postgres` refuse to run as root.
#[derive(Clone, Copy, Debug)]
struct User {
    uid: u32,
    gid: u32,
}

impl Programs {
    /// Finds the programs in PATH, else the newest version in Debian's place.
    pub(super) fn find() -> Result<Self> {
        let in_path = std::env::var_os("PATH").unwrap_or_default();
        let folder =
            std::env::split_paths(&in_path).find(|folder| has_programs(folder)).or_else(newest_of_debian);
        let Some(folder) = folder else {
            bail!(
                "no PostgreSQL server (initdb and postgres) in PATH or in {DEBIAN_HOME}; run: {INSTALL_LINE}"
            )
        };
        Ok(Self { folder, run_as: None })
    }

    /// Gives the empty `folder` to the user that the server will run as.
    pub(super) fn settle_in(&mut self, folder: &Path) -> Result<()> {
        let owner = fs::metadata(folder)?.uid();
        if owner == 0 {
            let user = User::find()?;
            std::os::unix::fs::chown(folder, Some(user.uid), Some(user.gid))
                .with_context(|| format!("giving {} to another user than root", folder.display()))?;
            self.run_as = Some(user);
        }
        Ok(())
    }

    /// A command of the server's user, with `folder` as its working directory: that user may not enter ours.
    pub(super) fn command(&self, program: impl AsRef<Path>, folder: &Path) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.current_dir(folder).env("LC_ALL", "C").env_remove("PGDATA").env_remove("PGPORT");
        if let Some(user) = self.run_as {
            command.gid(user.gid).uid(user.uid);
        }
        command
    }

    /// Where a program of the same version is.
    pub(super) fn beside(&self, program: &str) -> Result<PathBuf> {
        // The server may be a link of its own; the other programs are then where it leads to.
        let home = fs::canonicalize(self.folder.join("postgres"))?;
        let folders = [Some(self.folder.as_path()), home.parent()];
        let found =
            folders.into_iter().flatten().map(|folder| folder.join(program)).find(|path| path.is_file());
        found.with_context(|| format!("no {program}; run: {INSTALL_LINE}"))
    }

    /// A command of the user who runs the tests, without an environment that would name another server.
    pub(super) fn client(&self, program: &str) -> Result<Command> {
        let mut command = Command::new(self.beside(program)?);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        command.env("LC_ALL", "C");
        Ok(command)
    }

    /// Makes an empty cluster in `data`, owned by the superuser `superuser`, who needs no password.
    pub(super) fn initdb(&self, folder: &Path, data: &Path, superuser: &str) -> Result<()> {
        let output = self
            .command("initdb", folder)
            .arg("--pgdata")
            .arg(data)
            .args(["--username", superuser, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .output()
            .context("running initdb")?;
        ensure!(
            output.status.success(),
            "initdb failed ({}):\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        Ok(())
    }
}

impl User {
    /// `postgres` where the package made it, else `nobody`.
    fn find() -> Result<Self> {
        let users = fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?;
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| users.lines().find_map(|line| Self::parse(line, name)))
            .context("running as root, and there is no user `postgres` or `nobody` to run PostgreSQL as")
    }

    /// Reads a line of `/etc/passwd`: `name:password:uid:gid:…`.
    fn parse(line: &str, name: &str) -> Option<Self> {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Self { uid, gid })
    }
}

fn has_programs(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
}

fn newest_of_debian() -> Option<PathBuf> {
    fs::read_dir(DEBIAN_HOME)
        .ok()?
        .flatten()
        .filter_map(|version| {
            Some((version.file_name().to_str()?.parse::<u32>().ok()?, version.path().join("bin")))
        })
        .filter(|(_, folder)| has_programs(folder))
        .max()
        .map(|(_, folder)| folder)
}
