//! Effects of dispatching and claiming: rings, assignee, claims, attempt, and the claim and contact clocks.

use crate::At;
use crate::catalogue::ladder::Ladder;
use crate::catalogue::limits::Limits;
use crate::order::due::climb::Climb;
use crate::order::due::deadline::Clock;
use crate::order::state::case::CoolDown;
use crate::order::state::status::Status;
use crate::order::state::{Claim, Order, RingScope};
use crate::organisation::scope::{Assignee, Scope};
use crate::words::ids::{AccountId, AreaId};

/// What a pool is made of: attempt, ring 0, ladder.
type Offer<'a> = (i32, &'a [Scope], Option<Ladder>);

impl Order {
    pub(super) fn dispatched(&mut self, at: At, offer: Offer<'_>, slots: i32, limits: Limits) {
        self.slots = slots;
        self.limits = limits;
        self.pool(at, offer);
        self.run_claim_clock(at);
    }

    pub(super) fn widened(&mut self, at: At, ring: i32, scopes: &[Scope], steps: u32) {
        self.ring = ring;
        self.rings.extend(scopes.iter().map(|scope| RingScope { ring, scope: *scope }));
        self.rings.sort_unstable();
        if let Some(climb) = &mut self.case.climb {
            climb.widened(at, steps);
        }
    }

    pub(super) fn left_unclaimed(&mut self, at: At) {
        if let Some(climb) = &mut self.case.climb {
            climb.end(at);
        }
    }

    /// Assigned, reassigned, transferred or to be done again by somebody else: one slot, one addressee.
    pub(super) fn assigned(
        &mut self,
        at: At,
        attempt: i32,
        (assignee, within): (Assignee, Option<AreaId>),
        acknowledge_due_at: Option<At>,
    ) {
        self.vacate();
        self.status = Status::Assigned;
        self.attempt = attempt;
        self.slots = 1;
        self.ring = 0;
        self.rings = vec![RingScope { ring: 0, scope: assignee.scope() }];
        self.assignee = Some(assignee);
        self.case.acknowledge_due_at = acknowledge_due_at;
        self.case.assigned_within = within;
        self.case.hand_back_refusals = 0;
        self.run_claim_clock(at);
    }

    /// Recalled, reported up or handed back: accepted again, offered to nobody.
    pub(super) fn taken_back(&mut self, attempt: i32) {
        self.vacate();
        self.status = Status::Accepted;
        self.attempt = attempt;
        self.ring = 0;
        self.rings.clear();
        self.assignee = None;
    }

    /// Claimed or acknowledged. Touches only what the claim statement writes.
    pub(super) fn won(
        &mut self,
        at: At,
        attempt: i32,
        slot: i32,
        account: AccountId,
        (full, waiting): (bool, Status),
    ) {
        self.claims.push(Claim { slot, account, attempt, at });
        self.claims.sort_unstable_by_key(|c| c.slot);
        self.status = waiting;
        if full {
            self.full(at);
        }
    }

    pub(super) fn remainder_closed(&mut self, at: At, slots: i32) {
        self.slots = slots;
        self.full(at);
    }

    pub(super) fn released(
        &mut self,
        at: At,
        offer: Offer<'_>,
        (slot, account): (i32, AccountId),
        cool_until: At,
    ) {
        self.claims.retain(|c| c.slot != slot);
        self.pool(at, offer);
        self.clocks.contact = None;
        if self.case.contacted_by.is_none_or(|by| by == account) {
            self.forget_contact();
        }
        self.case.acknowledge_due_at = None;
        self.case.cool_downs.retain(|c| c.until > at && c.account != account);
        self.case.cool_downs.push(CoolDown { account, until: cool_until });
        self.case.request = self.case.request.filter(|r| r.by != account);
        self.run_claim_clock(at);
    }

    fn pool(&mut self, at: At, (attempt, scopes, ladder): Offer<'_>) {
        self.status = Status::Pooled;
        self.attempt = attempt;
        self.ring = 0;
        self.rings = scopes.iter().map(|scope| RingScope { ring: 0, scope: *scope }).collect();
        self.rings.sort_unstable();
        self.assignee = None;
        self.case.assigned_within = None;
        self.case.climb = ladder.map(|ladder| Climb::begin(ladder, at));
    }

    /// No slot is left: the claim clock stops and the contact clock starts afresh; or, where one of the claimants made
    /// contact before, it ended then, and the work is under way.
    fn full(&mut self, at: At) {
        if let Some(claim) = &mut self.clocks.claim {
            claim.stop(at);
        }
        let contacted = self.case.contacted_at.filter(|_| self.case.contacted_by.is_some());
        self.status = if contacted.is_some() { Status::InProgress } else { Status::Claimed };
        let mut clock = Clock::start(contacted.unwrap_or(at), self.contact_limit());
        clock.stopped_at = contacted;
        self.clocks.contact = Some(clock);
    }

    fn forget_contact(&mut self) {
        self.case.contacted_at = None;
        self.case.contacted_by = None;
    }

    /// Nobody holds it any more, and what its holders asked for is moot.
    fn vacate(&mut self) {
        self.claims.clear();
        self.clocks.contact = None;
        self.forget_contact();
        self.case.acknowledge_due_at = None;
        self.case.assigned_within = None;
        self.case.request = None;
        self.case.climb = None;
    }

    /// Starts at the first dispatch and is never reset.
    fn run_claim_clock(&mut self, at: At) {
        match &mut self.clocks.claim {
            Some(claim) => self.case.run_on(claim, at),
            None => self.clocks.claim = Some(Clock::start(at, self.limits.claim)),
        }
    }
}
