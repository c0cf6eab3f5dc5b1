//! N slots: the order stays pooled while filled < slots.

use crate::cast::scenes::{accept, contact, dispatch, half_pooled, resolve};
use crate::cast::{Story, Who, rules};
use crate::invalid;
use domain::catalogue::ServiceRules;
use domain::order::rejection::{Invalid, Rejection};
use domain::order::{Command, Event, Reason, Recorded, Status, TimerKind};

fn three_slots() -> Story {
    let mut story = Story::begin(ServiceRules { slots: 3, ..rules() });
    story.act(Who::Dispatcher, accept()).act(Who::Dispatcher, dispatch()).clone()
}

fn full() -> Story {
    three_slots().claim_by(Who::Worker).claim_by(Who::Candidate).claim_by(Who::Leader).clone()
}

#[test]
fn the_order_stays_pooled_while_a_slot_is_free() {
    let mut story = three_slots();
    story.claim_by(Who::Worker).claim_by(Who::Candidate);
    assert_eq!((story.order.status, story.order.filled()), (Status::Pooled, 2));
    assert_eq!(story.order.clocks.contact, None);
    story.claim_by(Who::Leader);
    assert_eq!((story.order.status, story.order.filled()), (Status::Claimed, 3));
}

#[test]
fn the_same_person_never_holds_two_slots() {
    let mut story = half_pooled();
    assert_eq!(story.refused(Who::Worker, Command::Claim { attempt: 1 }).code(), "wrong_state");
    story.act(Who::Dispatcher, Command::Redispatch { scopes: Vec::new(), rings: Vec::new() });
    assert_eq!(story.refused(Who::Worker, Command::Claim { attempt: 2 }).code(), "wrong_state");
}

#[test]
fn the_lead_is_the_lowest_live_slot() {
    let mut story = full();
    assert_eq!(story.order.lead(), Some(Who::Worker.account()));
    story.act(Who::Worker, Command::Release { reason: Reason::CannotCome });
    assert_eq!(story.order.lead(), Some(Who::Candidate.account()));
    story.wait(30).claim_by(Who::Worker);
    assert_eq!(story.order.lead(), Some(Who::Worker.account()), "the lowest free slot is taken");
}

#[test]
fn releasing_one_slot_pools_it_again_attempt_plus_1_and_the_other_claims_live_on() {
    let mut story = full();
    story.act(Who::Candidate, Command::Release { reason: Reason::BeyondSkill });
    assert_eq!((story.order.status, story.order.attempt), (Status::Pooled, 2));
    let left: Vec<_> = story.order.claims.iter().map(|c| (c.slot, c.account, c.attempt)).collect();
    assert_eq!(left, [(1, Who::Worker.account(), 1), (3, Who::Leader.account(), 1)]);
    assert_eq!(story.order.clocks.contact, None);
}

#[test]
fn the_dispatcher_may_close_the_remainder() {
    let mut story = three_slots();
    assert_eq!(story.refused(Who::Dispatcher, Command::CloseRemainder).code(), "wrong_state");
    story.claim_by(Who::Candidate).act(Who::Dispatcher, Command::CloseRemainder);
    assert_eq!((story.order.status, story.order.slots), (Status::Claimed, 1));
    let clocks = story.order.clocks;
    assert!(clocks.claim.unwrap().stopped_at.is_some() && clocks.contact.is_some());
}

#[test]
fn dispatching_again_lets_the_claims_of_a_half_filled_pool_live_on() {
    let mut story = half_pooled();
    story.act(Who::Dispatcher, Command::Redispatch { scopes: Vec::new(), rings: Vec::new() });
    assert_eq!((story.order.filled(), story.order.slots, story.order.attempt), (1, 2, 2));
}

#[test]
fn a_half_filled_pool_is_not_directed_to_somebody() {
    let assign = Command::Assign { assignee: Who::Volunteer.person() };
    assert_eq!(half_pooled().refused(Who::Dispatcher, assign).code(), "wrong_state");
}

#[test]
fn recalling_closes_the_claims_of_a_half_filled_pool() {
    let mut story = half_pooled();
    story.act(Who::Dispatcher, Command::Recall { reason: Reason::MoreInformation });
    assert_eq!((story.order.status, story.order.filled()), (Status::Accepted, 0));
}

#[test]
fn only_the_lead_resolves() {
    let mut story = full();
    story.act(Who::Candidate, Command::Contact { occurred_at: None });
    let resolve = Command::Resolve { photos_before: 0, photos_after: 0, occurred_at: None };
    assert_eq!(story.refused(Who::Candidate, resolve.clone()), Rejection::Forbidden);
    story.act(Who::Worker, resolve);
}

