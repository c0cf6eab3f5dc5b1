//! The ladder: who is offered a pooled order next, when, and what changes that.

use crate::cast::scenes::{accept, accepted, assigned, dispatch, left_unclaimed, pooled, suspended};
use crate::cast::{COMMUNITY, GRID, NEXT_GRID, Story, TEAM, TOWN, UNIT, Who, ancestors, placement, rules};
use crate::invalid;
use chrono::{DateTime, TimeDelta};
use domain::At;
use domain::calendar::{DayTime, QuietHours};
use domain::catalogue::ladder::{Ladder, Step, WidenTo};
use domain::catalogue::{Priority, ServiceRules};
use domain::order::rejection::{Invalid, Rejection};
use domain::order::{Command, Facts, Placement, Reason, Rung, Status, TimerKind, decide, place};
use domain::organisation::{AreaLevel, Assignee, Scope};

const ESCALATE: Command = Command::Expire { timer: TimerKind::Escalation };

fn due(story: &Story) -> Option<At> {
    story.order.timer(TimerKind::Escalation)
}

fn seconds(n: i64) -> TimeDelta {
    TimeDelta::seconds(n)
}

/// Time passes until the next escalation, which fires.
fn climb(story: &mut Story) -> &mut Story {
    story.now = due(story).unwrap();
    story.act(Who::System, ESCALATE)
}

fn ring(after_s: u32, scopes: &[Scope]) -> Step {
    Step { after_s, to: WidenTo::Scopes(scopes.to_vec()) }
}

fn dispatch_with(rings: Vec<Step>) -> Command {
    Command::Dispatch { scopes: Vec::new(), slots: None, rings }
}

fn scopes(story: &Story) -> Vec<(i32, Scope)> {
    story.order.rings.iter().map(|r| (r.ring, r.scope)).collect()
}

