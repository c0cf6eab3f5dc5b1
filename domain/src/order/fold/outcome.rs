//! Effects of the end: resolved, rated, revisited, disputed, done again, upheld.

use crate::At;
use crate::order::due::deadline::Clock;
use crate::order::state::Order;
use crate::order::state::case::{Outcome, Rating, Revisit};
use crate::order::state::request::Round;
use crate::order::state::status::Status;
use crate::organisation::scope::Assignee;
use crate::words::ids::{AccountId, AreaId};

impl Order {
    pub(super) fn answered(&mut self, at: At, by: Option<AccountId>, outcome: Outcome, until: (At, At)) {
        self.end_suspension(at);
        self.add_handlers(by);
        self.resolved(at, outcome, until);
    }

    pub(super) fn resolved(&mut self, at: At, outcome: Outcome, (silence_due_at, reopen_until): (At, At)) {
        self.status = Status::Resolved;
        self.resolved_at = Some(at);
        self.clocks.stop(at);
        let claimants: Vec<_> = self.claims.iter().map(|c| c.account).collect();
        let co_handlers: Vec<_> = self.case.co_handlers.iter().filter_map(|c| c.reported_by).collect();
        self.add_handlers(claimants.into_iter().chain(co_handlers));
        let case = &mut self.case;
        case.request = None;
        case.outcome = Some(outcome);
        case.silence_due_at = Some(silence_due_at);
        case.reopen_until = Some(reopen_until);
        // Rating and revisit are about this result, not about the one that was disputed.
        case.rating = None;
        case.revisit = None;
    }

    pub(super) fn rated(&mut self, at: At, by: Option<AccountId>, (score, solved): (u8, bool)) {
        let for_them = by.filter(|by| !self.is_own(*by));
        self.status = Status::Closed;
        self.case.rating = Some(Rating { score, solved, for_them, at });
    }

    pub(super) fn revisited(&mut self, at: At, by: Option<AccountId>, satisfied: Option<bool>) {
        self.status = Status::Closed;
        self.case.revisit = by.map(|by| Revisit { satisfied, by, at });
    }

    pub(super) fn disputed(&mut self, at: At, revisited: bool) {
        self.status = Status::Disputed;
        self.case.disputes += u32::from(!revisited);
        self.case.silence_due_at = None;
        match &mut self.clocks.resolve {
            // the days between the result and the dispute are the resident's, not the handler's
            Some(resolve) => {
                resolve.paused_since = resolve.stopped_at.take();
                resolve.resume(at);
            }
            // Answered before it was accepted: the limit to resolve begins with the dispute.
            None => self.clocks.resolve = Some(Clock::start(at, self.limits.resolve)),
        }
    }

    /// The clocks to claim and to resolve begin anew with the ruling; what they showed stays visible beside them.
    fn new_round(&mut self, at: At) {
        let ended = |clock: Option<Clock>| {
            clock.map(|mut clock| {
                clock.stop(at);
                clock
            })
        };
        let clocks = &mut self.clocks;
        let round = Round { until: at, claim: ended(clocks.claim.take()), resolve: ended(clocks.resolve) };
        clocks.resolve = Some(Clock::start(at, self.limits.resolve));
        self.case.rounds.push(round);
    }

    pub(super) fn redo_ordered(
        &mut self,
        at: At,
        other: Option<(Assignee, Option<AreaId>)>,
        (attempt, fresh): (i32, bool),
        acknowledge_due_at: Option<At>,
    ) {
        if fresh {
            self.new_round(at);
        }
        self.resolved_at = None;
        self.case.outcome = None;
        self.case.redos += 1;
        match other {
            Some(other) => self.assigned(at, attempt, other, acknowledge_due_at),
            None => self.status = Status::InProgress,
        }
    }

    pub(super) fn upheld(&mut self, at: At) {
        self.status = Status::Closed;
        self.clocks.stop(at);
    }

    fn add_handlers(&mut self, accounts: impl IntoIterator<Item = AccountId>) {
        for account in accounts {
            if !self.case.handlers.contains(&account) {
                self.case.handlers.push(account);
            }
        }
    }
}
