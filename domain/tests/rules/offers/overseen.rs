//! Somebody must act (FIELD.md): an order never lies in an inbox that no dispatcher covers; and a forwarded one can be
//! taken back until it was looked at.

use crate::cast::scenes::{accept, accepted, forwarded, in_progress, submitted};
use crate::cast::{COMMUNITY, GRID, Story, TOWN, Who, placement, rules, start};
use domain::catalogue::ServiceRules;
use domain::order::rejection::Rejection;
use domain::order::{Command, Facts, Reason, Status, decide, place};

/// Decided where nobody oversees any area that is asked about.
fn where_nobody_is(story: &Story, who: Who, command: &Command) -> Option<Rejection> {
    let facts = Facts { overseen: Vec::new(), ..story.facts(who) };
    decide(&story.order, command, who.actor(), &facts, story.now).err()
}

#[test]
fn nothing_is_placed_where_nobody_oversees() {
    let facts = |overseen| Facts { rules: rules(), overseen, ..Facts::default() };
    let placed = |overseen| place(&placement(), Who::Reporter.actor(), &facts(overseen), start()).err();
    assert_eq!(placed(vec![GRID]), None);
    assert_eq!(placed(vec![]), Some(Rejection::NobodyOversees));
    assert_eq!(
        placed(vec![TOWN]),
        Some(Rejection::NobodyOversees),
        "another area's desk is none of this one's"
    );
}

#[test]
fn nothing_is_forwarded_or_reported_up_to_where_nobody_oversees() {
    let forward = Command::Forward { area: COMMUNITY };
    let up = Command::ReportUp { reason: Reason::NeedsHigherLevel };
    for (story, who, command) in [
        (submitted(), Who::Dispatcher, forward.clone()),
        (accepted(), Who::Dispatcher, forward),
        (in_progress(), Who::Worker, up),
    ] {
        assert_eq!(where_nobody_is(&story, who, &command), Some(Rejection::NobodyOversees), "{command:?}");
        assert!(story.attempt(who, &command).is_ok(), "{command:?}");
    }
}

#[test]
fn it_is_the_inbox_it_would_come_into_that_counts() {
    let mut story = submitted();
    story.target_in_scope = false;
    let forward = Command::Forward { area: COMMUNITY };
    for (overseen, refused) in [(vec![TOWN], None), (vec![COMMUNITY], Some(Rejection::CommonNotOverseen))] {
        let facts = Facts { overseen, ..story.facts(Who::Dispatcher) };
        let said = decide(&story.order, &forward, Who::Dispatcher.actor(), &facts, story.now);
        assert_eq!(said.err(), refused, "out of scope, the common ancestor gets it");
    }
}

#[test]
fn the_sender_takes_it_back_until_it_was_looked_at() {
    let mut story = forwarded();
    assert_eq!(story.order.case.forwarded.map(|f| (f.from, f.by)), Some((GRID, Who::Dispatcher.account())));
    let mut seen = story.clone();
    seen.looked_at = true;
    assert_eq!(seen.refused(Who::Dispatcher, Command::TakeBack), Rejection::LookedAt);
    for other in [Who::Worker, Who::Reporter, Who::Supervisor, Who::DispatcherElsewhere, Who::System] {
        assert_eq!(story.refused(other, Command::TakeBack), Rejection::Forbidden, "{other:?}");
    }
    story.act(Who::OtherDispatcher, Command::TakeBack);
    assert_eq!((story.order.status, story.order.inbox), (Status::Submitted, GRID));
    assert_eq!(story.refused(Who::Dispatcher, Command::TakeBack).code(), "wrong_state", "once");
}

#[test]
fn the_one_who_sends_is_asked_where_it_came_from() {
    let story = forwarded();
    let facts = Facts { sender_roles: domain::people::RoleSet::NONE, ..story.facts(Who::Dispatcher) };
    let said = decide(&story.order, &Command::TakeBack, Who::Dispatcher.actor(), &facts, story.now);
    assert_eq!(said.err(), Some(Rejection::Forbidden), "those who got it forward it on instead");
}

#[test]
fn whoever_acts_on_it_keeps_it() {
    let act: [Command; 5] = [
        accept(),
        Command::AskInfo,
        Command::Reject { reason: Reason::NotOurs },
        Command::AnswerDirectly,
        Command::Reclassify { service_item: None, area: Some(COMMUNITY) },
    ];
    for command in act {
        let mut story = forwarded();
        story.act(Who::Dispatcher, command.clone());
        assert_eq!(story.refused(Who::Dispatcher, Command::TakeBack).code(), "wrong_state", "{command:?}");
    }
    for (who, beside) in [
        (Who::Reporter, Command::Supplement),
        (Who::Reporter, Command::Urge),
        (Who::Supervisor, Command::Supervise),
    ] {
        let mut story = forwarded();
        story.act(who, beside).act(Who::Dispatcher, Command::TakeBack);
    }
}

#[test]
fn forwarded_on_it_is_the_last_senders() {
    let mut story = forwarded();
    story.act(Who::Dispatcher, Command::Forward { area: TOWN });
    story.act(Who::Dispatcher, Command::TakeBack);
    assert_eq!(story.order.inbox, COMMUNITY);
}

#[test]
fn where_only_its_own_people_dispatch_it_comes_to_those_above() {
    let raised = vec![(GRID, TOWN)];
    let facts = Facts { rules: rules(), overseen: vec![GRID], raised, ..Facts::default() };
    let placed = place(&placement(), Who::Reporter.actor(), &facts, start()).unwrap().changes;
    assert_eq!((placed.status, placed.area, placed.inbox), (Status::Submitted, GRID, TOWN));
    assert_eq!(placed.case.forwarded, None, "nobody takes it back");
    let by_rule = ServiceRules { review_required: false, auto_dispatch: true, ..rules() };
    let facts = Facts { rules: by_rule, ..facts };
    let offered = place(&placement(), Who::Reporter.actor(), &facts, start()).unwrap().changes;
    assert_eq!((offered.status, offered.area, offered.inbox), (Status::Pooled, GRID, TOWN));
}

#[test]
fn what_moves_passes_over_those_whom_it_is_about() {
    let to_town =
        |facts: Facts| Facts { overseen: vec![COMMUNITY, GRID], raised: vec![(COMMUNITY, TOWN)], ..facts };
    let forward = Command::Forward { area: COMMUNITY };
    let up = Command::ReportUp { reason: Reason::NeedsHigherLevel };
    for (story, who, command) in
        [(submitted(), Who::Dispatcher, forward.clone()), (in_progress(), Who::Worker, up)]
    {
        let facts = to_town(story.facts(who));
        let decided = decide(&story.order, &command, who.actor(), &facts, story.now).unwrap();
        assert_eq!(decided.changes.inbox, TOWN, "{command:?}");
    }
    let back = forwarded();
    let facts = Facts { raised: vec![(GRID, TOWN)], ..back.facts(Who::Dispatcher) };
    let said = decide(&back.order, &Command::TakeBack, Who::Dispatcher.actor(), &facts, back.now);
    assert_eq!(said.err(), Some(Rejection::NobodyOversees), "back where nobody else is");
}

#[test]
fn nobody_resolves_their_own_case_by_themselves() {
    let mut story = submitted();
    story.order.reporter = Some(Who::Worker.account());
    assert_eq!(story.refused(Who::Worker, Command::SelfResolve { photos: 1 }), Rejection::OwnCase);
    assert!(story.attempt(Who::Candidate, &Command::SelfResolve { photos: 1 }).is_ok());
}
