//! Handling: contact, progress, report up, co-handlers, feeding back.

use crate::cast::scenes::{claimed, contact, in_progress, pending_check, reported_in, resolve, whistled};
use crate::cast::{COMMUNITY, GRID, HELPERS, TEAM, TOWN, UNIT, Who};
use crate::invalid;
use chrono::TimeDelta;
use domain::order::rejection::{Invalid, Rejection};
use domain::order::{CoHandling, Command, Event, Reason, Status};
use domain::organisation::Assignee;

#[test]
fn a_contact_happens_between_the_claim_and_now() {
    let mut story = claimed();
    story.wait(10);
    let at = |minutes| Command::Contact { occurred_at: Some(story.now - TimeDelta::minutes(minutes)) };
    let impossible = invalid("occurredAt", Invalid::ImpossibleTime);
    assert_eq!(story.refused(Who::Worker, at(11)), impossible);
    assert_eq!(story.refused(Who::Worker, at(-1)), impossible);
    let contacted = story.clone().act(Who::Worker, at(10)).order.clone();
    assert_eq!(contacted.case.contacted_at, Some(story.now - TimeDelta::minutes(10)));
    assert_eq!(contacted.clocks.contact.unwrap().stopped_at, Some(story.now));
}

#[test]
fn only_claimants_make_contact() {
    assert_eq!(claimed().refused(Who::Dispatcher, contact()), Rejection::Forbidden);
    assert_eq!(claimed().refused(Who::Candidate, contact()), Rejection::Forbidden);
}

#[test]
fn progress_changes_no_state() {
    let progress = Command::Progress { visible_to_resident: false };
    for (who, mut story) in
        [(Who::Worker, claimed()), (Who::CoHandler, reported_in()), (Who::Dispatcher, pending_check())]
    {
        let before = story.order.clone();
        story.act(who, progress.clone());
        assert_eq!((story.order.status, &story.order.case), (before.status, &before.case));
    }
    assert_eq!(whistled().refused(Who::CoHandler, progress), Rejection::Forbidden);
}

#[test]
fn a_survey_comes_before_the_result() {
    let mut story = in_progress();
    story.act(Who::Worker, Command::Survey);
    assert_eq!(story.order.case.surveys, 1);
    assert_eq!(pending_check().refused(Who::Worker, Command::Survey).code(), "wrong_state");
}

#[test]
fn reporting_up_goes_to_the_parent_with_each_hop_timestamped() {
    let up = Command::ReportUp { reason: Reason::NeedsHigherLevel };
    let mut story = in_progress();
    story.wait(5).act(Who::Worker, up.clone());
    let order = &story.order;
    assert_eq!((order.status, order.inbox, order.area), (Status::Accepted, COMMUNITY, GRID));
    assert_eq!((order.attempt, order.filled()), (2, 0));
    let hop = order.case.hops[0];
    assert_eq!((hop.by, hop.from, hop.to, hop.at), (Who::Worker.account(), GRID, COMMUNITY, story.now));
    let mut story = claimed();
    story.order.inbox = TOWN;
    assert_eq!(story.refused(Who::Worker, up), Rejection::NoParentArea);
}

#[test]
fn a_co_handler_is_whistled_once_at_a_time() {
    let whistle = |who| Command::Whistle { who };
    let mut story = whistled();
    let again = story.refused(Who::Worker, whistle(Assignee::Unit(HELPERS)));
    assert_eq!(again, Rejection::CoHandlerState);
    story.act(Who::Dispatcher, whistle(Assignee::Unit(UNIT))).act(Who::Worker, whistle(Assignee::Team(TEAM)));
    story.act(Who::Worker, Command::WaiveCoHandler { who: Assignee::Unit(HELPERS) });
    story.act(Who::Worker, whistle(Assignee::Unit(HELPERS)));
    assert_eq!(story.order.case.co_handlers.len(), 4);
    let lead = story.refused(Who::Dispatcher, whistle(Who::Worker.person()));
    assert_eq!(lead, invalid("who.id", Invalid::Unchanged));
    let own = story.refused(Who::Dispatcher, whistle(Who::Reporter.person()));
    assert_eq!(own, invalid("who.id", Invalid::OwnCase));
}

