//! Suspend, extend and hand-back are a request and an approval by two people.

use crate::cast::scenes::{
    assigned, assigned_to_unit, claimed, contact, hand_back_requested, in_progress, pooled, resolve,
    suspend_requested, suspended,
};
use crate::cast::{Story, Who};
use crate::invalid;
use chrono::TimeDelta;
use domain::order::rejection::{Invalid, Rejection};
use domain::order::{Command, Reason, Status, TimerKind};

fn hand_back() -> Command {
    Command::RequestHandBack { reason: Reason::NotOurDuty }
}

fn extend(minutes: u32) -> Command {
    Command::RequestExtend { reason: Reason::LargeWorks, minutes }
}

#[test]
fn the_one_who_asks_does_not_approve() {
    let story = suspend_requested(claimed());
    for command in [Command::GrantRequest, Command::RefuseRequest] {
        assert_eq!(story.refused(Who::Dispatcher, command.clone()), Rejection::OwnCase);
        assert!(story.attempt(Who::Leader, &command).is_ok());
    }
}

#[test]
fn a_handler_does_not_approve_on_their_own_order() {
    let mut story = pooled();
    story.claim_by(Who::Leader).act(Who::Leader, extend(60));
    assert_eq!(story.refused(Who::Leader, Command::GrantRequest), Rejection::OwnCase);
    story.act(Who::Supervisor, Command::GrantRequest);
}

#[test]
fn nor_on_an_order_they_hold_or_reported() {
    let mut story = suspend_requested(pooled());
    story.claim_by(Who::Leader);
    assert_eq!(story.refused(Who::Leader, Command::GrantRequest), Rejection::OwnCase);
    story.order.reporter = Some(Who::Supervisor.account());
    assert_eq!(story.refused(Who::Supervisor, Command::RefuseRequest), Rejection::OwnCase);
}

#[test]
fn one_request_waits_at_a_time() {
    let mut story = suspend_requested(claimed());
    assert_eq!(story.refused(Who::Worker, extend(5)), Rejection::RequestPending);
    story.act(Who::OtherDispatcher, Command::RefuseRequest);
    assert_eq!(story.refused(Who::Leader, Command::GrantRequest), Rejection::NoRequest);
    story.act(Who::Worker, extend(5));
}

#[test]
fn an_extension_adds_minutes_and_keeps_elapsed_time() {
    let mut story = in_progress();
    story.wait(90);
    let before = story.order.clocks.resolve.unwrap();
    story.act(Who::Worker, extend(120)).act(Who::Dispatcher, Command::GrantRequest);
    let after = story.order.clocks.resolve.unwrap();
    assert_eq!(after.due_at(), before.due_at().map(|due| due + TimeDelta::minutes(120)));
    assert_eq!(after.elapsed_ms(story.now), before.elapsed_ms(story.now));
}

#[test]
fn an_extension_has_1_to_129600_minutes() {
    for (minutes, good) in [(0, false), (1, true), (129_600, true), (129_601, false)] {
        assert_eq!(claimed().attempt(Who::Worker, &extend(minutes)).is_ok(), good, "{minutes}");
    }
}

#[test]
fn a_suspension_needs_a_reason_and_a_review_date() {
    let ask = |reason, days| {
        let story = claimed();
        let until = story.now + TimeDelta::days(days);
        story.attempt(Who::Worker, &Command::RequestSuspend { reason, until }).map(|_| ())
    };
    assert_eq!(ask(Reason::Weather, 90), Ok(()));
    assert_eq!(ask(Reason::NotOurs, 1), Err(invalid("reason", Invalid::WrongReasonKind)));
    for days in [-1, 0, 91] {
        assert_eq!(ask(Reason::Weather, days), Err(invalid("until", Invalid::OutOfRange)));
    }
}

#[test]
fn a_suspension_pauses_the_clock_and_ends_by_itself() {
    let mut story = suspended(claimed());
    let due = claimed().order.clocks.resolve.unwrap().due_at().unwrap();
    assert_eq!(story.order.clocks.resolve.unwrap().due_at(), None);
    let end = Command::Expire { timer: TimerKind::SuspensionEnd };
    assert_eq!(story.refused(Who::System, end.clone()), Rejection::NotDue);
    story.wait(3 * 1440).act(Who::System, end);
    assert_eq!((story.order.status, story.order.case.suspension), (Status::Claimed, None));
    assert_eq!(story.order.clocks.resolve.unwrap().due_at(), Some(due + TimeDelta::days(3)));
}

#[test]
fn a_suspended_order_is_neither_contacted_nor_resolved() {
    assert_eq!(suspended(claimed()).refused(Who::Worker, contact()).code(), "suspended");
    assert_eq!(suspended(in_progress()).refused(Who::Worker, resolve()).code(), "suspended");
}

#[test]
fn suspending_a_pooled_order_takes_eligibility_away() {
    let story = suspended(pooled());
    assert_eq!((story.order.status, story.order.attempt), (Status::Pooled, 2));
    assert_eq!(story.order.rings, pooled().order.rings);
    assert_eq!(suspended(claimed()).order.attempt, 1);
}

