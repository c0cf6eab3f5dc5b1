//! (new) → submitted: by a resident, or by staff for somebody.

use crate::cast::{GRID, Story, Who, placement, rules, start};
use crate::invalid;
use domain::catalogue::{Anonymity, Priority, ServiceRules};
use domain::order::rejection::{Invalid, Rejection};
use domain::order::{Decision, Event, Facts, Outcome, Photos, Placement, Status, place};
use domain::organisation::Scope;
use domain::people::{Actor, Role, RoleSet};

fn placed(
    placement: Placement,
    who: Who,
    roles: &[Role],
    rules: ServiceRules,
) -> Result<Decision, Rejection> {
    let facts =
        Facts { area_roles: RoleSet::of(roles), rules, overseen: vec![placement.area], ..Facts::default() };
    place(&placement, who.actor(), &facts, start())
}

#[test]
fn an_order_that_needs_review_waits_for_it() {
    let order = Story::begin(rules()).order;
    assert_eq!((order.status, order.version, order.attempt, order.inbox), (Status::Submitted, 1, 0, GRID));
}

#[test]
fn the_service_items_rule_accepts_and_offers_at_once() {
    let rules = ServiceRules { review_required: false, auto_dispatch: true, slots: 3, ..rules() };
    let story = Story::begin(rules);
    assert_eq!(story.order.status, Status::Pooled);
    assert_eq!((story.order.version, story.order.attempt, story.order.slots), (3, 1, 3));
    assert_eq!(story.order.rings[0].scope, Scope::Area(GRID));
    let actors: Vec<_> = story.history.iter().map(|r| r.actor).collect();
    assert_eq!(actors, [Who::Reporter.actor(), Actor::System, Actor::System]);
}

#[test]
fn an_order_offered_automatically_still_waits_for_its_review() {
    let rules = ServiceRules { review_required: true, auto_dispatch: true, ..rules() };
    assert_eq!(Story::begin(rules).order.status, Status::Submitted);
}

#[test]
fn residents_may_not_set_urgent() {
    let urgent = Placement { priority: Priority::Urgent, ..placement() };
    let refusal = placed(urgent, Who::Reporter, &[], rules()).unwrap_err();
    assert_eq!(refusal, invalid("priority", Invalid::OutOfRange));
}

#[test]
fn staff_take_an_order_for_somebody_and_may_call_it_urgent() {
    let taken = Placement {
        priority: Priority::Urgent,
        created_by: Some(Who::Worker.account()),
        beneficiary: Some(Who::Stranger.account()),
        ..placement()
    };
    let order = placed(taken, Who::Worker, &[Role::GridWorker], rules()).unwrap().changes;
    assert_eq!(order.created_by, Some(Who::Worker.account()));
    assert_eq!(order.priority, Priority::Urgent);
}

#[test]
fn nobody_places_an_order_in_anothers_name_without_being_staff_there() {
    let taken = Placement { created_by: Some(Who::Stranger.account()), ..placement() };
    assert_eq!(placed(taken, Who::Stranger, &[Role::Resident], rules()), Err(Rejection::Forbidden));
    assert_eq!(placed(taken, Who::Worker, &[Role::GridWorker], rules()), Err(Rejection::Forbidden));
    assert_eq!(placed(placement(), Who::Stranger, &[], rules()), Err(Rejection::Forbidden));
}

#[test]
fn a_fully_anonymous_order_names_nobody() {
    let nameless = Placement { anonymity: Anonymity::Anonymous, ..placement() };
    let decision = placed(nameless, Who::Reporter, &[], rules()).unwrap();
    assert_eq!((decision.changes.reporter, decision.events[0].actor), (None, Actor::System));
    assert!(matches!(decision.events[0].event, Event::Submitted { reporter: None, beneficiary: None, .. }));
}

#[test]
fn slots_stay_between_1_and_50_whatever_the_configuration_says() {
    for (configured, slots) in [(-3, 1), (0, 1), (50, 50), (51, 50)] {
        assert_eq!(Story::begin(ServiceRules { slots: configured, ..rules() }).order.slots, slots);
    }
}

#[test]
fn what_was_done_already_is_recorded_in_one_step_and_offered_to_nobody() {
    let done = |by: Who| Placement {
        created_by: Some(by.account()),
        reporter: None,
        done: Some(Photos::default()),
        ..placement()
    };
    let rules = || ServiceRules { review_required: false, auto_dispatch: true, ..rules() };
    for (by, role, outcome) in [
        (Who::Worker, Role::GridWorker, Outcome::SelfResolved),
        (Who::Dispatcher, Role::Dispatcher, Outcome::AnsweredDirectly),
    ] {
        let decision = placed(done(by), by, &[role], rules()).unwrap();
        let order = &decision.changes;
        assert_eq!((order.status, order.case.outcome), (Status::Resolved, Some(outcome)));
        assert!(order.rings.is_empty() && order.clocks.claim.is_none() && order.attempt == 0);
        assert_eq!((decision.events.len(), decision.speaking()), (2, decision.events.last()));
        assert!(order.case.handlers.contains(&by.account()), "they may not revisit it");
    }
    let volunteer = placed(done(Who::Volunteer), Who::Volunteer, &[Role::Volunteer], rules());
    assert_eq!(volunteer, Err(Rejection::Forbidden));
    let own = Placement { done: Some(Photos::default()), ..placement() };
    assert_eq!(placed(own, Who::Reporter, &[], rules()), Err(Rejection::Forbidden));
}

#[test]
fn photos_that_the_item_demands_go_with_what_was_done_already() {
    let rules = || ServiceRules { photo_before: true, photo_after: true, ..rules() };
    let done = |photos| {
        let by = Who::Worker;
        let placement =
            Placement { created_by: Some(by.account()), reporter: None, done: Some(photos), ..placement() };
        placed(placement, by, &[Role::GridWorker], rules())
    };
    let missing = |field| Err(invalid(field, Invalid::PhotoRequired));
    assert_eq!(done(Photos { before: 0, after: 1 }), missing("done.beforeFileIds"));
    assert_eq!(done(Photos { before: 1, after: 0 }), missing("done.afterFileIds"));
    assert!(done(Photos { before: 1, after: 1 }).is_ok());
}

#[test]
fn what_was_done_already_is_told_apart_from_what_was_answered_later() {
    let by = Who::Dispatcher;
    let done = Placement {
        created_by: Some(by.account()),
        reporter: None,
        done: Some(Photos::default()),
        ..placement()
    };
    let decision = placed(done, by, &[Role::Dispatcher], rules()).unwrap();
    let (first, second) = (&decision.events[0], &decision.events[1]);
    let at = decision.changes.created_at;
    assert!(second.was_done_already(at) && !first.was_done_already(at));
    let mut answered = Story::begin(rules());
    answered.wait(1).act(by, domain::order::Command::AnswerDirectly);
    assert!(!answered.history[1].was_done_already(answered.order.created_at));
}
