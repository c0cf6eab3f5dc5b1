//! Co-handlers: whistled in (吹哨), reporting in (报到), done, waived.

use crate::order::decide::decision::{Verdict, WORKING};
use crate::order::decide::scene::{Scene, guard, invalid};
use crate::order::decide::targets::{self, Within};
use crate::order::event::Event;
use crate::order::parties::hands::helps;
use crate::order::rejection::{Invalid, Rejection};
use crate::order::state::case::{CoHandler, CoHandling};
use crate::order::state::status::Status;
use crate::organisation::scope::Assignee;
use crate::people::role::Role;

pub fn whistle(s: &Scene<'_>, who: Assignee) -> Verdict {
    guard(s.leads() || s.is_dispatcher(), Rejection::Forbidden)?;
    s.in_state(&[Status::Claimed, Status::InProgress])?;
    guard(open_co_handler(s, who).is_none(), Rejection::CoHandlerState)?;
    s.may_handle("who.id", who)?;
    let claimant = s.order.claims.iter().any(|c| Assignee::Person(c.account) == who);
    guard(!claimant, invalid("who.id", Invalid::Unchanged))?;
    let within =
        if s.is_dispatcher() { Within::own_and_reach(s, Role::Dispatcher) } else { Within::reach(s) };
    let within = Some(targets::whistled(s, who, &within)?);
    s.record(Event::Whistled { who, within })
}

/// Reports in for the first whistle meant for the actor, as a person or as one of a team or unit.
pub fn report_in(s: &Scene<'_>) -> Verdict {
    let account = s.person()?;
    let mine = |c: &&CoHandler| s.is_of(c.who) && helps(s.facts, c);
    let mine: Vec<_> = s.order.case.co_handlers.iter().filter(mine).collect();
    let who = in_turn(s, &mine, CoHandling::Whistled)?;
    s.record(Event::ReportedIn { who, account })
}

pub fn finish(s: &Scene<'_>) -> Verdict {
    let mine = |c: &&CoHandler| s.helps_as(c) && helps(s.facts, c);
    let mine: Vec<_> = s.order.case.co_handlers.iter().filter(mine).collect();
    let who = in_turn(s, &mine, CoHandling::ReportedIn)?;
    s.record(Event::CoHandlingFinished { who })
}

pub fn waive(s: &Scene<'_>, who: Assignee) -> Verdict {
    guard(s.leads() || s.is_dispatcher(), Rejection::Forbidden)?;
    s.in_state(&WORKING)?;
    guard(open_co_handler(s, who).is_some(), Rejection::CoHandlerState)?;
    s.record(Event::CoHandlerWaived { who, reason: None })
}

/// The first of the actor's co-handlers in this state, after the checks in their order.
fn in_turn(s: &Scene<'_>, mine: &[&CoHandler], state: CoHandling) -> Result<Assignee, Rejection> {
    guard(!mine.is_empty(), Rejection::Forbidden)?;
    s.not_own()?;
    s.in_state(&WORKING)?;
    mine.iter().find(|c| c.state == state).map(|c| c.who).ok_or(Rejection::CoHandlerState)
}

fn open_co_handler<'a>(s: &Scene<'a>, who: Assignee) -> Option<&'a CoHandler> {
    s.order.case.co_handlers.iter().find(|c| c.who == who && c.is_open())
}
