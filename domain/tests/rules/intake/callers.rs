//! Callers without an account: staff who did not handle it do for them what a reporter does, and read how to reach them.

use crate::cast::scenes::{
    accept, all, by_phone, contact, dispatch, in_progress, need_info, rejected, resolved, submitted,
};
use crate::cast::{EVERYBODY, Story, Who};
use domain::catalogue::Anonymity;
use domain::order::rejection::Rejection;
use domain::order::{Command, Event, Reason, Status};

/// Who speaks for a caller whose order none of them handled.
const SPEAK: [Who; 4] = [Who::Dispatcher, Who::OtherDispatcher, Who::Leader, Who::Supervisor];

/// Every command of the reporter, with a story in which it is theirs to issue, and where it leads.
fn theirs() -> Vec<(Command, Story, Status)> {
    let rate = Command::Rate { score: 5, solved: true };
    let withdraw = Command::Withdraw { reason: Reason::NoLongerNeeded };
    vec![
        (Command::SupplyInfo, need_info(), Status::Submitted),
        (Command::Supplement, submitted(), Status::Submitted),
        (withdraw.clone(), need_info(), Status::Withdrawn),
        (withdraw, in_progress(), Status::Withdrawn),
        (Command::Urge, submitted(), Status::Submitted),
        (rate, resolved(), Status::Closed),
        (Command::Dispute { reason: Reason::NotDone }, resolved(), Status::Disputed),
    ]
}

#[test]
fn staff_issue_every_command_of_the_reporter_for_a_caller_and_of_nobody_else() {
    for (command, story, status) in theirs() {
        assert!(story.attempt(Who::Reporter, &command).is_ok(), "{command:?}");
        let story = by_phone(story);
        for who in EVERYBODY {
            let verdict = story.attempt(who, &command);
            let speaks = SPEAK.contains(&who);
            assert_eq!(verdict.is_ok(), speaks, "{who:?} {command:?}: {verdict:?}");
            let facts = story.facts(who);
            let listed = domain::order::actions::allowed(&story.order, who.actor(), &facts, story.now);
            assert_eq!(listed.contains(&command.kind()), speaks, "{who:?} {command:?}");
            if let Ok(decision) = verdict {
                assert_eq!(decision.changes.status, status, "{command:?}");
                assert!(decision.changes.is_on_behalf(&decision.events[0]), "{command:?}");
            }
        }
        let mut nameless = story.clone();
        nameless.order.anonymity = Anonymity::Anonymous;
        assert_eq!(nameless.attempt(Who::Leader, &command).unwrap_err(), Rejection::Forbidden);
    }
}

#[test]
fn with_an_account_only_they_themselves() {
    for (command, story, _) in theirs() {
        assert_eq!(story.refused(Who::Leader, command.clone()), Rejection::Forbidden, "{command:?}");
        let decision = story.attempt(Who::Reporter, &command).unwrap();
        assert!(!decision.changes.is_on_behalf(&decision.events[0]), "{command:?}");
    }
}

#[test]
fn whoever_handles_it_does_not_speak_for_them() {
    for (command, story, _) in theirs() {
        let mut story = by_phone(story);
        story.order.case.handlers.push(Who::Leader.account());
        assert_eq!(story.refused(Who::Leader, command), Rejection::OwnCase);
    }
}

#[test]
fn an_appeal_is_passed_on_by_somebody_else_than_who_rejected_it() {
    let mut story = by_phone(rejected());
    assert_eq!(story.refused(Who::Dispatcher, Command::Appeal), Rejection::OwnCase);
    assert_eq!(story.refused(Who::Worker, Command::Appeal), Rejection::Forbidden);
    story.order.reporter = Some(Who::Dispatcher.account());
    assert!(story.attempt(Who::Dispatcher, &Command::Appeal).is_ok(), "their own");
    story.order.reporter = None;
    story.act(Who::OtherDispatcher, Command::Appeal);
    assert_eq!(story.refused(Who::Dispatcher, accept()), Rejection::OwnCase, "somebody else reviews it");
    story.act(Who::OtherDispatcher, accept());
}

#[test]
fn what_staff_do_by_themselves_is_on_nobodys_behalf() {
    let mut story = by_phone(submitted());
    story.act(Who::Dispatcher, accept()).act(Who::Dispatcher, dispatch()).claim_by(Who::Worker);
    story.act(Who::Worker, contact());
    assert!(!story.history.iter().any(|recorded| story.order.is_on_behalf(recorded)));
    let mut story = by_phone(resolved());
    story.act(Who::Leader, Command::Revisit { satisfied: Some(false) });
    let said = story.history.last().unwrap();
    assert!(matches!(said.event, Event::Disputed { revisited: true, .. }) && !story.order.is_on_behalf(said));
}

#[test]
fn the_telephone_is_read_while_something_is_to_be_asked_or_told() {
    let read =
        |story: &Story, who: Who| story.order.is_called_back_by(who.account(), &story.facts(who), story.now);
    for (name, story) in all() {
        assert!(!EVERYBODY.iter().any(|who| read(&story, *who)), "{name}: the reporter has an account");
        let mut story = by_phone(story);
        let waits =
            [Status::Submitted, Status::NeedInfo, Status::Rejected, Status::Resolved, Status::Disputed];
        let waits = waits.contains(&story.order.status) || story.order.status == Status::Closed;
        assert_eq!(read(&story, Who::Leader), waits, "{name}");
        for who in [Who::Worker, Who::Candidate, Who::Auditor, Who::Volunteer, Who::DispatcherElsewhere] {
            assert!(!read(&story, who), "{name}: {who:?}");
        }
        story.order.anonymity = Anonymity::Anonymous;
        assert!(!read(&story, Who::Leader), "{name}");
    }
    let mut closed = by_phone(resolved());
    closed.act(Who::Leader, Command::Rate { score: 5, solved: true });
    closed.now = closed.order.case.reopen_until.unwrap();
    assert!(read(&closed, Who::Leader));
    closed.wait(1);
    assert!(!read(&closed, Who::Leader), "nothing more can be said");
}
