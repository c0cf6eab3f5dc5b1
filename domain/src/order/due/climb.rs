//! What is left of an order's ladder.

use crate::At;
use crate::catalogue::ladder::Ladder;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// What is left of an order's ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Climb {
    /// The steps not taken yet.
    pub ladder: Ladder,
    /// Since when the next one is waited for; a suspension moves it.
    pub since: At,
    /// Since when it has been with the dispatcher.
    pub ended_at: Option<At>,
}

impl Climb {
    /// A climb that begins now.
    #[must_use]
    pub const fn begin(ladder: Ladder, at: At) -> Self {
        Self { ladder, since: at, ended_at: None }
    }

    /// When the next step is due, quiet hours aside; none once it is with the dispatcher.
    #[must_use]
    pub fn due_at(&self) -> Option<At> {
        if self.ended_at.is_some() {
            return None;
        }
        let wait_s = self.ladder.steps.first().map_or(self.ladder.last_after_s, |step| step.after_s);
        let due = self.since.checked_add_signed(TimeDelta::seconds(i64::from(wait_s)));
        Some(due.unwrap_or(At::MAX_UTC))
    }

    pub(crate) fn widened(&mut self, at: At, steps: u32) {
        let taken = usize::try_from(steps).unwrap_or(usize::MAX).min(self.ladder.steps.len());
        self.ladder.steps.drain(..taken);
        self.since = at;
    }

    pub(crate) fn end(&mut self, at: At) {
        self.ladder.steps.clear();
        self.ended_at = Some(at);
    }

    /// It slept since `since`: what was waited before is kept.
    pub(crate) fn slept(&mut self, since: At, at: At) {
        self.since += (at - since.max(self.since)).max(TimeDelta::zero());
    }
}
