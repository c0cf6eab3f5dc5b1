//! Time passing is a command by the system actor and goes through the same rules as a person's.

use crate::cast::scenes::{accept, assigned, claimed, dispatch, in_progress, need_info, resolved, suspended};
use crate::cast::{Story, Who, rules};
use chrono::TimeDelta;
use domain::catalogue::ServiceRules;
use domain::order::rejection::Rejection;
use domain::order::{Command, Status, TimerKind};
use domain::words::labelled::Labelled;

fn expire(timer: TimerKind) -> Command {
    Command::Expire { timer }
}

#[test]
fn only_the_system_lets_time_pass() {
    let mut story = claimed();
    story.wait(60);
    assert_eq!(story.refused(Who::Admin, expire(TimerKind::NoContact)), Rejection::Forbidden);
}

#[test]
fn a_timer_that_does_not_run_or_is_not_due_does_nothing() {
    for timer in TimerKind::ALL {
        assert_eq!(in_progress().refused(Who::System, expire(*timer)), Rejection::NotDue, "{timer}");
    }
    let mut story = claimed();
    story.wait(59);
    assert_eq!(story.refused(Who::System, expire(TimerKind::NoContact)), Rejection::NotDue);
}

#[test]
fn an_unanswered_question_withdraws_after_n_days() {
    let mut story = need_info();
    story.wait(3 * 1440).act(Who::System, expire(TimerKind::NeedInfo));
    assert_eq!(story.order.status, Status::Withdrawn);
}

#[test]
fn silence_closes_after_n_days() {
    let mut story = resolved();
    story.wait(7 * 1440 - 1);
    assert_eq!(story.refused(Who::System, expire(TimerKind::Silence)), Rejection::NotDue);
    story.wait(1).act(Who::System, expire(TimerKind::Silence));
    assert_eq!(story.order.status, Status::Closed);
}

#[test]
fn no_contact_releases_every_claim() {
    let mut story = Story::begin(ServiceRules { slots: 2, ..rules() });
    story.act(Who::Dispatcher, accept()).act(Who::Dispatcher, dispatch());
    story.claim_by(Who::Worker).claim_by(Who::Candidate);
    let started = story.order.clocks.claim.unwrap().started_at;
    story.wait(60).act(Who::System, expire(TimerKind::NoContact));
    let order = &story.order;
    assert_eq!((order.status, order.filled(), order.attempt), (Status::Pooled, 0, 3));
    assert_eq!(order.case.cool_downs.len(), 2);
    let claim = order.clocks.claim.unwrap();
    assert_eq!((claim.started_at, claim.stopped_at), (started, None), "the clock is not reset");
}

#[test]
fn an_unacknowledged_order_is_told_again_and_again() {
    let mut story = assigned();
    for _ in 0..3 {
        story.wait(10).act(Who::System, expire(TimerKind::Acknowledge));
        assert_eq!(story.order.status, Status::Assigned);
        assert_eq!(story.order.timer(TimerKind::Acknowledge), Some(story.now + TimeDelta::minutes(10)));
    }
}

#[test]
fn a_suspension_holds_every_timer_but_its_own() {
    let mut story = suspended(claimed());
    story.wait(120);
    assert_eq!(story.refused(Who::System, expire(TimerKind::NoContact)), Rejection::NotDue);
    let kinds: Vec<_> = story.order.timers().iter().map(|t| t.0).collect();
    assert_eq!(kinds, [TimerKind::SuspensionEnd]);
}

#[test]
fn the_assignee_gets_the_suspended_time_back() {
    let mut story = assigned();
    story.wait(4);
    let due = story.order.case.acknowledge_due_at.unwrap();
    story = suspended(story);
    story.wait(3 * 1440).act(Who::System, expire(TimerKind::SuspensionEnd));
    assert_eq!(story.order.case.acknowledge_due_at, Some(due + TimeDelta::days(3)));
}

#[test]
fn whoever_is_assigned_during_a_suspension_gets_the_whole_limit_after_it() {
    let mut story = suspended(assigned());
    story.wait(60).act(Who::Dispatcher, Command::Reassign { assignee: Who::Candidate.person() });
    assert_eq!(story.order.case.acknowledge_due_at, None);
    story.wait(3 * 1440).act(Who::System, expire(TimerKind::SuspensionEnd));
    assert_eq!(story.order.case.acknowledge_due_at, Some(story.now + TimeDelta::minutes(10)));
}
