//! A child process of a test: its output in a file, signals by name, dead by the end of the test.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};

use crate::{scratch, wait};

/// How long a process may take to end after [`Signal::Quit`] before it is killed.
const LAST_PATIENCE: Duration = Duration::from_secs(10);
/// Lines of output that an error message quotes.
const QUOTED_LINES: usize = 40;

/// The signals that tests send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Graceful stop.
    Term,
    /// Ctrl-C; PostgreSQL's fast shutdown.
    Int,
    /// PostgreSQL's immediate shutdown.
    Quit,
    /// kill -9.
    Kill,
    /// Stops it where it stands.
    Stop,
    /// Lets it go on.
    Continue,
}

impl Signal {
    /// The name as `kill -s` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Term => "TERM",
            Self::Int => "INT",
            Self::Quit => "QUIT",
            Self::Kill => "KILL",
            Self::Stop => "STOP",
            Self::Continue => "CONT",
        }
    }
}

/// A running child. Dropping it sends its last signal and waits for its end.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
    last_signal: Signal,
}

impl Process {
    /// Starts `command` with both outputs appended to the file `log`, and in a process group of its own.
    ///
    /// `last_signal` is what it gets on drop, and from the watcher should this process die first.
    pub fn spawn(name: &str, mut command: Command, log: PathBuf, last_signal: Signal) -> Result<Self> {
        let output = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .with_context(|| format!("opening the log {}", log.display()))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0)
            .spawn()
            .with_context(|| format!("starting {name}: {command:?}"))?;
        let process = Self { name: name.to_owned(), child, log, last_signal };
        scratch::register(process.pid(), last_signal)?;
        Ok(process)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The file that both outputs go to.
    pub fn log_file(&self) -> &Path {
        &self.log
    }

    /// Everything written so far.
    pub fn log(&self) -> String {
        fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// `Err` with the end of its output if the process has ended.
    pub fn ensure_running(&mut self) -> Result<()> {
        match self.try_wait()? {
            None => Ok(()),
            Some(status) => Err(anyhow!("{} ended ({status}); its output:\n{}", self.name, self.log_tail())),
        }
    }

    /// The exit status if the process has ended.
    pub fn try_wait(&mut self) -> Result<Option<ExitStatus>> {
        let status = self.child.try_wait().with_context(|| format!("waiting for {}", self.name))?;
        if status.is_some() {
            scratch::unregister(self.pid());
        }
        Ok(status)
    }

    /// Waits for the process to end, for at most `deadline`.
    pub async fn wait(&mut self, deadline: Duration) -> Result<ExitStatus> {
        let what = format!("the end of {}", self.name);
        wait::eventually(deadline, &what, async || self.ended()).await
    }

    /// [`Process::wait`] outside a runtime.
    pub fn wait_blocking(&mut self, deadline: Duration) -> Result<ExitStatus> {
        let what = format!("the end of {}", self.name);
        wait::eventually_blocking(deadline, &what, || self.ended())
    }

    fn ended(&mut self) -> Result<ExitStatus> {
        self.try_wait()?.with_context(|| format!("still running; its output:\n{}", self.log_tail()))
    }

    /// Sends `signal`; an error if the process has ended already.
    pub fn signal(&mut self, signal: Signal) -> Result<()> {
        self.ensure_running()?;
        // The shell's own `kill`: a machine without procps has no program of that name.
        let status = Command::new("/bin/sh")
            .args(["-c", r#"kill -s "$1" "$2""#, "kill", signal.name(), &self.pid().to_string()])
            .status()
            .context("running kill")?;
        ensure!(status.success(), "kill -s {} of {} failed: {status}", signal.name(), self.name);
        Ok(())
    }

    /// Whether [`Signal::Stop`] holds it where it stands.
    pub fn is_stopped(&self) -> Result<bool> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid()))
            .with_context(|| format!("reading how {} stands", self.name))?;
        // the state follows the name, which is in parentheses and may hold some
        Ok(stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('T')))
    }

    /// kill -9, and waits until the process is gone.
    pub fn kill9(&mut self) -> Result<ExitStatus> {
        self.ensure_running()?;
        self.child.kill().with_context(|| format!("killing {}", self.name))?;
        let status = self.child.wait()?;
        scratch::unregister(self.pid());
        Ok(status)
    }

    /// The last lines written, for an error message.
    pub fn log_tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines.get(lines.len().saturating_sub(QUOTED_LINES)..).unwrap_or_default().join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !matches!(self.try_wait(), Ok(None)) {
            return;
        }
        let asked = self.last_signal != Signal::Kill
            && self.signal(self.last_signal).is_ok()
            && self.wait_blocking(LAST_PATIENCE).is_ok();
        if !asked {
            let _ = self.kill9();
        }
    }
}
