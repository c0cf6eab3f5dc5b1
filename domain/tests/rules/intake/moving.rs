//! Reclassified to elsewhere: what is offered to or held by people outside the new reach goes back to the dispatcher of
//! where it lies; whoever may still do it keeps it. And a co-handler's part ends with what it was part of.

use crate::cast::scenes::{accepted, assigned, claimed, half_pooled, in_progress, pooled, reported_in};
use crate::cast::{
    COMMUNITY, COUNTY, FAR_GRID, HELPERS, NEXT_COMMUNITY, NEXT_GRID, OTHER_ITEM, Story, TEAM, Who, lies_at,
};
use chrono::TimeDelta;
use domain::AreaId;
use domain::order::target::Standing;
use domain::order::{CoHandling, Command, Event, Reason, Sight, Status, TimerKind, decide};
use domain::organisation::{AreaLevel, Assignee, Scope};
use domain::people::Role;

fn to(area: AreaId) -> Command {
    Command::Reclassify { service_item: None, area: Some(area) }
}

fn moved(mut story: Story, area: AreaId) -> Story {
    story.target = area;
    story.act(Who::Dispatcher, to(area)).clone()
}

fn kinds(story: &Story, since: usize) -> Vec<Event> {
    story.history[since..].iter().map(|recorded| recorded.event.clone()).collect()
}

fn suspended_progress() -> Story {
    crate::cast::scenes::suspended(in_progress())
}

#[test]
fn elsewhere_it_is_the_dispatchers_again() {
    for (name, story) in [
        ("pooled", pooled()),
        ("pooled, 1 of 2", half_pooled()),
        ("assigned", assigned()),
        ("claimed", claimed()),
        ("in progress", in_progress()),
        ("suspended", suspended_progress()),
    ] {
        let (before, since) = (story.order.clone(), story.history.len());
        let after = moved(story, FAR_GRID);
        let order = &after.order;
        assert_eq!((order.status, order.area, order.inbox), (Status::Accepted, FAR_GRID, FAR_GRID), "{name}");
        assert_eq!(order.attempt, before.attempt + 1, "{name}");
        assert!(order.claims.is_empty() && order.rings.is_empty() && order.assignee.is_none(), "{name}");
        assert!(order.case.climb.is_none() && order.case.request.is_none(), "{name}");
        assert_eq!(order.clocks.resolve, before.clocks.resolve, "{name}: the time goes on");
        assert_eq!(order.clocks.contact, None, "{name}");
        let recalled = Event::Recalled { attempt: order.attempt, reason: Reason::LiesElsewhere };
        assert!(kinds(&after, since).contains(&recalled), "{name}");
        for who in [Who::Volunteer, Who::UnitHandler] {
            assert_eq!(order.sight(who.account(), &after.facts(who), after.now), Sight::Past, "{name}");
        }
        let claim = Command::Claim { attempt: before.attempt };
        assert!(after.attempt(Who::Candidate, &claim).is_err(), "{name}");
    }
}

#[test]
fn whoever_may_still_do_it_keeps_it() {
    for (name, story) in [
        ("pooled", pooled()),
        ("assigned", assigned()),
        ("claimed", claimed()),
        ("in progress", in_progress()),
        ("helped", reported_in()),
    ] {
        for area in [NEXT_GRID, COMMUNITY, NEXT_COMMUNITY] {
            let (before, since) = (story.order.clone(), story.history.len());
            let after = moved(story.clone(), area);
            assert_eq!(after.order.status, before.status, "{name} to {area}: within the town");
            assert_eq!(after.order.attempt, before.attempt, "{name} to {area}");
            assert_eq!(after.order.claims, before.claims, "{name} to {area}");
            assert_eq!(kinds(&after, since).len(), 1, "{name} to {area}");
        }
    }
    let idle = moved(accepted(), FAR_GRID);
    assert_eq!((idle.order.status, idle.order.attempt), (Status::Accepted, 0), "nobody has a part in it");
}

#[test]
fn an_item_that_reaches_less_far_ends_what_lies_beyond() {
    let other = Command::Reclassify { service_item: Some(OTHER_ITEM), area: None };
    let far = Assignee::Person(Who::Worker.account());
    for (place, wanted) in [(NEXT_COMMUNITY, Status::Accepted), (NEXT_GRID, Status::Assigned)] {
        let mut story = assigned();
        story.new_rules.reach = AreaLevel::Village;
        let mut facts = story.facts(Who::Dispatcher);
        facts.targets.retain(|(scope, _)| *scope != far.scope());
        facts.targets.push((far.scope(), Standing::Person(vec![(Role::GridWorker, lies_at(place))])));
        let decided = decide(&story.order, &other, Who::Dispatcher.actor(), &facts, story.now).unwrap();
        assert_eq!(decided.changes.status, wanted, "whose worker is in {place}");
    }
    let mut wider = assigned();
    wider.new_rules.reach = AreaLevel::County;
    let mut facts = wider.facts(Who::Dispatcher);
    facts.ancestors.insert(0, (AreaLevel::County, COUNTY));
    let decided = decide(&wider.order, &other, Who::Dispatcher.actor(), &facts, wider.now).unwrap();
    assert_eq!(decided.changes.status, Status::Assigned);
}

