//! Review: accept, ask, reject, appeal, answer, self-resolve, forward, reclassify.

use crate::cast::scenes::{
    accept, accepted, appealed, claimed, need_info, rejected, rejected_again, submitted,
};
use crate::cast::{COMMUNITY, GRID, NEXT_GRID, OTHER_ITEM, Story, TOWN, Who, minutes, rules};
use crate::invalid;
use domain::ServiceItemId;
use domain::catalogue::{Priority, ServiceRules};
use domain::order::rejection::{Invalid, Rejection};
use domain::order::{Command, Outcome, Reason, Status};
use domain::people::Actor;

/// The dispatcher reports something himself.
fn dispatchers_own(mut story: Story) -> Story {
    story.order.reporter = Some(Who::Dispatcher.account());
    story
}

#[test]
fn accepting_sets_item_area_priority_and_deadlines() {
    let mut story = submitted();
    story.new_rules.limits.resolve = minutes(99);
    story.new_rules.slots = 4;
    let (service_item, area, priority) = (Some(OTHER_ITEM), Some(NEXT_GRID), Some(Priority::Urgent));
    story.act(Who::Dispatcher, Command::Accept { service_item, area, priority });
    let order = &story.order;
    assert_eq!((order.service_item, order.area, order.inbox), (OTHER_ITEM, NEXT_GRID, NEXT_GRID));
    assert_eq!((order.priority, order.slots), (Priority::Urgent, 4));
    assert_eq!(order.clocks.resolve.unwrap().due_at(), Some(story.now + chrono::TimeDelta::minutes(99)));
    assert_eq!(order.clocks.accept.unwrap().stopped_at, Some(story.now));
}

#[test]
fn accepting_offers_at_once_where_the_item_says_so() {
    let mut story = Story::begin(ServiceRules { auto_dispatch: true, ..rules() });
    story.act(Who::Dispatcher, accept());
    assert_eq!((story.order.status, story.order.attempt), (Status::Pooled, 1));
    assert_eq!(story.history.last().unwrap().actor, Actor::System);
}

#[test]
fn the_rule_does_not_accept_what_needs_review() {
    assert_eq!(submitted().refused(Who::System, accept()), Rejection::Forbidden);
    let mut story = submitted();
    story.rules.review_required = false;
    story.act(Who::System, accept());
}

#[test]
fn the_administrator_does_not_dispatch() {
    assert_eq!(submitted().refused(Who::Admin, accept()), Rejection::Forbidden);
}

#[test]
fn nobody_rules_on_their_own_case() {
    let story = dispatchers_own(submitted());
    let reject = Command::Reject { reason: Reason::NotOurs };
    for command in [accept(), reject, Command::AnswerDirectly] {
        assert_eq!(story.refused(Who::Dispatcher, command.clone()), Rejection::OwnCase);
        assert!(story.attempt(Who::OtherDispatcher, &command).is_ok());
    }
}

#[test]
fn the_reviewer_of_an_appeal_is_not_the_one_who_rejected() {
    let reject = Command::Reject { reason: Reason::Legal };
    for command in [accept(), reject, Command::AnswerDirectly] {
        assert_eq!(appealed().refused(Who::Dispatcher, command.clone()), Rejection::OwnCase);
        assert!(appealed().attempt(Who::OtherDispatcher, &command).is_ok());
    }
}

#[test]
fn a_rejection_is_appealed_once() {
    assert!(rejected().attempt(Who::Reporter, &Command::Appeal).is_ok());
    assert_eq!(rejected_again().refused(Who::Reporter, Command::Appeal), Rejection::UsedUp);
}

#[test]
fn an_open_question_pauses_the_acceptance_clock() {
    let mut story = need_info();
    let due = submitted().order.clocks.accept.unwrap().due_at().unwrap();
    assert_eq!(story.order.clocks.accept.unwrap().due_at(), None);
    story.wait(600).act(Who::Reporter, Command::SupplyInfo);
    assert_eq!(story.order.status, Status::Submitted);
    assert_eq!(story.order.clocks.accept.unwrap().due_at(), Some(due + chrono::TimeDelta::minutes(600)));
}

#[test]
fn a_direct_answer_and_a_self_resolution_are_counted_apart() {
    let answered = submitted().act(Who::Dispatcher, Command::AnswerDirectly).order.clone();
    assert_eq!(answered.case.outcome, Some(Outcome::AnsweredDirectly));
    assert!(answered.has_handled(Who::Dispatcher.account()));
    let resolved = accepted().act(Who::Worker, Command::SelfResolve { photos: 0 }).order.clone();
    assert_eq!(resolved.case.outcome, Some(Outcome::SelfResolved));
    assert_eq!(accepted().refused(Who::Volunteer, Command::SelfResolve { photos: 0 }), Rejection::Forbidden);
}

#[test]
fn forwarding_goes_to_the_common_ancestor_when_the_target_is_out_of_scope() {
    let mut story = accepted();
    story.act(Who::Dispatcher, Command::Forward { area: COMMUNITY });
    assert_eq!(
        (story.order.status, story.order.inbox, story.order.area),
        (Status::Submitted, COMMUNITY, GRID)
    );
    story.target_in_scope = false;
    story.act(Who::Dispatcher, Command::Forward { area: NEXT_GRID });
    assert_eq!(story.order.inbox, TOWN);
    let again = story.refused(Who::Dispatcher, Command::Forward { area: NEXT_GRID });
    assert_eq!(again, invalid("areaId", Invalid::Unchanged));
}

