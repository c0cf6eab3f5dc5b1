//! Disputes: inside the window, at most twice, ruled on by a supervisor who did not handle it.

use crate::cast::scenes::{
    by_phone, closed_by_silence, disputed, in_progress, rated, resolve, resolved, submitted,
};
use crate::cast::{Story, Who, rules};
use crate::invalid;
use chrono::TimeDelta;
use domain::catalogue::{Anonymity, ServiceRules};
use domain::order::rejection::{Invalid, Rejection};
use domain::order::{Command, Event, Reason, Recorded, Status};

fn dispute() -> Command {
    Command::Dispute { reason: Reason::CameBack }
}

fn uphold() -> Command {
    Command::Uphold { reason: Reason::DoneProperly }
}

/// The same, taken by telephone from somebody without an account.
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
    let revisit = Command::Revisit { satisfied: Some(true) };
    story.act(Who::Leader, revisit.clone()).act(Who::Reporter, dispute());
    story.act(Who::Supervisor, Command::RedoSame).act(Who::Worker, resolve());
    story.act(Who::Dispatcher, Command::PassCheck);
    assert_eq!((story.order.case.rating, story.order.case.revisit), (None, None));
    story.act(Who::Reporter, Command::Rate { score: 1, solved: true }).act(Who::Leader, revisit);
}

