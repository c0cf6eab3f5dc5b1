//! An order (订单): its state, the commands on it, the events they make, and the rules in between.

pub mod actions;
pub(crate) mod command;
pub(crate) mod decide;
pub(crate) mod due;
pub(crate) mod event;
pub(crate) mod facts;
pub(crate) mod fold;
pub mod number;
pub(crate) mod parties;
pub(crate) mod reason;
pub mod rejection;
pub mod sentence;
pub(crate) mod state;
pub mod target;

pub use command::{Command, CommandKind};
pub use decide::claiming::claim_standing;
pub use decide::decide;
pub use decide::decision::Decision;
pub use decide::placement::{Photos, Placement};
pub use decide::placing::place;
pub use due::climb::Climb;
pub use due::deadline::{Clock, Clocks};
pub use due::escalation::Rung;
pub use due::timer::TimerKind;
pub use due::waiting::{next_due_at, offer_ends_at};
pub use event::{Event, Recorded};
pub use facts::Facts;
pub use fold::fold;
pub use parties::sight::{READABLE_DAYS, Sight, Words, read_since};
pub use reason::{Reason, ReasonKind};
pub use state::case::{Case, CoHandler, CoHandling, CoolDown, Forwarding, Hop, Outcome, Rating, Revisit};
pub use state::invited::{Invited, NamedAs};
pub use state::request::{Ask, AskKind, Request, Round, Span, Suspension};
pub use state::status::Status;
pub use state::{Claim, Order, RingScope};
