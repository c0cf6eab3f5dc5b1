//! When clocks pause, and how a stopped clock runs on: elapsed + paused = wall, whatever happens between.

use crate::At;
use crate::order::due::deadline::Clock;
use crate::order::reason::Reason;
use crate::order::state::Order;
use crate::order::state::case::Case;
use crate::order::state::request::{Ask, Request, Span, Suspension};
use crate::order::state::status::Status;
use crate::words::ids::AccountId;

impl Case {
    /// Lets a stopped clock run on as if it had never stopped. Suspensions in between count as paused, as
    /// they would have, had it not stopped.
    pub(super) fn run_on(&self, clock: &mut Clock, at: At) {
        let Some(stopped) = clock.stopped_at else { return };
        let live = self.suspension.map(|s| Span { from: s.since, to: at });
        clock.paused_ms += self
            .suspended
            .iter()
            .copied()
            .chain(live)
            .map(|span| (span.to - span.from.max(stopped)).num_milliseconds().max(0))
            .sum::<i64>();
        clock.run_on();
    }
}

impl Order {
    /// After every event: a suspension pauses every clock that runs, an open question the accept clock.
    pub(super) fn settle_pauses(&mut self, at: At) {
        if self.case.suspension.is_some() {
            self.clocks.pause(at);
        }
        if self.status == Status::NeedInfo
            && let Some(accept) = &mut self.clocks.accept
        {
            accept.pause(at);
        }
    }

    /// Ends a suspension in force, if there is one.
    pub(super) fn end_suspension(&mut self, at: At) {
        if let Some(suspension) = self.case.suspension.take() {
            self.case.suspended.push(Span { from: suspension.since, to: at });
            self.clocks.resume(at);
        }
    }

    pub(super) fn suspension_ended(&mut self, at: At) {
        let since = self.case.suspension.map(|s| s.since);
        self.end_suspension(at);
        if let (Some(since), Some(climb)) = (since, &mut self.case.climb) {
            climb.slept(since, at);
        }
        // The assignee gets the time back; somebody assigned during the suspension gets the whole limit.
        if let (Some(since), Status::Assigned) = (since, self.status) {
            self.case.acknowledge_due_at = match self.case.acknowledge_due_at {
                Some(due) => Some(due + (at - since)),
                None => self.limits.claim.map(|l| at + chrono::TimeDelta::milliseconds(l.millis())),
            };
        }
    }

    pub(super) fn requested(&mut self, at: At, by: Option<AccountId>, ask: Ask, reason: Reason) {
        self.case.request = by.map(|by| Request { ask, reason, by, at });
    }

    pub(super) fn request_granted(&mut self, at: At, by: Option<AccountId>, ask: Ask, attempt: i32) {
        let request = self.case.request.take();
        match ask {
            Ask::Suspend { until } => {
                let reason = request.map_or(Reason::ResidentAway, |r| r.reason);
                let asked_by = request.map(|r| r.by);
                self.case.suspension =
                    Some(Suspension { since: at, until, reason, asked_by, granted_by: by });
                self.attempt = attempt;
            }
            Ask::Extend { minutes } => {
                if let Some(limit) = self.clocks.resolve.as_mut().and_then(|c| c.limit_ms.as_mut()) {
                    *limit += i64::from(minutes) * 60_000;
                }
            }
            Ask::HandBack => {
                self.taken_back(attempt);
                self.case.hand_backs += 1;
            }
        }
    }

    pub(super) fn request_refused(&mut self, ask: Ask) {
        self.case.request = None;
        if ask == Ask::HandBack {
            self.case.hand_back_refusals += 1;
        }
    }
}
