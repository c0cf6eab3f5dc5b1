//! What fail points do where there are some.

use super::points::{POINTS, WALL_CLOCK};
use chrono::TimeDelta;
use rustix::process::{Signal, getpid, kill_process};
use std::time::Duration;

/// A signal may reach the process on another thread first: for so long this one does not go on.
const REACHED: Duration = Duration::from_millis(100);

/// The points of the environment, until dropped.
#[derive(Debug)]
pub struct Armed(#[allow(dead_code, reason = "held for its drop")] fail::FailScenario<'static>);

/// Reads `FAILPOINTS`. Before, every point is nothing.
///
/// # Errors
/// Names a point that is none. Panics on an action that cannot be read.
pub fn arm() -> Result<Armed, String> {
    let armed = Armed(fail::FailScenario::setup());
    match fail::list().into_iter().find(|(name, _)| !POINTS.contains(&name.as_str())) {
        Some((name, _)) => Err(format!("FAILPOINTS: there is no point {name:?}")),
        None => Ok(armed),
    }
}

/// A place where this process may be made to fail.
pub fn point(name: &'static str) {
    let _nothing_asked = fail::eval(name, |action| {
        let signal = match action.as_deref() {
            Some("kill") => Signal::KILL,
            Some("stop") => Signal::STOP,
            other => panic!("FAILPOINTS: {name} does not do {other:?}"),
        };
        if let Err(e) = kill_process(getpid(), signal) {
            panic!("FAILPOINTS: {name}: {e}");
        }
        std::thread::sleep(REACHED);
    });
}

/// How far the process's own clock is off.
#[must_use]
pub fn wall_clock_off() -> TimeDelta {
    let off = fail::eval(WALL_CLOCK, |seconds| seconds.and_then(|s| s.parse().ok()).unwrap_or_default());
    TimeDelta::seconds(off.unwrap_or_default())
}