fn at(text: &str) -> At {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn quiet(from: &str, to: &str) -> QuietHours {
    QuietHours { from: DayTime::parse(from).unwrap(), to: DayTime::parse(to).unwrap() }
}

#[test]
fn nobody_claims_it_community_town_dispatcher() {
    let mut story = pooled();
    let (start, attempt) = (story.now, story.order.attempt);
    assert_eq!(due(&story), Some(start + seconds(120)));
    climb(&mut story);
    assert_eq!(scopes(&story), [(0, Scope::Area(GRID)), (1, Scope::Area(COMMUNITY))]);
    assert_eq!(due(&story), Some(start + seconds(300)));
    climb(&mut story);
    assert_eq!(scopes(&story).last(), Some(&(2, Scope::Area(TOWN))));
    assert!(!story.order.is_with_dispatcher());
    climb(&mut story);
    assert_eq!(story.now, start + seconds(600));
    assert!(story.order.is_with_dispatcher() && due(&story).is_none());
    assert_eq!((story.order.status, story.order.attempt), (Status::Pooled, attempt));
    story.claim_by(Who::Worker);
    assert!(!story.order.is_with_dispatcher(), "it may still be claimed");
}

/// Dispatched, two slots; its ladder is a last step to them.
fn that_ends_with(who: Assignee) -> Story {
    let ladder = Ladder { steps: Vec::new(), last_to: Some(who), ..Ladder::default() };
    let mut story = Story::begin(ServiceRules { slots: 2, ladder, ..rules() });
    story.act(Who::Dispatcher, accept()).act(Who::Dispatcher, dispatch());
    story
}

#[test]
fn the_last_step_may_direct_it() {
    let mut story = that_ends_with(Assignee::Unit(UNIT));
    let attempt = story.order.attempt;
    climb(&mut story);
    assert_eq!((story.order.status, story.order.attempt), (Status::Assigned, attempt + 1));
    assert_eq!((story.order.assignee, due(&story)), (Some(Assignee::Unit(UNIT)), None));
    assert_eq!(
        story.order.next_rung(&story.facts(Who::System)),
        Rung::Dispatcher,
        "there is no ladder any more"
    );
}

#[test]
fn a_last_step_that_leads_nowhere_leaves_it_to_the_dispatcher() {
    let mut own = that_ends_with(Who::Reporter.person());
    climb(&mut own);
    let mut held = that_ends_with(Assignee::Unit(UNIT));
    held.claim_by(Who::Worker);
    climb(&mut held);
    let mut gone = that_ends_with(Assignee::Unit(UNIT));
    gone.now = due(&gone).unwrap();
    let facts = Facts { targets: Vec::new(), ..gone.facts(Who::System) };
    let decision = decide(&gone.order, &ESCALATE, Who::System.actor(), &facts, gone.now).unwrap();
    gone.commit(decision);
    for story in [own, held, gone] {
        assert_eq!(story.order.status, Status::Pooled);
        assert!(story.order.is_with_dispatcher());
    }
}

#[test]
fn it_fires_when_it_is_due_and_by_the_system_only() {
    let mut story = pooled();
    story.now += seconds(119);
    assert_eq!(story.refused(Who::System, ESCALATE), Rejection::NotDue);
    story.now += seconds(1);
    assert_eq!(story.refused(Who::Dispatcher, ESCALATE), Rejection::Forbidden);
    story.act(Who::System, ESCALATE);
}

#[test]
fn a_claimed_order_is_never_escalated() {
    let mut story = pooled();
    story.claim_by(Who::Worker);
    story.wait(60);
    assert_eq!(due(&story), None);
    assert_eq!(story.refused(Who::System, ESCALATE), Rejection::NotDue);
}

#[test]
fn a_pool_that_is_not_full_is() {
    let mut story = Story::begin(ServiceRules { slots: 2, ..rules() });
    story.act(Who::Dispatcher, accept()).act(Who::Dispatcher, dispatch()).claim_by(Who::Worker);
    climb(&mut story);
    assert_eq!((story.order.filled(), story.order.ring), (1, 1));
    story.claim_by(Who::Candidate);
    assert_eq!(due(&story), None);
}

#[test]
fn a_dispatch_names_its_own_rings() {
    let mut story = accepted();
    let rings = vec![ring(30, &[Scope::Team(TEAM)]), ring(60, &[Scope::Area(NEXT_GRID)])];
    story.act(Who::Dispatcher, dispatch_with(rings));
    let start = story.now;
    climb(&mut story);
    assert_eq!((story.now, scopes(&story).last()), (start + seconds(30), Some(&(1, Scope::Team(TEAM)))));
    climb(&mut story);
    assert_eq!(story.now, start + seconds(90));
    climb(&mut story);
    assert_eq!(story.now, start + seconds(390), "the end is the item's");
    assert!(story.order.is_with_dispatcher());
}

#[test]
fn rings_are_few_not_empty_and_not_far() {
    let refused = |rings| accepted().refused(Who::Dispatcher, dispatch_with(rings));
    let team = [Scope::Team(TEAM)];
    let out_of_range = invalid("rings", Invalid::OutOfRange);
    assert_eq!(refused(vec![ring(60, &team); 6]), out_of_range);
    assert_eq!(refused(vec![ring(0, &team)]), out_of_range);
    assert_eq!(refused(vec![ring(86_401, &team)]), out_of_range);
    assert_eq!(refused(vec![ring(60, &[])]), invalid("rings", Invalid::Required));
    let again = Command::Redispatch { scopes: Vec::new(), rings: vec![ring(0, &team)] };
    assert_eq!(pooled().refused(Who::Dispatcher, again), out_of_range);
}

#[test]
fn whoever_was_offered_it_already_is_no_new_ring() {
    let mut story = pooled();
    story.act(Who::Dispatcher, Command::Widen { scopes: vec![Scope::Area(COMMUNITY)] });
    let start = story.now;
    climb(&mut story);
    assert_eq!(story.now, start + seconds(120), "a ring of the dispatcher's gets the time of one");
    assert_eq!(scopes(&story).last(), Some(&(2, Scope::Area(TOWN))), "the community's step is skipped");
    let Rung::Dispatcher = story.order.next_rung(&story.facts(Who::System)) else {
        panic!("nothing is left")
    };
}

#[test]
fn dispatched_again_it_begins_at_the_bottom() {
    let mut story = left_unclaimed();
    story.act(Who::Dispatcher, Command::Redispatch { scopes: Vec::new(), rings: Vec::new() });
    assert!(!story.order.is_with_dispatcher());
    assert_eq!(due(&story), Some(story.now + seconds(120)));
    // somebody lost a role: the others wait no longer for it than they would have
    climb(&mut story).act(Who::System, Command::Redispatch { scopes: Vec::new(), rings: Vec::new() });
    assert_eq!(due(&story), Some(story.now + seconds(180)), "the town is next");
}

#[test]
fn recalled_it_ends_and_released_it_goes_on() {
    let mut story = pooled();
    story.act(Who::Dispatcher, Command::Recall { reason: Reason::WrongDispatch });
    assert_eq!((due(&story), story.order.is_with_dispatcher()), (None, false));
    let mut story = pooled();
    climb(&mut story).claim_by(Who::Worker).wait(5);
    story.act(Who::Worker, Command::Release { reason: Reason::CannotCome });
    assert_eq!(due(&story), Some(story.now + seconds(180)));
    climb(&mut story);
    let all = [(0, Scope::Area(COMMUNITY)), (0, Scope::Area(GRID)), (1, Scope::Area(TOWN))];
    assert_eq!(scopes(&story), all);
    let mut directed = assigned();
    directed.acknowledge_by(Who::Worker).act(Who::Worker, Command::Release { reason: Reason::CannotCome });
    assert_eq!(due(&directed), Some(directed.now + seconds(120)), "the item's ladder from its beginning");
}

#[test]
fn a_suspension_stops_it_and_what_was_waited_is_kept() {
    let mut story = pooled();
    story.now += seconds(50);
    let mut story = suspended(story);
    assert_eq!((due(&story), story.order.is_with_dispatcher()), (None, false));
    story.wait(3 * 1440).act(Who::System, Command::Expire { timer: TimerKind::SuspensionEnd });
    assert_eq!(due(&story), Some(story.now + seconds(70)));
}

#[test]
fn released_while_suspended_it_waits_the_whole_time_after_the_end() {
    let mut story = suspended(crate::cast::scenes::claimed());
    story.wait(60).act(Who::Worker, Command::Release { reason: Reason::CannotCome });
    assert_eq!(due(&story), None);
    story.wait(3 * 1440).act(Who::System, Command::Expire { timer: TimerKind::SuspensionEnd });
    assert_eq!(due(&story), Some(story.now + seconds(120)));
}

#[test]
fn quiet_hours_hold_a_step_back_until_they_end() {
    let night = quiet("22:00", "07:00");
    for (due, told) in [
        ("2026-11-22T21:59:59.5+08:00", "2026-11-22T21:59:59.5+08:00"),
        ("2026-11-22T22:00:00+08:00", "2026-11-23T07:00:00+08:00"),
        ("2026-11-23T00:00:00+08:00", "2026-11-23T07:00:00+08:00"),
        ("2026-11-23T06:59:59.999+08:00", "2026-11-23T07:00:00+08:00"),
        ("2026-11-23T07:00:00+08:00", "2026-11-23T07:00:00+08:00"),
    ] {
        assert_eq!(night.hold(at(due)), at(told), "{due}");
    }
    let noon = quiet("12:00", "14:00");
    assert_eq!(noon.hold(at("2026-11-22T13:30:00+08:00")), at("2026-11-22T14:00:00+08:00"));
    assert_eq!(noon.hold(at("2026-11-22T23:30:00+08:00")), at("2026-11-22T23:30:00+08:00"));
    let never = quiet("08:00", "08:00");
    assert_eq!(never.hold(at("2026-11-22T08:00:00+08:00")), at("2026-11-22T08:00:00+08:00"));
}

#[test]
fn the_urgent_do_not_wait_for_the_morning() {
    let ladder = Ladder { quiet: Some(quiet("22:00", "07:00")), ..Ladder::default() };
    let rules =
        ServiceRules { review_required: false, auto_dispatch: true, ladder, ..ServiceRules::default() };
    let facts = Facts { rules, overseen: vec![GRID], ..Facts::default() };
    let now = at("2026-11-22T21:59:00+08:00");
    let placed = |priority| {
        let placement = Placement { priority, reporter: None, ..placement() };
        place(&placement, domain::people::Actor::System, &facts, now).unwrap().changes
    };
    assert_eq!(placed(Priority::High).escalates_at(), Some(at("2026-11-23T07:00:00+08:00")));
    assert_eq!(placed(Priority::Urgent).escalates_at(), Some(at("2026-11-22T22:01:00+08:00")));
}

#[test]
fn a_level_is_the_nearest_at_least_as_high() {
    let around = |level| WidenTo::Level(level).scopes(&ancestors(GRID));
    assert_eq!(around(AreaLevel::Village), [Scope::Area(COMMUNITY)]);
    assert_eq!(around(AreaLevel::GeneralGrid), [Scope::Area(COMMUNITY)], "there is none of this level");
    assert_eq!(around(AreaLevel::County), [], "nothing is that high");
    let nested = [(AreaLevel::Village, COMMUNITY), (AreaLevel::Grid, GRID), (AreaLevel::Grid, NEXT_GRID)];
    assert_eq!(WidenTo::Level(AreaLevel::Grid).scopes(&nested), [Scope::Area(GRID)], "the widest of several");
}

#[test]
fn a_ladder_is_read_and_written_as_json() {
    let json = serde_json::json!({
        "steps": [{"afterS": 60, "to": {"level": "village"}}, {"afterS": 90, "to": {"scopes": [{"kind": "team", "id": 6}]}}],
        "lastAfterS": 30, "lastTo": {"kind": "unit", "id": 7}, "quiet": {"from": "22:00", "to": "06:30"},
    });
    let ladder: Ladder = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(ladder.quiet, Some(quiet("22:00", "06:30")));
    assert_eq!(serde_json::to_value(&ladder).unwrap(), json);
    assert!(!ladder.vetted, "an item's");
    let old: ServiceRules = serde_json::from_str(r#"{"slots": 2}"#).unwrap();
    assert_eq!(old.ladder, Ladder::default(), "items from before have the usual one");
    assert_eq!(old.reach, AreaLevel::Town, "and the usual reach");
    for wrong in ["24:00", "7:00", "07:60", "0700", "", "07:0x", "+7:00"] {
        assert_eq!(DayTime::parse(wrong), None, "{wrong}");
    }
}