#[test]
fn a_suspension_is_not_granted_after_its_review_date() {
    let mut story = suspend_requested(claimed());
    story.wait(3 * 1440);
    assert_eq!(story.refused(Who::Leader, Command::GrantRequest), invalid("until", Invalid::OutOfRange));
}

#[test]
fn the_assignee_asks_to_hand_back_and_the_dispatcher_grants() {
    let mut story = hand_back_requested();
    assert_eq!(story.refused(Who::Leader, Command::GrantRequest), Rejection::Forbidden);
    story.act(Who::Dispatcher, Command::GrantRequest);
    let order = &story.order;
    assert_eq!((order.status, order.attempt, order.case.hand_backs), (Status::Accepted, 2, 1));
    assert_eq!(assigned().refused(Who::UnitHandler, hand_back()), Rejection::Forbidden);
    let acknowledged = assigned_to_unit().acknowledge_by(Who::UnitHandler).clone();
    assert_eq!(acknowledged.refused(Who::UnitHandler, hand_back()).code(), "wrong_state");
}

fn refused_twice() -> Story {
    let mut story = assigned_to_unit();
    for _ in 0..2 {
        story.act(Who::UnitHandler, hand_back()).act(Who::Dispatcher, Command::RefuseRequest);
    }
    story
}

#[test]
fn after_two_refusals_the_supervisor_rules() {
    let mut story = refused_twice();
    story.act(Who::UnitHandler, hand_back());
    for command in [Command::GrantRequest, Command::RefuseRequest] {
        assert_eq!(story.refused(Who::Dispatcher, command.clone()), Rejection::SupervisorRules);
        assert!(story.attempt(Who::Supervisor, &command).is_ok());
    }
}

#[test]
fn refusals_are_counted_for_the_current_assignment() {
    let mut story = refused_twice();
    story
        .act(Who::Dispatcher, Command::Reassign { assignee: Who::Worker.person() })
        .act(Who::Worker, hand_back())
        .act(Who::Dispatcher, Command::GrantRequest);
}

#[test]
fn a_hand_back_request_is_moot_once_somebody_acknowledged() {
    let mut story = hand_back_requested();
    story.acknowledge_by(Who::UnitHandler);
    assert_eq!(story.order.pending_request(), None);
    assert_eq!(story.refused(Who::Dispatcher, Command::GrantRequest), Rejection::NoRequest);
    story.act(Who::UnitHandler, extend(60));
}

#[test]
fn a_request_ends_with_the_claim_of_the_one_who_asked() {
    let mut story = claimed();
    story.act(Who::Worker, extend(60)).act(Who::Worker, Command::Release { reason: Reason::CannotCome });
    assert_eq!(story.order.pending_request(), None);
}

#[test]
fn whoever_asked_takes_it_back_while_it_waits() {
    let mut story = suspend_requested(claimed());
    for who in [Who::OtherDispatcher, Who::Leader, Who::Worker, Who::Reporter] {
        assert_eq!(story.refused(who, Command::WithdrawRequest), Rejection::Forbidden, "{who:?}");
    }
    story.act(Who::Dispatcher, Command::WithdrawRequest);
    assert_eq!(story.order.pending_request(), None);
    assert_eq!(story.refused(Who::Dispatcher, Command::WithdrawRequest), Rejection::NoRequest);
    story.act(Who::Worker, extend(5)).act(Who::Worker, Command::WithdrawRequest);
}

#[test]
fn a_suspension_is_ended_early_by_who_asked_or_granted() {
    let mut asked = claimed();
    let until = asked.now + TimeDelta::days(3);
    asked.act(Who::Worker, Command::RequestSuspend { reason: Reason::Weather, until });
    asked.act(Who::Leader, Command::GrantRequest).wait(60);
    for who in [Who::Candidate, Who::Reporter, Who::Supervisor, Who::DispatcherElsewhere, Who::System] {
        assert_eq!(asked.refused(who, Command::Resume), Rejection::Forbidden, "{who:?}");
    }
    for who in [Who::Worker, Who::Leader, Who::Dispatcher] {
        let mut story = asked.clone();
        story.act(who, Command::Resume);
        let order = &story.order;
        assert_eq!((order.case.suspension, order.status), (None, Status::Claimed), "{who:?}");
        assert_eq!(order.clocks.resolve.unwrap().total_paused_ms(story.now), 60 * 60_000);
        assert_eq!(order.timer(TimerKind::SuspensionEnd), None);
        assert_eq!(story.refused(Who::Dispatcher, Command::Resume).code(), "wrong_state");
    }
}

#[test]
fn a_pooled_order_that_is_resumed_is_offered_again() {
    let mut story = suspended(pooled());
    let attempt = story.order.attempt;
    assert!(matches!(story.refused(Who::Worker, Command::Claim { attempt }), Rejection::Suspended { .. }));
    story.wait(60).act(Who::OtherDispatcher, Command::Resume).claim_by(Who::Worker);
}
