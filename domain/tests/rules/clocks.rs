//! Four clocks. Elapsed + paused = wall time.

use crate::cast::Who;
use crate::cast::scenes::{accept, claimed, pooled, rejected, suspended};
use chrono::TimeDelta;
use domain::order::{Command, Reason, TimerKind};

const MINUTE: i64 = 60_000;

#[test]
fn a_release_does_not_reset_the_claim_clock() {
    let mut story = pooled();
    story.wait(4).claim_by(Who::Worker);
    story.wait(20).act(Who::Worker, Command::Release { reason: Reason::CannotCome });
    let clock = story.order.clocks.claim.unwrap();
    assert_eq!(clock.elapsed_ms(story.now), 24 * MINUTE);
}

#[test]
fn nor_does_another_dispatch() {
    let mut story = pooled();
    story.wait(4).act(Who::Dispatcher, Command::Recall { reason: Reason::WrongDispatch });
    story
        .wait(4)
        .act(Who::Dispatcher, Command::Dispatch { scopes: Vec::new(), slots: None, rings: Vec::new() });
    assert_eq!(story.order.clocks.claim.unwrap().elapsed_ms(story.now), 8 * MINUTE);
}

#[test]
fn a_clock_that_runs_on_slept_through_the_suspension() {
    let mut story = suspended(claimed());
    story.wait(3 * 1440).act(Who::System, Command::Expire { timer: TimerKind::SuspensionEnd });
    story.wait(5).act(Who::Worker, Command::Release { reason: Reason::CannotCome });
    let clock = story.order.clocks.claim.unwrap();
    assert_eq!(clock.total_paused_ms(story.now), 3 * 1440 * MINUTE);
    assert_eq!(clock.elapsed_ms(story.now), 5 * MINUTE);
}

#[test]
fn released_while_suspended_it_waits_for_the_end() {
    let mut story = suspended(claimed());
    story.wait(60).act(Who::Worker, Command::Release { reason: Reason::CannotCome });
    story.wait(60);
    let clock = story.order.clocks.claim.unwrap();
    assert_eq!((clock.elapsed_ms(story.now), clock.due_at()), (0, None));
    assert_eq!(clock.total_paused_ms(story.now), 120 * MINUTE);
}

#[test]
fn every_claim_gets_the_whole_time_to_contact() {
    let mut story = claimed();
    story.wait(50).act(Who::Worker, Command::Release { reason: Reason::CannotCome });
    assert_eq!(story.order.clocks.contact, None);
    story.wait(5).claim_by(Who::Candidate);
    assert_eq!(story.order.clocks.contact.unwrap().due_at(), Some(story.now + TimeDelta::hours(1)));
}

#[test]
fn an_appeal_is_reviewed_in_the_time_that_was_left() {
    let mut story = rejected();
    let due = story.order.clocks.accept.unwrap().due_at().unwrap();
    story.wait(5000).act(Who::Reporter, Command::Appeal);
    let clock = story.order.clocks.accept.unwrap();
    assert_eq!(clock.due_at(), Some(due + TimeDelta::minutes(5000)), "the resident's time is paused time");
    story.act(Who::OtherDispatcher, accept());
}

#[test]
fn an_order_past_its_limit_is_overdue_only_while_it_is_open() {
    let mut story = claimed();
    story.wait(7200);
    assert!(!story.order.is_overdue(story.now));
    story.wait(1);
    assert!(story.order.is_overdue(story.now));
    story.act(Who::Reporter, Command::Withdraw { reason: Reason::SolvedMyself });
    assert!(!story.order.is_overdue(story.now));
}