#[test]
fn whoever_was_whistled_reports_in_and_nobody_else() {
    let mut story = whistled();
    assert_eq!(story.refused(Who::UnitHandler, Command::ReportIn), Rejection::Forbidden);
    story.wait(7).act(Who::CoHandler, Command::ReportIn);
    let co = story.order.case.co_handlers[0];
    assert_eq!(
        (co.state, co.reported_by, co.at),
        (CoHandling::ReportedIn, Some(Who::CoHandler.account()), story.now)
    );
    assert_eq!(story.refused(Who::CoHandler, Command::ReportIn), Rejection::CoHandlerState);
}

#[test]
fn nobody_helps_with_their_own_case() {
    let mut story = whistled();
    story.order.reporter = Some(Who::CoHandler.account());
    assert_eq!(story.refused(Who::CoHandler, Command::ReportIn), Rejection::OwnCase);
}

#[test]
fn all_co_handlers_are_done_or_waived_before_the_result() {
    assert_eq!(whistled().refused(Who::Worker, resolve()), Rejection::CoHandlerOpen);
    assert_eq!(reported_in().refused(Who::Worker, resolve()), Rejection::CoHandlerOpen);
    let waive = Command::WaiveCoHandler { who: Assignee::Unit(HELPERS) };
    assert!(whistled().act(Who::Worker, waive).attempt(Who::Worker, &resolve()).is_ok());
    assert!(
        reported_in().act(Who::CoHandler, Command::FinishCoHandling).attempt(Who::Worker, &resolve()).is_ok()
    );
}

#[test]
fn a_co_handler_who_is_not_there_is_neither_waived_nor_finished() {
    let waive = Command::WaiveCoHandler { who: Assignee::Unit(UNIT) };
    assert_eq!(whistled().refused(Who::Worker, waive), Rejection::CoHandlerState);
    assert_eq!(whistled().refused(Who::CoHandler, Command::FinishCoHandling), Rejection::CoHandlerState);
}

#[test]
fn the_result_shows_the_photos_the_item_demands() {
    let mut story = in_progress();
    (story.rules.photo_before, story.rules.photo_after) = (true, true);
    let with =
        |photos_before, photos_after| Command::Resolve { photos_before, photos_after, occurred_at: None };
    let missing = |field| invalid(field, Invalid::PhotoRequired);
    assert_eq!(story.refused(Who::Worker, with(0, 1)), missing("beforeFileIds"));
    assert_eq!(story.refused(Who::Worker, with(1, 0)), missing("afterFileIds"));
    assert_eq!(story.act(Who::Worker, with(1, 1)).order.status, Status::PendingCheck);
}

#[test]
fn where_the_item_needs_no_check_the_lead_resolves_at_once() {
    let mut story = in_progress();
    story.rules.check_required = false;
    assert_eq!(story.act(Who::Worker, resolve()).order.status, Status::Resolved);
}

#[test]
fn the_worker_is_not_punished_for_a_withdrawal() {
    let mut story = in_progress();
    story.act(Who::Reporter, Command::Withdraw { reason: Reason::SolvedMyself });
    assert!(story.order.claims.is_empty() && story.order.case.cool_downs.is_empty());
    assert!(story.order.clocks.resolve.unwrap().stopped_at.is_some());
}

#[test]
fn whoever_feeds_back_from_claimed_made_contact() {
    let mut story = claimed();
    story.wait(30).act(Who::Worker, resolve());
    let order = &story.order;
    assert_eq!((order.status, order.case.contacted_at), (Status::PendingCheck, Some(story.now)));
    let kinds: Vec<_> = story.history.iter().rev().take(2).map(|r| &r.event).collect();
    assert!(matches!(kinds[..], [Event::FedBack { .. }, Event::Contacted { .. }]), "{kinds:?}");
    assert_eq!(claimed().refused(Who::Candidate, resolve()), Rejection::Forbidden);
    let decision = claimed().attempt(Who::Worker, &resolve()).unwrap();
    assert_eq!(decision.speaking(), decision.events.last(), "the words are the result's");
}
