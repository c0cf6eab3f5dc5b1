//! Shutting out is unconditional: a disabled account's orders go back to the pool or the dispatcher; and nobody keeps
//! what a role gave that was taken away.

use crate::cast::scenes::{
    accepted, assigned, assigned_to_unit, claimed, disputed, half_pooled, in_progress, pending_check,
    resolved, suspend_requested, suspended, whistled,
};
use crate::cast::{FAR_GRID, GRID, HELPERS, Story, Who, lies_at, rules};
use domain::catalogue::ServiceRules;
use domain::order::rejection::Rejection;
use domain::order::target::Standing;
use domain::order::{CoHandling, Command, Event, Order, Reason, Status, decide};
use domain::organisation::{Assignee, Place, Scope};
use domain::people::Role;

fn leaves(who: Who) -> Command {
    Command::ShutOut { account: who.account() }
}

/// What becomes of the order when this person is disabled.
fn refused_without(mut story: Story, who: Who) -> Rejection {
    story.shut_out.push(who.account());
    story.refused(Who::System, leaves(who))
}

/// What becomes of the order when this person's roles are these.
fn with_roles(story: &Story, who: Who, held: &[(Role, Place)]) -> Result<Order, Rejection> {
    let mut facts = story.facts(Who::System);
    facts.targets.retain(|(scope, _)| *scope != Scope::Person(who.account()));
    facts.targets.push((Scope::Person(who.account()), Standing::Person(held.to_vec())));
    decide(&story.order, &leaves(who), Who::System.actor(), &facts, story.now).map(|done| done.changes)
}

#[test]
fn nobody_keeps_what_a_role_gave_that_is_gone() {
    let here = |role| vec![(role, lies_at(GRID))];
    let elsewhere = |role| vec![(role, lies_at(FAR_GRID))];
    let mut whistled = in_progress();
    whistled.act(Who::Worker, Command::Whistle { who: Who::CoHandler.person() });
    let (worker, helper, status) = (Who::Worker, Who::CoHandler, Status::InProgress);
    for (name, story, who, held, left) in [
        ("no role is left", claimed(), worker, vec![], Some(Status::Pooled)),
        ("one that claims nothing", claimed(), worker, here(Role::Dispatcher), Some(Status::Pooled)),
        ("whoever claimed works wherever they are", claimed(), worker, elsewhere(Role::GridWorker), None),
        ("directed within the town", assigned(), worker, elsewhere(Role::GridWorker), Some(Status::Accepted)),
        ("directed, and there still", assigned(), worker, here(Role::Volunteer), None),
        ("a dispatcher may be handed one", assigned(), worker, here(Role::Dispatcher), None),
        ("helping within the town", whistled.clone(), helper, elsewhere(Role::UnitHandler), Some(status)),
        ("helping, and there still", whistled.clone(), helper, here(Role::UnitHandler), None),
        ("waits for a check", pending_check(), worker, vec![], None),
    ] {
        match (with_roles(&story, who, &held), left) {
            (Ok(order), Some(status)) => assert_eq!(order.status, status, "{name}"),
            (said, None) => assert_eq!(said.err(), Some(Rejection::NotDue), "{name}"),
            (Err(rejection), Some(_)) => panic!("{name}: {rejection:?}"),
        }
    }
    let released = with_roles(&claimed(), worker, &[]).unwrap();
    assert!(released.claims.is_empty());
    let waived = with_roles(&whistled, helper, &[]).unwrap();
    assert_eq!(waived.case.co_handlers[0].state, CoHandling::Waived);
}

/// The story after somebody's account was disabled and what they held was returned.
#[track_caller]
fn without(mut story: Story, who: Who) -> Story {
    story.shut_out.push(who.account());
    story.act(Who::System, leaves(who));
    story
}

#[test]
fn what_is_held_goes_to_the_pool() {
    for (name, story) in [
        ("claimed", claimed()),
        ("in progress", in_progress()),
        ("suspended", suspended(claimed())),
        ("a request waits", suspend_requested(claimed())),
        ("half a pool", half_pooled()),
    ] {
        let (attempt, claim_clock) = (story.order.attempt, story.order.clocks.claim.unwrap().started_at);
        let after = without(story, Who::Worker).order;
        assert_eq!((after.status, after.attempt), (Status::Pooled, attempt + 1), "{name}");
        assert!(after.claims.is_empty() && !after.rings.is_empty(), "{name}");
        assert_eq!(after.clocks.claim.unwrap().started_at, claim_clock, "{name}: the clock is not reset");
        assert!(after.case.cool_downs.iter().all(|c| c.until <= after.updated_at), "{name}: no cool-down");
    }
    let slots = ServiceRules { slots: 2, ..rules() };
    let mut story = Story::begin(slots);
    let dispatch = Command::Dispatch { scopes: Vec::new(), slots: None, rings: Vec::new() };
    story.act(Who::Dispatcher, crate::cast::scenes::accept()).act(Who::Dispatcher, dispatch);
    story.claim_by(Who::Worker).claim_by(Who::Candidate);
    let after = without(story, Who::Worker).order;
    assert_eq!(
        (after.status, after.lead()),
        (Status::Pooled, Some(Who::Candidate.account())),
        "others live on"
    );
}

