//! Waiting: the one place of the harness and of the tests that sleeps.
//!
//! A probe answers `Ok(value)` when what is awaited has come, and `Err(reason)` while it has not. The last
//! reason is part of the message on giving up, so that a failing test says what it saw.

use std::fmt::Display;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

/// The pause after the first probe; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// Asks `probe` until it answers `Ok`, for at most `deadline` (and always at least once).
///
/// `what` completes the sentence "gave up after 5s waiting for …".
pub async fn eventually<T, E: Display>(
    deadline: Duration,
    what: &str,
    mut probe: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T> {
    let mut patience = Patience::new(deadline);
    loop {
        match probe().await {
            Ok(value) => return Ok(value),
            Err(reason) => tokio::time::sleep(patience.pause_or_give_up(what, &reason)?).await,
        }
    }
}

/// [`eventually`] for code outside a runtime: starting servers, `Drop`.
pub fn eventually_blocking<T, E: Display>(
    deadline: Duration,
    what: &str,
    mut probe: impl FnMut() -> Result<T, E>,
) -> Result<T> {
    let mut patience = Patience::new(deadline);
    loop {
        match probe() {
            Ok(value) => return Ok(value),
            Err(reason) => std::thread::sleep(patience.pause_or_give_up(what, &reason)?),
        }
    }
}

/// Does something for each of these, this far apart: what comes slowly.
pub async fn paced<T>(all: impl IntoIterator<Item = T>, apart: Duration, mut each: impl AsyncFnMut(T)) {
    for one in all {
        each(one).await;
        tokio::time::sleep(apart).await;
    }
}

struct Patience {
    started: Instant,
    deadline: Duration,
    pause: Duration,
}

impl Patience {
    fn new(deadline: Duration) -> Self {
        Self { started: Instant::now(), deadline, pause: FIRST_PAUSE }
    }

    fn pause_or_give_up(&mut self, what: &str, reason: &impl Display) -> Result<Duration> {
        let left = self.deadline.saturating_sub(self.started.elapsed());
        if left.is_zero() {
            return Err(anyhow!(
                "gave up after {:?} waiting for {what}; the last answer was: {reason:#}",
                self.deadline
            ));
        }
        let pause = self.pause.min(left);
        self.pause = self.pause.saturating_mul(2).min(LONGEST_PAUSE);
        Ok(pause)
    }
}
