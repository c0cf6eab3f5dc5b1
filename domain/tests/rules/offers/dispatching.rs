//! Dispatch: pools, directed orders, recalls, transfers.

use crate::cast::scenes::{accepted, assigned, claimed, in_progress, pooled, suspended};
use crate::cast::{GRID, NEXT_GRID, TEAM, UNIT, Who, minutes};
use crate::invalid;
use domain::catalogue::Limits;
use domain::order::rejection::Invalid;
use domain::order::{Command, Reason, RingScope, Status};
use domain::organisation::{Assignee, Scope};

fn assign(assignee: Assignee) -> Command {
    Command::Assign { assignee }
}

#[test]
fn an_empty_dispatch_goes_to_the_orders_area_and_names_each_scope_once() {
    assert_eq!(pooled().order.rings, [RingScope { ring: 0, scope: Scope::Area(GRID) }]);
    let scopes = vec![Scope::Team(TEAM), Scope::Area(GRID), Scope::Team(TEAM)];
    let story =
        accepted().act(Who::Dispatcher, Command::Dispatch { scopes, slots: None, rings: Vec::new() }).clone();
    assert_eq!(story.order.rings.len(), 2);
}

#[test]
fn widening_needs_a_scope_that_was_not_offered_yet() {
    let widen = |scopes| pooled().refused(Who::Dispatcher, Command::Widen { scopes });
    assert_eq!(widen(Vec::new()), invalid("scopes", Invalid::Required));
    assert_eq!(widen(vec![Scope::Area(GRID)]), invalid("scopes", Invalid::Unchanged));
}

#[test]
fn a_dispatch_takes_the_items_limits_for_the_clocks_that_begin() {
    let mut story = accepted();
    story.rules.limits = Limits { claim: minutes(3), resolve: minutes(1), ..story.rules.limits };
    let before = story.order.clocks.resolve;
    story.act(Who::Dispatcher, Command::Dispatch { scopes: Vec::new(), slots: None, rings: Vec::new() });
    assert_eq!(story.order.clocks.claim.unwrap().limit_ms, Some(3 * 60_000));
    assert_eq!((story.order.limits.claim, story.order.clocks.resolve), (minutes(3), before));
    assert_ne!(story.order.limits.resolve, minutes(1), "a clock that runs keeps its limit");
}

#[test]
fn a_suspended_order_taken_back_waits_for_the_end() {
    let mut story = suspended(pooled());
    story.act(Who::Dispatcher, Command::Recall { reason: Reason::WrongDispatch });
    let dispatch = Command::Dispatch { scopes: Vec::new(), slots: None, rings: Vec::new() };
    assert_eq!(story.refused(Who::Dispatcher, dispatch).code(), "suspended");
    // Whatever ends the order ends the suspension.
    story.act(Who::Dispatcher, Command::AnswerDirectly);
    assert_eq!(story.order.case.suspension, None);
}

#[test]
fn a_directed_order_has_one_slot_and_one_addressee() {
    let mut story = pooled();
    story.act(Who::System, assign(Assignee::Unit(UNIT)));
    let order = &story.order;
    assert_eq!((order.status, order.attempt, order.slots), (Status::Assigned, 2, 1));
    assert_eq!(order.rings, [RingScope { ring: 0, scope: Scope::Unit(UNIT) }]);
    assert_eq!(order.case.acknowledge_due_at, Some(story.now + chrono::TimeDelta::minutes(10)));
}

#[test]
fn nobody_is_sent_to_their_own_case() {
    let own = invalid("assignee.id", Invalid::OwnCase);
    let reporter = Who::Reporter.person();
    assert_eq!(accepted().refused(Who::Dispatcher, assign(reporter)), own);
    assert_eq!(assigned().refused(Who::Dispatcher, Command::Reassign { assignee: reporter }), own);
    let transfer = Command::Transfer { assignee: reporter, reason: Reason::BetterSuited };
    assert_eq!(claimed().refused(Who::Dispatcher, transfer), own);
}

#[test]
fn reassigning_takes_the_earlier_assignees_eligibility_away() {
    let mut story = assigned();
    let same = story.refused(Who::Dispatcher, Command::Reassign { assignee: Who::Worker.person() });
    assert_eq!(same, invalid("assignee.id", Invalid::Unchanged));
    story.act(Who::Dispatcher, Command::Reassign { assignee: Who::Candidate.person() });
    let late = story.refused(Who::Worker, Command::Acknowledge { attempt: 1 });
    assert_eq!(late.code(), "gone");
    let stranger = story.refused(Who::Worker, Command::Acknowledge { attempt: 2 });
    assert_eq!(stranger.code(), "not_eligible");
}

#[test]
fn a_recall_closes_the_offer_and_raises_the_attempt() {
    let mut story = pooled();
    story.act(Who::Dispatcher, Command::Recall { reason: Reason::WrongDispatch });
    assert_eq!((story.order.status, story.order.attempt), (Status::Accepted, 2));
    assert!(story.order.rings.is_empty());
}

#[test]
fn the_grid_leader_may_transfer_but_not_dispatch() {
    let transfer = Command::Transfer { assignee: Who::Candidate.person(), reason: Reason::Overloaded };
    let mut story = in_progress();
    story.act(Who::Leader, transfer);
    assert_eq!((story.order.status, story.order.filled(), story.order.attempt), (Status::Assigned, 0, 2));
    let dispatch = Command::Dispatch { scopes: Vec::new(), slots: None, rings: Vec::new() };
    assert_eq!(accepted().refused(Who::Leader, dispatch).code(), "forbidden");
}

#[test]
fn a_transfer_goes_to_somebody_who_does_not_hold_it() {
    let transfer = Command::Transfer { assignee: Who::Worker.person(), reason: Reason::Overloaded };
    assert_eq!(claimed().refused(Who::Dispatcher, transfer), invalid("assignee.id", Invalid::Unchanged));
}

#[test]
fn a_suspended_order_is_offered_to_nobody() {
    let story = suspended(pooled());
    for command in [
        Command::Redispatch { scopes: vec![Scope::Area(NEXT_GRID)], rings: Vec::new() },
        Command::Widen { scopes: vec![Scope::Area(NEXT_GRID)] },
        assign(Who::Volunteer.person()),
    ] {
        assert_eq!(story.refused(Who::Dispatcher, command).code(), "suspended");
    }
}

#[test]
fn whoever_gave_up_a_directed_order_returns_it_to_the_area() {
    let mut story = assigned();
    story.acknowledge_by(Who::Worker).act(Who::Worker, Command::Release { reason: Reason::BeyondSkill });
    assert_eq!((story.order.status, story.order.assignee), (Status::Pooled, None));
    assert_eq!(story.order.rings, [RingScope { ring: 0, scope: Scope::Area(GRID) }]);
}

#[test]
fn a_released_pool_is_offered_to_all_its_rings_again() {
    let mut story = pooled();
    story.act(Who::Dispatcher, Command::Widen { scopes: vec![Scope::Team(TEAM)] });
    story.claim_by(Who::Volunteer).act(Who::Volunteer, Command::Release { reason: Reason::CannotCome });
    let rings: Vec<_> = story.order.rings.iter().map(|r| (r.ring, r.scope)).collect();
    assert_eq!(rings, [(0, Scope::Area(GRID)), (0, Scope::Team(TEAM))]);
    assert_eq!(story.order.ring, 0);
}
