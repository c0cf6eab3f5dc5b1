//! What somebody does who was named in an order by somebody else: agree to be a party to it, or not.

use crate::order::decide::decision::Verdict;
use crate::order::decide::scene::{Scene, guard};
use crate::order::event::Event;
use crate::order::rejection::Rejection;
use crate::order::state::invited::{Invited, NamedAs};
use crate::organisation::scope::Assignee;
use crate::words::ids::AccountId;

/// Who of those that an order names are parties at once, and who is asked first: nobody but the actor is made one.
pub fn parted(
    named: [(Option<AccountId>, NamedAs); 2],
    actor: Option<AccountId>,
) -> ([Option<AccountId>; 2], Vec<Invited>) {
    let mut invited: Vec<Invited> = Vec::new();
    let parties = named.map(|(account, named)| {
        if account.is_none_or(|account| actor == Some(account)) {
            return account;
        }
        // whoever is named twice is asked once
        if let Some(account) = account.filter(|a| invited.iter().all(|earlier| earlier.account != *a)) {
            invited.push(Invited { account, named });
        }
        None
    });
    (parties, invited)
}

/// Not while they handle it: nobody handles their own case.
pub fn join(s: &Scene<'_>) -> Verdict {
    let account = s.person()?;
    let named = s.order.invited_as(account).ok_or(Rejection::Forbidden)?;
    s.not_handler()?;
    guard(!s.order.parties().contains(&Assignee::Person(account)), Rejection::OwnCase)?;
    guard(!s.order.status.is_finished(), s.wrong_state())?;
    // nobody rules on their own case: somebody else has to be there who may
    let others = !s.is_dispatcher() || s.facts.inbox_for(s.order.inbox) == Some(s.order.inbox);
    guard(others, Rejection::OnlyDispatcher)?;
    s.record(Event::Joined { account, named })
}

pub fn decline(s: &Scene<'_>) -> Verdict {
    let account = s.person()?;
    guard(s.order.invited_as(account).is_some(), Rejection::Forbidden)?;
    s.record(Event::Declined { account })
}
