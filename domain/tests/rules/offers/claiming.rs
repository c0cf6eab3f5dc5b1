//! The claim: exactly one wins, and everybody gets the answer that is theirs.

use crate::cast::scenes::{assigned_to_unit, claimed, pooled, suspended, withdrawn};
use crate::cast::{Story, TEAM, Who};
use domain::order::rejection::Rejection;
use domain::order::{Command, Reason, Status, claim_standing};
use domain::organisation::Scope;

fn claim(attempt: i32) -> Command {
    Command::Claim { attempt }
}

#[test]
fn exactly_one_wins_and_the_others_are_told_by_whom() {
    let story = claimed();
    let (by, at) = (Who::Worker.account(), story.now);
    assert_eq!(story.refused(Who::Candidate, claim(1)), Rejection::Lost { by, at });
}

#[test]
fn a_stranger_learns_no_winner() {
    assert_eq!(claimed().refused(Who::Stranger, claim(1)), Rejection::NotEligible);
    assert_eq!(pooled().refused(Who::Stranger, claim(1)), Rejection::NotEligible);
}

#[test]
fn the_loss_is_told_as_long_as_the_winner_holds_it() {
    let mut story = claimed();
    story.wait(5).act(Who::Worker, Command::Contact { occurred_at: None });
    assert_eq!(story.refused(Who::Candidate, claim(1)).code(), "lost");
    assert_eq!(withdrawn().refused(Who::Candidate, claim(1)), Rejection::Gone);
}

#[test]
fn the_same_attempt_and_person_always_get_the_same_answer() {
    let story = claimed();
    let standing = claim_standing(&story.order, Who::Worker.account(), 1).unwrap();
    assert_eq!((standing.slot, standing.attempt), (1, 1));
    assert_eq!(claim_standing(&story.order, Who::Worker.account(), 2), None);
    assert_eq!(claim_standing(&story.order, Who::Candidate.account(), 1), None);
    // The shell answers "won" from the standing claim; `decide` never grants a second one.
    let refusal = story.refused(Who::Worker, claim(1));
    assert_eq!(refusal, Rejection::WrongState { status: Status::Claimed });
}

#[test]
fn an_old_attempt_is_gone() {
    let mut story = pooled();
    story.act(Who::Dispatcher, Command::Redispatch { scopes: Vec::new(), rings: Vec::new() });
    assert_eq!(story.refused(Who::Worker, claim(1)), Rejection::Gone);
    story.claim_by(Who::Worker);
}

#[test]
fn a_recalled_offer_and_the_attempt_before_a_suspension_are_gone() {
    let mut story = pooled();
    story.act(Who::Dispatcher, Command::Recall { reason: Reason::WrongDispatch });
    assert_eq!(story.refused(Who::Worker, claim(1)), Rejection::Gone);
    let story = suspended(pooled());
    assert_eq!(story.refused(Who::Worker, claim(1)), Rejection::Gone);
    // the attempt it stands in is not over: it can be claimed when the suspension ends
    assert_eq!(story.refused(Who::Worker, claim(story.order.attempt)).code(), "suspended");
    assert_eq!(story.refused(Who::Stranger, claim(story.order.attempt)), Rejection::NotEligible);
}

#[test]
fn widening_raises_the_ring_only_so_an_earlier_candidates_claim_stays_valid() {
    let mut story = pooled();
    story.act(Who::System, Command::Widen { scopes: vec![Scope::Team(TEAM)] });
    assert_eq!((story.order.attempt, story.order.ring), (1, 1));
    assert!(story.attempt(Who::Volunteer, &claim(1)).is_ok());
    assert!(story.attempt(Who::Worker, &claim(1)).is_ok());
}

#[test]
fn nobody_claims_their_own_case() {
    let mut story = pooled();
    story.act(Who::Dispatcher, Command::Widen { scopes: vec![Scope::Team(TEAM)] });
    story.order.reporter = Some(Who::Candidate.account());
    assert!(story.facts(Who::Candidate).candidate);
    assert_eq!(story.refused(Who::Candidate, claim(1)), Rejection::NotEligible);
    story.order.beneficiary = Some(Who::Volunteer.account());
    assert_eq!(story.refused(Who::Volunteer, claim(1)), Rejection::NotEligible);
}

#[test]
fn a_worker_who_released_cools_down() {
    let mut story = claimed();
    story.act(Who::Worker, Command::Release { reason: Reason::CannotCome });
    let attempt = story.order.attempt;
    let refusal = story.refused(Who::Worker, claim(attempt));
    assert!(
        matches!(refusal, Rejection::CoolingDown { until } if until == story.now + chrono::TimeDelta::minutes(30))
    );
    assert!(story.attempt(Who::Candidate, &claim(attempt)).is_ok());
    story.wait(30);
    assert!(story.attempt(Who::Worker, &claim(attempt)).is_ok());
}

#[test]
fn for_a_unit_the_first_member_acknowledges() {
    let mut story = assigned_to_unit();
    let attempt = story.order.attempt;
    assert_eq!(story.refused(Who::Worker, Command::Acknowledge { attempt }), Rejection::NotEligible);
    story.acknowledge_by(Who::UnitHandler);
    assert_eq!((story.order.status, story.order.lead()), (Status::Claimed, Some(Who::UnitHandler.account())));
}

#[test]
fn the_second_member_is_told_who_was_first() {
    let mut story = assigned_to_unit();
    let attempt = story.order.attempt;
    let colleague = story.facts(Who::UnitHandler);
    story.acknowledge_by(Who::UnitHandler);
    let second = domain::order::decide(
        &story.order,
        &Command::Acknowledge { attempt },
        Who::Stranger.actor(),
        &colleague,
        story.now,
    );
    assert!(matches!(second, Err(Rejection::Lost { by, .. }) if by == Who::UnitHandler.account()));
}

#[test]
fn a_suspended_assignment_is_not_acknowledged() {
    let story = suspended(assigned_to_unit());
    let attempt = story.order.attempt;
    assert_eq!(story.refused(Who::UnitHandler, Command::Acknowledge { attempt }).code(), "suspended");
}

/// One SQL statement writes a claim, so the event may change nothing else.
#[test]
fn a_claim_changes_status_claims_version_time_and_two_clocks() {
    let check = |before: &Story, after: &Story| {
        let mut same = after.order.clone();
        same.status = before.order.status;
        same.claims = before.order.claims.clone();
        (same.version, same.updated_at) = (before.order.version, before.order.updated_at);
        same.clocks.claim = before.order.clocks.claim;
        same.clocks.contact = before.order.clocks.contact;
        assert_eq!(same, before.order);
        let clocks = after.order.clocks;
        assert_eq!(clocks.claim.unwrap().stopped_at, Some(after.now));
        assert_eq!(clocks.contact.unwrap().due_at(), Some(after.now + chrono::TimeDelta::hours(1)));
    };
    let mut before = pooled();
    before.wait(3);
    check(&before, before.clone().claim_by(Who::Worker));
    let mut before = assigned_to_unit();
    before.wait(3);
    check(&before, before.clone().acknowledge_by(Who::UnitHandler));
}
