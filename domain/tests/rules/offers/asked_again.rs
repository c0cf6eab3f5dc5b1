//! Whoever acts is asked again: a role or an area that changed since ends what was granted (FIELD.md, Targets).

use crate::cast::scenes::{accepted, assigned, contact, in_progress, resolve, whistled};
use crate::cast::{COUNTY, FAR_GRID, GRID, NEXT_COMMUNITY, NEXT_TOWN, Story, TOWN, UNIT, Who, lies_at};
use domain::AreaId;
use domain::order::rejection::Rejection;
use domain::order::{Command, Facts, Reason, decide};
use domain::organisation::{AreaLevel, Assignee};
use domain::people::Role;

/// What this person gets for a command with these roles instead of their own.
fn with(story: &Story, who: Who, held: &[(Role, AreaId)], command: &Command) -> Option<Rejection> {
    let held = held.iter().map(|(role, area)| (*role, lies_at(*area))).collect();
    let facts = Facts { held, ..story.facts(who) };
    decide(&story.order, command, who.actor(), &facts, story.now).err()
}

#[test]
fn whoever_is_directed_to_keeps_it_as_far_as_was_granted() {
    let story = assigned();
    assert_eq!(story.order.case.assigned_within, Some(TOWN));
    let taken = || assigned().acknowledge_by(Who::Worker).clone();
    let works = || taken().act(Who::Worker, contact()).clone();
    let suspend = Command::RequestExtend { reason: Reason::LargeWorks, minutes: 60 };
    let whistle = Command::Whistle { who: Assignee::Unit(UNIT) };
    let up = Command::ReportUp { reason: Reason::NeedsHigherLevel };
    for (story, command, refusal) in [
        (story, Command::Acknowledge { attempt: 1 }, Rejection::NotEligible),
        (taken(), contact(), Rejection::Forbidden),
        (works(), resolve(), Rejection::Forbidden),
        (works(), Command::Survey, Rejection::Forbidden),
        (works(), Command::Progress { visible_to_resident: true }, Rejection::Forbidden),
        (works(), suspend, Rejection::Forbidden),
        (works(), whistle, Rejection::Forbidden),
        (works(), up, Rejection::Forbidden),
    ] {
        let holder = Who::Worker.account();
        for (held, fits) in [
            (vec![(Role::GridWorker, GRID)], true),
            (vec![(Role::Liaison, NEXT_COMMUNITY)], true),
            (vec![(Role::GridWorker, NEXT_TOWN)], false),
            (vec![(Role::Auditor, GRID)], false),
            (vec![], false),
        ] {
            let wanted = (!fits).then(|| refusal.clone());
            assert_eq!(with(&story, Who::Worker, &held, &command), wanted, "{command:?} with {held:?}");
            let held = held.iter().map(|(role, area)| (*role, lies_at(*area))).collect();
            let facts = Facts { held, ..story.facts(Who::Worker) };
            let handles = story.order.claim_of(holder).is_some() && fits;
            assert_eq!(story.order.is_handled_by(holder, &facts), handles, "and so with the contact");
        }
        let give_up = Command::Release { reason: Reason::CannotCome };
        if story.order.claim_of(holder).is_some() {
            assert_eq!(with(&story, Who::Worker, &[], &give_up), None, "giving it up is always possible");
        }
    }
}

#[test]
fn whoever_claimed_it_works_while_a_role_is_left() {
    let (story, resolved) = (in_progress(), resolve());
    assert_eq!(with(&story, Who::Worker, &[(Role::Volunteer, FAR_GRID)], &resolved), None);
    assert_eq!(with(&story, Who::Worker, &[(Role::Dispatcher, GRID)], &resolved), Some(Rejection::Forbidden));
    assert_eq!(with(&story, Who::Worker, &[], &resolved), Some(Rejection::Forbidden));
}

#[test]
fn a_co_handler_helps_as_far_as_was_granted() {
    let story = whistled();
    assert_eq!(story.order.case.co_handlers[0].within, Some(TOWN));
    let there = whistled().act(Who::CoHandler, Command::ReportIn).clone();
    for (story, command) in [
        (story, Command::ReportIn),
        (there.clone(), Command::Progress { visible_to_resident: false }),
        (there, Command::FinishCoHandling),
    ] {
        assert_eq!(with(&story, Who::CoHandler, &[(Role::UnitHandler, NEXT_COMMUNITY)], &command), None);
        for held in [vec![(Role::UnitHandler, NEXT_TOWN)], vec![(Role::Dispatcher, GRID)], vec![]] {
            let said = with(&story, Who::CoHandler, &held, &command);
            assert_eq!(said, Some(Rejection::Forbidden), "{command:?} with {held:?}");
        }
    }
}

#[test]
fn the_widest_area_that_was_granted_is_kept() {
    let story = accepted();
    let mut facts = story.facts(Who::Dispatcher);
    facts.rules.reach = AreaLevel::Village;
    facts.held = vec![(Role::Dispatcher, lies_at(GRID)), (Role::Dispatcher, lies_at(COUNTY))];
    let assign = Command::Assign { assignee: Who::Worker.person() };
    let decision = decide(&story.order, &assign, Who::Dispatcher.actor(), &facts, story.now).unwrap();
    assert_eq!(decision.changes.case.assigned_within, Some(COUNTY));
}

#[test]
fn events_from_before_grant_wherever_they_hold_a_role() {
    let old = r#"{"seq": 5, "at": "2026-01-01T00:00:00Z", "actor": {"person": 6},
        "event": {"kind": "assigned", "attempt": 1, "assignee": {"kind": "person", "id": 3}, "limits": {}, "acknowledge_due_at": null}}"#;
    let old: domain::order::Recorded = serde_json::from_str(old).unwrap();
    let mut story = accepted();
    story.order.apply(&old);
    let acknowledge = Command::Acknowledge { attempt: 1 };
    assert_eq!(with(&story, Who::Worker, &[(Role::GridWorker, FAR_GRID)], &acknowledge), None);
    assert_eq!(
        with(&story, Who::Worker, &[(Role::Auditor, GRID)], &acknowledge),
        Some(Rejection::NotEligible)
    );
}