#[test]
fn what_is_directed_goes_to_the_dispatcher() {
    let story = without(assigned(), Who::Worker);
    assert_eq!((story.order.status, story.order.assignee), (Status::Accepted, None));
    let last = &story.history.last().unwrap().event;
    assert!(matches!(last, Event::Recalled { reason: Reason::AccountDisabled, .. }), "{last:?}");
    assert_eq!(refused_without(assigned_to_unit(), Who::UnitHandler), Rejection::NotDue, "others are there");
    assert_eq!(refused_without(accepted(), Who::Worker), Rejection::NotDue);
}

#[test]
fn co_handlers_are_waived_and_named() {
    let mut story = in_progress();
    let who = Who::CoHandler.person();
    story.act(Who::Worker, Command::Whistle { who }).act(Who::CoHandler, Command::ReportIn);
    let story = without(story, Who::CoHandler);
    assert_eq!(story.order.case.co_handlers[0].state, CoHandling::Waived);
    assert_eq!(story.order.status, Status::InProgress);
    let waived = Event::CoHandlerWaived { who, reason: Some(Reason::AccountDisabled) };
    assert_eq!(story.history.last().unwrap().event, waived);
    let unit = refused_without(whistled(), Who::CoHandler);
    assert_eq!(unit, Rejection::NotDue, "somebody else of {HELPERS:?} reports in");
    // lead and co-handler at once: both end
    let mut both = in_progress();
    both.act(Who::Worker, Command::Whistle { who });
    let attempt = both.order.attempt;
    let transfer = Command::Transfer { assignee: who, reason: Reason::Overloaded };
    both.act(Who::Dispatcher, transfer).acknowledge_by(Who::CoHandler);
    let both = without(both, Who::CoHandler).order;
    assert_eq!((both.status, both.attempt, both.claims.len()), (Status::Pooled, attempt + 2, 0));
    assert!(!both.case.co_handlers[0].is_open());
}

#[test]
fn whoever_checks_or_rules_acts_and_the_pool_gets_what_comes_back() {
    for mut story in [pending_check(), disputed()] {
        story.shut_out.push(Who::Worker.account());
        assert_eq!(
            story.refused(Who::System, leaves(Who::Worker)),
            Rejection::NotDue,
            "{}",
            story.order.status
        );
    }
    let mut story = pending_check();
    story.shut_out.push(Who::Worker.account());
    let attempt = story.order.attempt;
    let passed = story.clone().act(Who::Dispatcher, Command::PassCheck).order.status;
    assert_eq!(passed, Status::Resolved);
    story.act(Who::Dispatcher, Command::SendBack { reason: Reason::NotFinished });
    assert_eq!((story.order.status, story.order.attempt), (Status::Pooled, attempt + 1));
    let events: Vec<_> = story.history.iter().rev().take(2).map(|r| (r.actor, &r.event)).collect();
    assert!(
        matches!(events[0], (a, Event::Released { reason: Reason::AccountDisabled, .. }) if a == Who::System.actor())
    );
    assert!(matches!(events[1], (a, Event::SentBack { .. }) if a == Who::Dispatcher.actor()));
    let mut story = disputed();
    story.shut_out.push(Who::Worker.account());
    assert_eq!(story.refused(Who::Supervisor, Command::RedoSame), Rejection::HandlerGone);
    let other = Command::RedoOther { assignee: Who::Candidate.person() };
    assert_eq!(story.act(Who::Supervisor, other).order.status, Status::Assigned);
}

#[test]
fn nothing_that_is_over_is_touched_and_nobody_but_the_system_does_it() {
    assert_eq!(
        resolved().refused(Who::System, leaves(Who::Worker)),
        Rejection::WrongState { status: Status::Resolved }
    );
    for who in [Who::Admin, Who::Dispatcher, Who::Worker] {
        assert_eq!(claimed().refused(who, leaves(Who::Worker)), Rejection::Forbidden);
    }
    let mut story = accepted();
    let alone = vec![Scope::Person(Who::Worker.account())];
    story.act(Who::Dispatcher, Command::Dispatch { scopes: alone, slots: None, rings: Vec::new() });
    story.claim_by(Who::Worker);
    let after = without(story, Who::Worker).order;
    assert_eq!(
        after.rings.iter().map(|r| r.scope).collect::<Vec<_>>(),
        [Scope::Area(GRID)],
        "not to them alone"
    );
    assert_eq!(after.assignee, None::<Assignee>);
}