#[test]
fn forwarding_an_accepted_order_resets_no_clock() {
    let mut story = accepted();
    let (accept_due, resolve_due) =
        (story.order.clocks.accept.unwrap().due_at(), story.order.clocks.resolve.unwrap().due_at());
    story.wait(60).act(Who::Dispatcher, Command::Forward { area: COMMUNITY });
    assert_eq!(story.order.clocks.accept.unwrap().due_at(), accept_due);
    assert_eq!(story.order.clocks.accept.unwrap().stopped_at, None);
    story.wait(60).act(Who::Dispatcher, accept());
    assert_eq!(story.order.clocks.resolve.unwrap().due_at(), resolve_due);
}

#[test]
fn a_changed_time_limit_keeps_elapsed_and_paused_time() {
    let mut story = claimed();
    story.new_rules.limits.resolve = minutes(500);
    story.wait(100);
    let before = story.order.clocks.resolve.unwrap();
    story.act(Who::Dispatcher, Command::Reclassify { service_item: Some(OTHER_ITEM), area: None });
    let after = story.order.clocks.resolve.unwrap();
    assert_eq!(after.elapsed_ms(story.now), before.elapsed_ms(story.now));
    assert_eq!(after.due_at(), Some(before.started_at + chrono::TimeDelta::minutes(500)));
    assert_eq!(story.order.clocks.claim, claimed().order.clocks.claim, "a stopped clock keeps its limit");
}

#[test]
fn reclassifying_keeps_a_granted_extension() {
    let mut story = claimed();
    story.new_rules.limits.resolve = minutes(500);
    story
        .act(Who::Worker, Command::RequestExtend { reason: Reason::LargeWorks, minutes: 60 })
        .act(Who::Dispatcher, Command::GrantRequest)
        .act(Who::Dispatcher, Command::Reclassify { service_item: Some(OTHER_ITEM), area: None });
    assert_eq!(story.order.clocks.resolve.unwrap().limit_ms, Some(560 * 60_000));
    story.act(Who::Dispatcher, Command::Reclassify { service_item: None, area: Some(NEXT_GRID) });
    assert_eq!(story.order.clocks.resolve.unwrap().limit_ms, Some(560 * 60_000));
}

#[test]
fn the_inbox_follows_the_area_until_it_was_forwarded() {
    let reclassify = Command::Reclassify { service_item: Some(OTHER_ITEM), area: Some(NEXT_GRID) };
    let order = accepted().act(Who::Dispatcher, reclassify.clone()).order.clone();
    assert_eq!((order.service_item, order.area, order.inbox), (OTHER_ITEM, NEXT_GRID, NEXT_GRID));
    let mut story = accepted();
    story.act(Who::Dispatcher, Command::Forward { area: COMMUNITY }).act(Who::Dispatcher, reclassify);
    assert_eq!((story.order.area, story.order.inbox), (NEXT_GRID, COMMUNITY));
}

#[test]
fn accepting_into_another_area_needs_scope_there() {
    let mut story = submitted();
    story.target_in_scope = false;
    let there = Command::Accept { service_item: None, area: Some(NEXT_GRID), priority: None };
    assert_eq!(story.refused(Who::Dispatcher, there), invalid("areaId", Invalid::OutOfScope));
    story.act(Who::Dispatcher, accept());
}

#[test]
fn a_second_acceptance_brings_the_new_items_limit() {
    let mut story = accepted();
    story.new_rules.limits.resolve = minutes(500);
    story.act(Who::Dispatcher, Command::Forward { area: COMMUNITY });
    let again = Command::Accept { service_item: Some(OTHER_ITEM), area: None, priority: None };
    story.act(Who::Dispatcher, again);
    assert_eq!(story.order.clocks.resolve.unwrap().limit_ms, Some(500 * 60_000));
}

#[test]
fn whoever_rejected_it_does_not_resolve_the_appeal_themselves() {
    let mut story = appealed();
    story.order.case.rejected_by = Some(Who::Worker.account());
    assert_eq!(story.refused(Who::Worker, Command::SelfResolve { photos: 0 }), Rejection::OwnCase);
    assert!(story.attempt(Who::Candidate, &Command::SelfResolve { photos: 0 }).is_ok());
}

#[test]
fn reclassifying_changes_something_the_dispatcher_answers_for() {
    let mut story = accepted();
    let reclassify = |service_item, area| Command::Reclassify { service_item, area };
    let nothing = story.refused(Who::Dispatcher, reclassify(None, Some(GRID)));
    assert_eq!(nothing, invalid("serviceItemId", Invalid::Unchanged));
    let unknown = story.refused(Who::Dispatcher, reclassify(Some(ServiceItemId(404)), None));
    assert_eq!(unknown, invalid("serviceItemId", Invalid::OutOfRange));
    story.target_in_scope = false;
    let elsewhere = story.refused(Who::Dispatcher, reclassify(None, Some(NEXT_GRID)));
    assert_eq!(elsewhere, invalid("areaId", Invalid::OutOfScope));
}

#[test]
fn a_self_resolution_shows_what_the_item_demands_after_the_work() {
    let mut story = Story::begin(ServiceRules { photo_before: true, photo_after: true, ..rules() });
    let refused = story.refused(Who::Worker, Command::SelfResolve { photos: 0 });
    assert_eq!(refused, invalid("fileIds", Invalid::PhotoRequired));
    story.act(Who::Worker, Command::SelfResolve { photos: 1 });
    assert_eq!(story.order.status, Status::Resolved);
}
