//! What `decide` grants, and how it comes about: each event is applied as it is recorded, so that the next one sees its
//! effect.

use crate::At;
use crate::order::event::{Event, Recorded};
use crate::order::reason::Reason;
use crate::order::rejection::Rejection;
use crate::order::state::Order;
use crate::order::state::status::Status;
use crate::organisation::scope::Assignee;
use crate::people::actor::Actor;
use crate::words::ids::OrderId;

/// Co-handlers stay when the order goes back to the pool or up, until they are done or waived. What leaves these states
/// otherwise (forwarded, answered, withdrawn) leaves none that is open.
pub(super) const WORKING: [Status; 5] =
    [Status::Accepted, Status::Pooled, Status::Assigned, Status::Claimed, Status::InProgress];

/// What `decide` grants: the full next value of the mutable state, and the events that led there.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The order after the events.
    pub changes: Order,
    /// In order; at least one.
    pub events: Vec<Recorded>,
}

impl Decision {
    /// The event that the words and photos of the command belong to: the result where there is one, else the first.
    #[must_use]
    pub fn speaking(&self) -> Option<&Recorded> {
        let result = |one: &&Recorded| {
            matches!(one.event, Event::FedBack { .. } | Event::Resolved { .. } | Event::Answered { .. })
        };
        self.events.iter().find(result).or(self.events.first())
    }
}

/// What a rule says of a command.
pub(super) type Verdict = Result<Decision, Rejection>;

/// A decision in the making.
pub(super) struct Draft {
    pub order: Order,
    events: Vec<Recorded>,
    now: At,
}

impl Draft {
    /// Further events of an order.
    pub fn of(order: &Order, now: At) -> Self {
        Self { order: order.clone(), events: Vec::new(), now }
    }

    /// The first event of an order that has no key yet.
    pub fn open(actor: Actor, submitted: Event, now: At) -> Option<Self> {
        let first = Recorded { seq: 1, at: now, actor, event: submitted };
        let order = Order::submitted(OrderId(0), &first)?;
        Some(Self { order, events: vec![first], now })
    }

    pub fn record(&mut self, actor: Actor, event: Event) {
        let recorded = Recorded { seq: self.order.version + 1, at: self.now, actor, event };
        self.order.apply(&recorded);
        self.events.push(recorded);
    }

    /// The decision. An order that leaves the working states leaves no open co-handler, or they would read on for ever.
    pub fn finish(mut self) -> Decision {
        if !WORKING.contains(&self.order.status) {
            let open: Vec<Assignee> =
                self.order.case.co_handlers.iter().filter(|co| co.is_open()).map(|co| co.who).collect();
            for who in open {
                let reason = Some(Reason::HelpOver);
                self.record(Actor::System, Event::CoHandlerWaived { who, reason });
            }
        }
        Decision { changes: self.order, events: self.events }
    }
}
