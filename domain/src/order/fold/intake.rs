//! Effects before the dispatch: submitted, accepted, asked, rejected, appealed, forwarded, reclassified; and of who is named
//! in it: joined, declined.

use crate::At;
use crate::catalogue::item::Priority;
use crate::catalogue::limits::Limits;
use crate::order::due::deadline::{Clock, Clocks};
use crate::order::event::{Event, Recorded};
use crate::order::reason::Reason;
use crate::order::state::Order;
use crate::order::state::case::{Case, Forwarding};
use crate::order::state::invited::NamedAs;
use crate::order::state::status::Status;
use crate::words::ids::{AccountId, AreaId, OrderId, ServiceItemId};

impl Order {
    /// The order a `Submitted` makes; `None` for any other event.
    pub(crate) fn submitted(id: OrderId, recorded: &Recorded) -> Option<Self> {
        let Event::Submitted {
            service_item,
            area,
            priority,
            channel,
            anonymity,
            slots,
            limits,
            reporter,
            beneficiary,
            created_by,
            invited,
            wanted_at,
        } = &recorded.event
        else {
            return None;
        };
        Some(Self {
            id,
            status: Status::Submitted,
            version: recorded.seq,
            attempt: 0,
            slots: *slots,
            ring: 0,
            rings: Vec::new(),
            service_item: *service_item,
            area: *area,
            inbox: *area,
            priority: *priority,
            channel: *channel,
            anonymity: *anonymity,
            reporter: *reporter,
            beneficiary: *beneficiary,
            created_by: *created_by,
            assignee: None,
            claims: Vec::new(),
            limits: *limits,
            clocks: Clocks { accept: Some(Clock::start(recorded.at, limits.accept)), ..Clocks::default() },
            resolved_at: None,
            case: Case { invited: invited.clone(), wanted_at: *wanted_at, ..Case::default() },
            created_at: recorded.at,
            updated_at: recorded.at,
        })
    }

    pub(super) fn accepted(
        &mut self,
        at: At,
        (service_item, area, priority): (ServiceItemId, AreaId, Priority),
        slots: i32,
        limits: Limits,
    ) {
        self.status = Status::Accepted;
        self.service_item = service_item;
        self.priority = priority;
        self.slots = slots;
        self.move_to(area);
        if let Some(accept) = &mut self.clocks.accept {
            accept.stop(at);
        }
        self.relimit(limits);
        // Accepted again after it was forwarded, the resident has been waiting since the first time.
        self.clocks.resolve.get_or_insert_with(|| Clock::start(at, limits.resolve));
    }

    pub(super) fn info_asked(&mut self, due_at: At) {
        self.status = Status::NeedInfo;
        self.case.info_due_at = Some(due_at);
    }

    pub(super) fn info_supplied(&mut self, at: At) {
        self.status = Status::Submitted;
        self.case.info_due_at = None;
        if let Some(accept) = &mut self.clocks.accept {
            accept.resume(at);
        }
    }

    pub(super) fn rejected(&mut self, at: At, by: Option<AccountId>, reason: Reason) {
        self.end(Status::Rejected, at);
        self.case.rejected_by = by;
        self.case.rejected_for = Some(reason);
    }

    /// The appeal takes up the clocks again; the time it lay rejected was the resident's and counts as paused.
    pub(super) fn appealed(&mut self, at: At) {
        self.status = Status::Submitted;
        self.case.appealed = true;
        for clock in [&mut self.clocks.accept, &mut self.clocks.resolve].into_iter().flatten() {
            clock.paused_since = clock.stopped_at.take();
            clock.resume(at);
        }
    }

    pub(super) fn forwarded(
        &mut self,
        at: At,
        by: Option<AccountId>,
        (from, to): (AreaId, AreaId),
        version: i32,
    ) {
        self.status = Status::Submitted;
        self.inbox = to;
        self.case.forwarded = by.map(|by| Forwarding { from, by, version });
        if let Some(accept) = &mut self.clocks.accept {
            self.case.run_on(accept, at);
        }
    }

    pub(super) fn reclassified(&mut self, service_item: ServiceItemId, area: AreaId, limits: Limits) {
        self.move_to(area);
        if self.service_item != service_item {
            self.service_item = service_item;
            self.relimit(limits);
        }
    }

    /// Withdrawn or rejected: nobody holds it, nothing waits, every clock stops.
    pub(super) fn end(&mut self, status: Status, at: At) {
        self.status = status;
        self.end_suspension(at);
        self.clocks.stop(at);
        self.case.request = None;
        self.case.info_due_at = None;
        self.case.acknowledge_due_at = None;
        self.case.climb = None;
        self.claims.clear();
    }

    /// The inbox follows the area, unless it was forwarded or reported up before.
    fn move_to(&mut self, area: AreaId) {
        if self.inbox == self.area {
            self.inbox = area;
        }
        self.area = area;
    }

    /// New limits for the clocks that run; elapsed and paused time are kept, and so is a granted extension.
    fn relimit(&mut self, limits: Limits) {
        let old = std::mem::replace(&mut self.limits, limits);
        let clocks = &mut self.clocks;
        let extension = clocks
            .resolve
            .and_then(|c| c.limit_ms)
            .zip(old.resolve)
            .map_or(0, |(limit_ms, old)| limit_ms - old.millis());
        let pairs = [
            (&mut clocks.accept, limits.accept, 0),
            (&mut clocks.claim, limits.claim, 0),
            (&mut clocks.contact, limits.contact, 0),
            (&mut clocks.resolve, limits.resolve, extension),
        ];
        for (clock, limit, extension) in pairs {
            if let Some(clock) = clock.as_mut().filter(|c| c.stopped_at.is_none()) {
                clock.relimit(limit);
                clock.limit_ms = clock.limit_ms.map(|l| l + extension);
            }
        }
    }

    /// Who was asked is asked no more; who joined is a party. Any other event settles nothing.
    pub(super) fn settle_invitation(&mut self, event: &Event) {
        let (Event::Joined { account, .. } | Event::Declined { account }) = *event else { return };
        self.case.invited.retain(|invited| invited.account != account);
        if let Event::Joined { named, .. } = *event {
            let part = match named {
                NamedAs::Reporter => &mut self.reporter,
                NamedAs::Beneficiary => &mut self.beneficiary,
            };
            *part = Some(account);
        }
    }
}
