//! Disputes: inside the window, at most twice, ruled on by a supervisor who did not handle it.

use crate::cast::scenes::{disputed, rated, resolve, resolved, submitted};
use crate::cast::{Story, Who};
use crate::invalid;
use domain::order::rejection::Invalid;
use domain::order::{Command, Rejection, Status};
use domain::reason::Reason;

fn dispute() -> Command {
    Command::Dispute { reason: Reason::CameBack }
}

fn uphold() -> Command {
    Command::Uphold { reason: Reason::DoneProperly }
}

fn redone() -> Story {
    let mut story = disputed();
    story.act(Who::Supervisor, Command::RedoSame).act(Who::Worker, resolve());
    story.act(Who::Dispatcher, Command::PassCheck).clone()
}

#[test]
fn a_dispute_comes_inside_the_reopen_window() {
    let mut story = rated();
    story.wait(15 * 1440);
    assert!(story.attempt(Who::Reporter, &dispute()).is_ok());
    assert_eq!(story.wait(1).refused(Who::Reporter, dispute()), Rejection::WindowOver);
}

#[test]
fn at_most_twice() {
    let mut story = redone();
    story.act(Who::Reporter, dispute()).act(Who::Supervisor, uphold());
    assert_eq!(story.order.case.disputes, 2);
    assert_eq!(story.refused(Who::Reporter, dispute()), Rejection::UsedUp);
}

#[test]
fn the_resolve_clock_runs_on_in_a_dispute_without_the_residents_days() {
    let mut story = resolved();
    let due = story.order.clocks.resolve.unwrap().due_at().map(|at| at + chrono::TimeDelta::minutes(100));
    story.wait(100).act(Who::Reporter, dispute());
    let clock = story.order.clocks.resolve.unwrap();
    assert_eq!((clock.stopped_at, clock.due_at()), (None, due));
    story.act(Who::Supervisor, uphold());
    assert_eq!(story.order.clocks.resolve.unwrap().stopped_at, Some(story.now));
}

#[test]
fn the_same_handler_does_it_again_with_the_same_claim() {
    let mut story = disputed();
    story.act(Who::Supervisor, Command::RedoSame);
    let order = &story.order;
    assert_eq!((order.status, order.lead()), (Status::InProgress, Some(Who::Worker.account())));
    assert_eq!((order.case.redos, order.attempt, order.resolved_at), (1, 1, None));
}

#[test]
fn the_new_result_is_rated_and_revisited_anew() {
    let mut story = rated();
    let revisit = Command::Revisit { satisfied: None };
    story.act(Who::Leader, revisit.clone()).act(Who::Reporter, dispute());
    story.act(Who::Supervisor, Command::RedoSame).act(Who::Worker, resolve());
    story.act(Who::Dispatcher, Command::PassCheck);
    assert_eq!((story.order.case.rating, story.order.case.revisit), (None, None));
    story.act(Who::Reporter, Command::Rate { score: 1, solved: false }).act(Who::Leader, revisit);
}

#[test]
fn another_does_it_again() {
    let mut story = disputed();
    let same = story.refused(Who::Supervisor, Command::RedoOther { assignee: Who::Worker.person() });
    assert_eq!(same, invalid("assignee", Invalid::Unchanged));
    let own = story.refused(Who::Supervisor, Command::RedoOther { assignee: Who::Reporter.person() });
    assert_eq!(own, invalid("assignee", Invalid::OutOfScope));
    story.act(Who::Supervisor, Command::RedoOther { assignee: Who::Candidate.person() });
    let order = &story.order;
    assert_eq!((order.status, order.filled(), order.case.redos), (Status::Assigned, 0, 1));
    assert!(order.has_handled(Who::Worker.account()), "the first handler may not check the second");
    story.acknowledge_by(Who::Candidate);
}

#[test]
fn an_answer_has_no_same_handler_to_redo_it() {
    let mut story = submitted();
    story.act(Who::Dispatcher, Command::AnswerDirectly).act(Who::Reporter, dispute());
    assert_eq!(story.refused(Who::Supervisor, Command::RedoSame).code(), "wrong_state");
    assert!(story.order.clocks.resolve.is_some(), "the limit to resolve begins with the dispute");
    story.act(Who::Supervisor, Command::RedoOther { assignee: Who::Worker.person() });
}

#[test]
fn the_supervisor_is_not_the_handler_nor_the_reporter() {
    for mut story in [disputed(), disputed()] {
        story.order.case.handlers.push(Who::Supervisor.account());
        assert_eq!(story.refused(Who::Supervisor, uphold()), Rejection::OwnCase);
    }
    let mut story = disputed();
    story.order.beneficiary = Some(Who::Supervisor.account());
    assert_eq!(story.refused(Who::Supervisor, Command::RedoSame), Rejection::OwnCase);
    assert_eq!(disputed().refused(Who::Dispatcher, uphold()), Rejection::Forbidden);
}

#[test]
fn a_disputed_order_is_not_withdrawn() {
    let withdraw = Command::Withdraw { reason: Reason::NoLongerNeeded };
    assert_eq!(disputed().refused(Who::Reporter, withdraw).code(), "wrong_state");
}