#[test]
fn a_dispatch_has_1_to_50_slots() {
    let story = half_pooled().act(Who::Dispatcher, Command::Recall { reason: Reason::WrongDispatch }).clone();
    for (slots, good) in [(0, false), (1, true), (50, true), (51, false)] {
        let command = Command::Dispatch { scopes: Vec::new(), slots: Some(slots), rings: Vec::new() };
        match story.attempt(Who::Dispatcher, &command) {
            Ok(decision) => assert!(good && decision.changes.slots == slots),
            Err(refusal) => assert!(!good && refusal == invalid("slots", Invalid::OutOfRange)),
        }
    }
}

#[test]
fn who_won_a_slot_begins_while_the_others_are_to_be_had() {
    let mut story = three_slots();
    assert_eq!(story.refused(Who::Worker, contact()), Rejection::Forbidden);
    story.claim_by(Who::Worker).wait(5).act(Who::Worker, contact());
    let order = &story.order;
    assert_eq!((order.status, order.case.contacted_at), (Status::Pooled, Some(story.now)));
    assert_eq!(story.refused(Who::Worker, contact()).code(), "wrong_state", "once");
    story.act(Who::Worker, Command::Progress { visible_to_resident: true }).act(Who::Worker, Command::Survey);
    let survey = story.refused(Who::Dispatcher, Command::Survey);
    assert_eq!(survey.code(), "wrong_state", "who holds no slot has nothing to tell yet");
    story.claim_by(Who::Candidate).claim_by(Who::Leader);
    let order = &story.order;
    assert_eq!((order.status, order.timer(TimerKind::NoContact)), (Status::InProgress, None));
    story.wait(600).act(Who::Worker, resolve());
    let contacts = story.history.iter().filter(|r| matches!(r.event, Event::Contacted { .. })).count();
    assert_eq!((story.order.status, contacts), (Status::PendingCheck, 1));
}

#[test]
fn contact_before_the_last_slot_was_taken_ends_that_clock() {
    let ends: [fn(&mut Story); 2] = [
        |story| _ = story.claim_by(Who::Candidate),
        |story| _ = story.act(Who::Dispatcher, Command::CloseRemainder),
    ];
    for end in ends {
        let mut story = half_pooled();
        story.wait(5).act(Who::Worker, contact());
        let contacted = story.now;
        end(story.wait(5));
        let clock = story.order.clocks.contact.unwrap();
        assert_eq!((story.order.status, clock.stopped_at), (Status::InProgress, Some(contacted)));
        assert_eq!((clock.elapsed_ms(story.now), clock.total_paused_ms(story.now)), (0, 0));
        assert_eq!(story.refused(Who::Worker, contact()).code(), "wrong_state", "once is enough");
        story.act(Who::Worker, resolve());
        assert_eq!(story.order.status, Status::PendingCheck);
    }
}

#[test]
fn contact_lasts_as_long_as_whoever_made_it_holds_a_slot() {
    let release = || Command::Release { reason: Reason::CannotCome };
    let mut story = half_pooled();
    story.act(Who::Worker, contact()).claim_by(Who::Candidate).act(Who::Candidate, release());
    assert_eq!(
        (story.order.status, story.order.case.contacted_by),
        (Status::Pooled, Some(Who::Worker.account()))
    );
    story.claim_by(Who::Leader);
    assert_eq!(story.order.status, Status::InProgress);
    story.act(Who::Worker, release()).act(Who::Dispatcher, Command::CloseRemainder);
    let order = &story.order;
    assert_eq!(
        (order.status, order.case.contacted_at, order.case.contacted_by),
        (Status::Claimed, None, None)
    );
    assert!(order.timer(TimerKind::NoContact).is_some(), "who is left has to call");
}

#[test]
fn contact_told_by_an_earlier_version_counts_as_it_did() {
    let mut story = half_pooled();
    let event = serde_json::json!({"kind": "contacted", "occurred_at": story.now});
    let event = serde_json::from_value(event).unwrap();
    let recorded =
        Recorded { seq: story.order.version + 1, at: story.now, actor: Who::Worker.actor(), event };
    story.order.apply(&recorded);
    story.history.push(recorded);
    story.claim_by(Who::Candidate);
    let order = &story.order;
    assert_eq!((order.status, order.case.contacted_by), (Status::Claimed, None));
    assert!(order.clocks.contact.is_some_and(|clock| clock.stopped_at.is_none()));
}