#[test]
fn a_pool_of_which_one_scope_falls_out_goes_back() {
    let mut story = accepted();
    let scopes = vec![Scope::Team(TEAM), Scope::Person(Who::Worker.account())];
    story.act(Who::Dispatcher, Command::Dispatch { scopes, slots: None, rings: Vec::new() });
    let mut facts = story.facts(Who::Dispatcher);
    facts.around_target = crate::cast::around(NEXT_COMMUNITY);
    facts.rules.reach = AreaLevel::Village;
    facts.targets.retain(|(scope, _)| *scope != Scope::Team(TEAM));
    facts.targets.push((Scope::Team(TEAM), Standing::Group(lies_at(NEXT_COMMUNITY))));
    let decided = decide(&story.order, &to(NEXT_COMMUNITY), Who::Dispatcher.actor(), &facts, story.now);
    assert_eq!(decided.unwrap().changes.status, Status::Accepted);
}

fn help(story: &Story) -> CoHandling {
    story.order.case.co_handlers[0].state
}

#[test]
fn those_who_help_elsewhere_are_waived() {
    let after = moved(reported_in(), FAR_GRID);
    assert_eq!(help(&after), CoHandling::Waived);
    // the handler lies within the new reach, the helpers do not
    let mut story = reported_in();
    let since = story.history.len();
    let mut facts = story.facts(Who::Dispatcher);
    facts.rules.reach = AreaLevel::Village;
    facts.around_target = crate::cast::around(NEXT_COMMUNITY);
    let there = |facts: &mut domain::order::Facts, scope: Scope, standing| {
        facts.targets.retain(|(other, _)| *other != scope);
        facts.targets.push((scope, standing));
    };
    let worker = Standing::Person(vec![(Role::GridWorker, lies_at(NEXT_COMMUNITY))]);
    there(&mut facts, Scope::Person(Who::Worker.account()), worker);
    let rings: Vec<_> = story.order.rings.iter().map(|ring| ring.scope).collect();
    for ring in rings {
        there(&mut facts, ring, Standing::Group(lies_at(NEXT_COMMUNITY)));
    }
    let decided =
        decide(&story.order, &to(NEXT_COMMUNITY), Who::Dispatcher.actor(), &facts, story.now).unwrap();
    story.commit(decided);
    assert_eq!((story.order.status, help(&story)), (Status::InProgress, CoHandling::Waived));
    let who = Assignee::Unit(HELPERS);
    let waived = Event::CoHandlerWaived { who, reason: Some(Reason::LiesElsewhere) };
    assert_eq!(kinds(&story, since)[1..], [waived]);
}

#[test]
fn a_co_handler_reads_until_their_part_is_over() {
    let sight =
        |story: &Story| story.order.sight(Who::CoHandler.account(), &story.facts(Who::CoHandler), story.now);
    let open = reported_in();
    assert_eq!(sight(&open), Sight::Whole);
    let done = open.clone().act(Who::CoHandler, Command::FinishCoHandling).clone();
    assert_eq!(sight(&done), Sight::Past, "finished is over");
    assert!(!done.order.parties().contains(&Assignee::Unit(HELPERS)));
    let up = Command::ReportUp { reason: Reason::NeedsHigherLevel };
    let release = Command::Release { reason: Reason::CannotCome };
    for back in [up.clone(), release] {
        let kept = open.clone().act(Who::Worker, back.clone()).clone();
        assert_eq!((sight(&kept), help(&kept)), (Sight::Whole, CoHandling::ReportedIn), "{back:?}");
    }
    let accepted = open.clone().act(Who::Worker, up).clone();
    let forwarded = accepted.clone().act(Who::Dispatcher, Command::Forward { area: NEXT_COMMUNITY }).clone();
    let withdraw = Command::Withdraw { reason: Reason::NoLongerNeeded };
    for (name, story) in [
        ("forwarded", forwarded.clone()),
        ("answered", accepted.clone().act(Who::Dispatcher, Command::AnswerDirectly).clone()),
        (
            "resolved by oneself",
            accepted.clone().act(Who::Leader, Command::SelfResolve { photos: 1 }).clone(),
        ),
        ("withdrawn", open.clone().act(Who::Reporter, withdraw).clone()),
    ] {
        assert_eq!((sight(&story), help(&story)), (Sight::Past, CoHandling::Waived), "{name}");
        let who = Assignee::Unit(HELPERS);
        let over = Event::CoHandlerWaived { who, reason: Some(Reason::HelpOver) };
        assert_eq!(story.history.last().unwrap().event, over, "{name}");
        assert_eq!(story.history.last().unwrap().actor, domain::people::Actor::System, "{name}");
    }
    let taken_back = forwarded.clone().act(Who::OtherDispatcher, Command::TakeBack).clone();
    assert_eq!(taken_back.order.status, Status::Submitted, "that help ended is no act of those who got it");
}

#[test]
fn time_that_withdraws_it_ends_help_too() {
    let mut story = reported_in();
    story.act(Who::Worker, Command::ReportUp { reason: Reason::NeedsHigherLevel });
    story
        .act(Who::Dispatcher, Command::Forward { area: NEXT_COMMUNITY })
        .act(Who::Dispatcher, Command::AskInfo);
    story.now = story.order.timer(TimerKind::NeedInfo).unwrap() + TimeDelta::seconds(1);
    story.act(Who::System, Command::Expire { timer: TimerKind::NeedInfo });
    assert_eq!((story.order.status, help(&story)), (Status::Withdrawn, CoHandling::Waived));
}