#[test]
fn another_does_it_again() {
    let mut story = disputed();
    let same = story.refused(Who::Supervisor, Command::RedoOther { assignee: Who::Worker.person() });
    assert_eq!(same, invalid("assignee.id", Invalid::Unchanged));
    let own = story.refused(Who::Supervisor, Command::RedoOther { assignee: Who::Reporter.person() });
    assert_eq!(own, invalid("assignee.id", Invalid::OwnCase));
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

#[test]
fn a_redo_starts_fresh_clocks_and_the_time_before_stays_visible() {
    let mut story = in_progress();
    story.wait(7_100).act(Who::Worker, resolve()).act(Who::Dispatcher, Command::PassCheck);
    story.wait(60).act(Who::Reporter, dispute()).wait(300);
    assert!(story.order.is_overdue(story.now), "the supervisor took their time");
    story.act(Who::Supervisor, Command::RedoOther { assignee: Who::Candidate.person() });
    let order = &story.order;
    assert!(!order.is_overdue(story.now), "whoever does it now is not late on arrival");
    let (claim, resolve) = (order.clocks.claim.unwrap(), order.clocks.resolve.unwrap());
    assert_eq!((claim.started_at, claim.elapsed_ms(story.now)), (story.now, 0));
    assert_eq!(resolve.due_at(), Some(story.now + TimeDelta::minutes(7_200)));
    let [round] = order.case.rounds[..] else { panic!("{:?}", order.case.rounds) };
    let before = round.resolve.unwrap();
    assert_eq!((round.until, before.stopped_at), (story.now, Some(story.now)));
    assert_eq!(before.elapsed_ms(story.now), 7_400 * 60_000, "without the resident's hour");
    assert!(before.limit_ms.unwrap() < before.elapsed_ms(story.now), "that was late, and stays so");
    assert!(round.claim.is_some());
}

#[test]
fn the_same_handler_gets_the_whole_limit_again() {
    let mut story = disputed();
    story.wait(9_000).act(Who::Supervisor, Command::RedoSame);
    assert!(!story.order.is_overdue(story.now));
    assert_eq!(story.order.clocks.resolve.unwrap().elapsed_ms(story.now), 0);
    assert_eq!((story.order.clocks.claim, story.order.case.rounds.len()), (None, 1));
}

#[test]
fn a_redo_ordered_by_an_earlier_version_let_the_clocks_run_on() {
    let mut story = disputed();
    let resolve = story.order.clocks.resolve;
    let event = serde_json::json!({"kind": "redo_ordered", "assignee": null, "attempt": 1, "acknowledge_due_at": null});
    let event = serde_json::from_value(event).unwrap();
    let actor = Who::Supervisor.actor();
    story.order.apply(&Recorded { seq: story.order.version + 1, at: story.now, actor, event });
    assert_eq!((story.order.clocks.resolve, story.order.case.rounds.len()), (resolve, 0));
}

#[test]
fn for_a_caller_without_an_account_staff_who_did_not_handle_it_rate_and_dispute() {
    let rate = Command::Rate { score: 2, solved: false };
    let refusal = resolved().refused(Who::Dispatcher, rate.clone());
    assert_eq!(refusal, Rejection::Forbidden, "the reporter has an account");
    let mut story = by_phone(resolved());
    for who in [Who::Worker, Who::Stranger, Who::DispatcherElsewhere, Who::Volunteer, Who::System] {
        assert_eq!(story.refused(who, rate.clone()), Rejection::Forbidden, "{who:?}");
        assert_eq!(story.refused(who, dispute()), Rejection::Forbidden, "{who:?}");
    }
    let mut handled = story.clone();
    handled.order.case.handlers.push(Who::Leader.account());
    assert_eq!(handled.refused(Who::Leader, rate.clone()), Rejection::OwnCase);
    let mut rated = story.clone();
    rated.act(Who::Dispatcher, rate);
    let rating = rated.order.case.rating.unwrap();
    assert_eq!((rating.solved, rating.for_them), (false, Some(Who::Dispatcher.account())));
    assert_eq!(
        rated.order.status,
        Status::Disputed,
        "nobody who says that it is not solved is closed silently"
    );
    story.act(Who::OtherDispatcher, dispute());
    assert_eq!(story.order.status, Status::Disputed);
    let mut nameless = resolved();
    (nameless.order.reporter, nameless.order.anonymity) = (None, Anonymity::Anonymous);
    assert_eq!(nameless.refused(Who::Dispatcher, dispute()), Rejection::Forbidden);
}

#[test]
fn the_residents_own_rating_is_told_apart() {
    assert_eq!(rated().order.case.rating.unwrap().for_them, None);
}

fn unsolved() -> Command {
    Command::Rate { score: 1, solved: false }
}

#[test]
fn a_rating_that_says_not_solved_disputes_it_in_the_same_step() {
    for (who, mut story) in [(Who::Reporter, resolved()), (Who::Leader, by_phone(resolved()))] {
        let decision = story.attempt(who, &unsolved()).unwrap();
        let events: Vec<Event> = decision.events.iter().map(|recorded| recorded.event.clone()).collect();
        let disputed = Event::Disputed { reason: Reason::NotDone, revisited: false };
        assert_eq!(events, [Event::Rated { score: 1, solved: false }, disputed]);
        assert!(
            matches!(decision.speaking().unwrap().event, Event::Rated { .. }),
            "its words are the rating's"
        );
        story.act(who, unsolved());
        assert_eq!((story.order.status, story.order.case.disputes), (Status::Disputed, 1), "{who:?}");
        assert_eq!(story.order.case.rating.unwrap().for_them.is_some(), who == Who::Leader);
        assert_eq!(
            story.refused(who, unsolved()),
            Rejection::AlreadyRated,
            "it was rated, and nothing new came"
        );
        story.act(Who::Supervisor, Command::RedoSame);
        assert_eq!(story.order.status, Status::InProgress);
    }
    let mut solved = resolved();
    solved.act(Who::Reporter, Command::Rate { score: 1, solved: true });
    assert_eq!(solved.order.status, Status::Closed, "a poor score alone is no dispute");
}

#[test]
fn whoever_rates_after_silence_closed_it_reopens_it_while_the_window_is_open() {
    let mut story = closed_by_silence();
    story.act(Who::Reporter, unsolved());
    assert_eq!(story.order.status, Status::Disputed);
}

#[test]
fn not_solved_without_a_dispute_left_is_closed_and_stays_marked() {
    let mut story = redone();
    story.act(Who::Reporter, unsolved()).act(Who::Supervisor, Command::RedoSame).act(Who::Worker, resolve());
    story.act(Who::Dispatcher, Command::PassCheck);
    assert_eq!(story.order.case.disputes, 2);
    story.act(Who::Reporter, unsolved());
    assert_eq!(story.order.status, Status::Closed);
    assert!(story.order.ended_unsolved() && !rated().order.ended_unsolved());
    assert_eq!(story.refused(Who::Reporter, dispute()), Rejection::UsedUp);
    let mut late = Story::begin(ServiceRules { reopen_days: 1, ..rules() });
    late.act(Who::Dispatcher, Command::AnswerDirectly).wait(2 * 1440).act(Who::Reporter, unsolved());
    assert!(late.order.ended_unsolved(), "the window is over");
}

#[test]
fn an_unsatisfied_revisit_reopens() {
    for (satisfied, status) in [(Some(true), Status::Closed), (Some(false), Status::Disputed)] {
        for mut story in [resolved(), by_phone(resolved()), rated()] {
            story.act(Who::Leader, Command::Revisit { satisfied });
            assert_eq!(story.order.status, status, "{satisfied:?}");
            assert_eq!(story.order.case.revisit.unwrap().satisfied, satisfied);
        }
    }
    let mut story = resolved();
    story.act(Who::Leader, Command::Revisit { satisfied: Some(false) });
    assert_eq!(story.order.case.disputes, 0, "the resident's own two are left");
    story.act(Who::Supervisor, Command::RedoSame);
    assert_eq!(story.order.status, Status::InProgress);
}

#[test]
fn a_call_that_nobody_answered_is_no_revisit() {
    for story in [resolved(), by_phone(resolved()), rated()] {
        let nobody = story.refused(Who::Leader, Command::Revisit { satisfied: None });
        assert_eq!(nobody, invalid("satisfied", Invalid::Required), "in {}", story.order.status);
    }
    let mut earlier = resolved();
    let event = serde_json::from_value(serde_json::json!({"kind": "revisited", "satisfied": null})).unwrap();
    let (seq, at, actor) = (earlier.order.version + 1, earlier.now, Who::Leader.actor());
    earlier.order.apply(&Recorded { seq, at, actor, event });
    assert_eq!(earlier.order.status, Status::Closed, "by an earlier version");
}
