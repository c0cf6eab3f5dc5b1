//! Clocks and limits. Elapsed + paused = wall time, whatever happens in between (FIELD.md, edge rules).

use crate::At;
use crate::catalogue::limits::Limit;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// One running, paused or stopped clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// When it started.
    pub started_at: At,
    /// Its limit, milliseconds of elapsed (not paused) time.
    pub limit_ms: Option<i64>,
    /// Paused time of the pauses that are over, milliseconds.
    pub paused_ms: i64,
    /// Since when it is paused.
    pub paused_since: Option<At>,
    /// When it stopped.
    pub stopped_at: Option<At>,
}

impl Clock {
    /// A clock running from `at`.
    #[must_use]
    pub fn start(at: At, limit: Option<Limit>) -> Self {
        Self {
            started_at: at,
            limit_ms: limit.map(Limit::millis),
            paused_ms: 0,
            paused_since: None,
            stopped_at: None,
        }
    }

    /// Pauses a running clock; a stopped or paused one stays as it is.
    pub fn pause(&mut self, at: At) {
        if self.stopped_at.is_none() && self.paused_since.is_none() {
            self.paused_since = Some(at);
        }
    }

    /// Ends a pause.
    pub fn resume(&mut self, at: At) {
        if let Some(since) = self.paused_since.take() {
            self.paused_ms += (at - since).num_milliseconds();
        }
    }

    /// Stops the clock, ending a pause first.
    pub fn stop(&mut self, at: At) {
        self.resume(at);
        self.stopped_at.get_or_insert(at);
    }

    /// Runs on as if it had never stopped: a release does not reset the clock.
    pub fn run_on(&mut self) {
        self.stopped_at = None;
    }

    /// Replaces the limit; elapsed and paused time are kept.
    pub fn relimit(&mut self, limit: Option<Limit>) {
        self.limit_ms = limit.map(Limit::millis);
    }

    /// Wall time from start to `now` or to the stop, milliseconds.
    #[must_use]
    pub fn wall_ms(&self, now: At) -> i64 {
        (self.stopped_at.unwrap_or(now) - self.started_at).num_milliseconds()
    }

    /// Paused time up to `now`, milliseconds.
    #[must_use]
    pub fn total_paused_ms(&self, now: At) -> i64 {
        self.paused_ms + self.paused_since.map_or(0, |s| (now - s).num_milliseconds())
    }

    /// Elapsed time up to `now`, milliseconds; never negative.
    #[must_use]
    pub fn elapsed_ms(&self, now: At) -> i64 {
        self.wall_ms(now) - self.total_paused_ms(now)
    }

    /// When the limit is reached, as far as is known now; `None` while paused or without a limit.
    #[must_use]
    pub fn due_at(&self) -> Option<At> {
        if self.paused_since.is_some() {
            return None;
        }
        Some(self.started_at + TimeDelta::milliseconds(self.limit_ms? + self.paused_ms))
    }

    /// The same while it runs; `None` once it stopped.
    #[must_use]
    pub fn running_due_at(&self) -> Option<At> {
        self.due_at().filter(|_| self.stopped_at.is_none())
    }
}

/// The four clocks of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Clocks {
    /// Submitted → accepted, rejected or answered.
    pub accept: Option<Clock>,
    /// First dispatch → claimed.
    pub claim: Option<Clock>,
    /// Claimed → first contact.
    pub contact: Option<Clock>,
    /// Accepted → resolved.
    pub resolve: Option<Clock>,
}

impl Clocks {
    fn each(&mut self) -> impl Iterator<Item = &mut Clock> {
        [&mut self.accept, &mut self.claim, &mut self.contact, &mut self.resolve].into_iter().flatten()
    }

    /// Pauses every running clock.
    pub fn pause(&mut self, at: At) {
        self.each().for_each(|c| c.pause(at));
    }

    /// Resumes every paused clock.
    pub fn resume(&mut self, at: At) {
        self.each().for_each(|c| c.resume(at));
    }

    /// Stops every clock.
    pub fn stop(&mut self, at: At) {
        self.each().for_each(|c| c.stop(at));
    }
}
