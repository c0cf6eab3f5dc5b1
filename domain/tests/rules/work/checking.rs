//! The check, the rating, the revisit.

use crate::cast::scenes::{claimed, closed_by_silence, contact, pending_check, rated, resolve, resolved};
use crate::cast::{Who, pool_claimed_by};
use crate::invalid;
use chrono::TimeDelta;
use domain::order::rejection::{Invalid, Rejection};
use domain::order::{Command, Outcome, Reason, Status};

fn rate(score: u8) -> Command {
    Command::Rate { score, solved: true }
}

fn revisit() -> Command {
    Command::Revisit { satisfied: Some(true) }
}

#[test]
fn the_check_is_by_somebody_who_did_not_handle_it() {
    let mut story = pool_claimed_by(Who::Leader);
    story.act(Who::Leader, contact()).act(Who::Leader, resolve());
    let send_back = Command::SendBack { reason: Reason::PoorQuality };
    assert_eq!(story.refused(Who::Leader, Command::PassCheck), Rejection::OwnCase);
    assert_eq!(story.refused(Who::Leader, send_back), Rejection::OwnCase);
    story.act(Who::Dispatcher, Command::PassCheck);
    assert_eq!(story.order.case.outcome, Some(Outcome::Handled));
}

#[test]
fn nor_is_it_by_the_one_who_reported_it() {
    let mut story = pending_check();
    story.order.reporter = Some(Who::Dispatcher.account());
    assert_eq!(story.refused(Who::Dispatcher, Command::PassCheck), Rejection::OwnCase);
}

#[test]
fn sent_back_it_is_in_progress_with_the_same_lead() {
    let mut story = pending_check();
    story.act(Who::Leader, Command::SendBack { reason: Reason::EvidenceMissing });
    assert_eq!((story.order.status, story.order.lead()), (Status::InProgress, Some(Who::Worker.account())));
    story.act(Who::Worker, resolve());
}

#[test]
fn resolution_stops_the_clock_and_opens_the_window() {
    let story = resolved();
    let (order, now) = (&story.order, story.now);
    assert_eq!((order.resolved_at, order.clocks.resolve.unwrap().stopped_at), (Some(now), Some(now)));
    assert_eq!(order.case.silence_due_at, Some(now + TimeDelta::days(7)));
    assert_eq!(order.case.reopen_until, Some(now + TimeDelta::days(15)));
    let handlers = &order.case.handlers;
    assert!(handlers.contains(&Who::Worker.account()) && handlers.contains(&Who::CoHandler.account()));
}

#[test]
fn a_rating_closes_and_is_given_once() {
    assert_eq!(rated().order.status, Status::Closed);
    assert_eq!(rated().refused(Who::Reporter, rate(1)), Rejection::AlreadyRated);
    for score in [0, 6] {
        assert_eq!(resolved().refused(Who::Reporter, rate(score)), invalid("score", Invalid::OutOfRange));
    }
}

#[test]
fn silence_is_not_satisfaction() {
    let mut story = closed_by_silence();
    assert_eq!((story.order.status, story.order.case.rating), (Status::Closed, None));
    let mut late = story.clone();
    assert_eq!(late.wait(8 * 1440).refused(Who::Reporter, rate(5)), Rejection::WindowOver);
    story.act(Who::Reporter, rate(5));
}

#[test]
fn a_revisit_closes_a_resolved_order_and_is_recorded_once_on_a_closed_one() {
    let closed = resolved().act(Who::Leader, revisit()).clone();
    assert_eq!(closed.order.status, Status::Closed);
    assert_eq!(closed.refused(Who::Dispatcher, revisit()), Rejection::UsedUp);
    assert!(rated().attempt(Who::Dispatcher, &revisit()).is_ok());
    assert_eq!(resolved().refused(Who::Worker, revisit()), Rejection::Forbidden);
}

#[test]
fn whoever_handled_it_does_not_revisit() {
    let mut story = pool_claimed_by(Who::Leader);
    story.act(Who::Leader, contact()).act(Who::Leader, resolve()).act(Who::Dispatcher, Command::PassCheck);
    assert_eq!(story.refused(Who::Leader, revisit()), Rejection::OwnCase);
}

#[test]
fn supervision_changes_no_state() {
    let mut story = claimed();
    story.act(Who::Supervisor, Command::Supervise).act(Who::Reporter, Command::Urge);
    assert_eq!(
        (story.order.status, story.order.case.supervisions, story.order.case.urges),
        (Status::Claimed, 1, 1)
    );
    assert_eq!(story.refused(Who::Dispatcher, Command::Supervise), Rejection::Forbidden);
}
