//! Who reads how much of an order, by what they are to it now; FIELD.md: reading ends when the right ends.

use crate::cast::scenes::{self, accept, contact, dispatch, resolve};
use crate::cast::{GRID, NEXT_TOWN, Story, TEAM, UNIT, Who, lies_at, rules};
use chrono::TimeDelta;
use domain::catalogue::{Anonymity, ServiceRules};
use domain::order::{Command, Facts, READABLE_DAYS, Reason, Sight, Words};
use domain::organisation::{Assignee, Scope};
use domain::people::{Role, RoleSet};

fn sight(story: &Story, who: Who, days: i64) -> Sight {
    story.order.sight(who.account(), &story.facts(who), story.now + TimeDelta::days(days))
}

/// Offered to the team.
fn offered() -> Story {
    let dispatch = Command::Dispatch { scopes: vec![Scope::Team(TEAM)], slots: None, rings: Vec::new() };
    scenes::accepted().act(Who::Dispatcher, dispatch).clone()
}

#[test]
fn resident_and_office_always_read_everything() {
    for (name, story) in scenes::all() {
        for who in [Who::Reporter, Who::Dispatcher, Who::Worker, Who::Leader, Who::Supervisor, Who::Auditor] {
            for days in [0, READABLE_DAYS + 1] {
                assert_eq!(sight(&story, who, days), Sight::Whole, "{name}, {who:?}");
            }
        }
        for who in [Who::Stranger, Who::DispatcherElsewhere] {
            assert_ne!(sight(&story, who, 0), Sight::Whole, "{name}, {who:?}");
            assert_ne!(sight(&story, who, 0), Sight::Brief, "{name}, {who:?}");
        }
    }
}

#[test]
fn an_offer_is_read_while_it_stands() {
    let mut story = offered();
    assert_eq!(sight(&story, Who::Volunteer, 0), Sight::Brief);
    assert_eq!(sight(&story, Who::UnitHandler, 0), Sight::Past, "it was offered to others");
    let recalled =
        story.clone().act(Who::Dispatcher, Command::Recall { reason: Reason::WrongDispatch }).clone();
    assert_eq!(sight(&recalled, Who::Volunteer, 0), Sight::Past);
    let suspended = scenes::suspended(story.clone());
    assert_eq!(sight(&suspended, Who::Volunteer, 0), Sight::Past);
    story.act(Who::Dispatcher, Command::Widen { scopes: vec![Scope::Unit(UNIT)] }).claim_by(Who::Volunteer);
    assert_eq!(sight(&story, Who::Volunteer, 0), Sight::Whole, "who won reads it");
    assert_eq!(sight(&story, Who::UnitHandler, 0), Sight::Past, "who lost does not");
}

#[test]
fn a_part_is_read_until_it_ends() {
    let unit = scenes::assigned_to_unit();
    assert_eq!(sight(&unit, Who::UnitHandler, 0), Sight::Whole);
    let taken = unit.clone().acknowledge_by(Who::UnitHandler).clone();
    let back = scenes::hand_back_requested().act(Who::Dispatcher, Command::GrantRequest).clone();
    let other = Command::Reassign { assignee: Who::Worker.person() };
    let ends = [
        (
            "recalled",
            unit.clone().act(Who::Dispatcher, Command::Recall { reason: Reason::WrongDispatch }).clone(),
        ),
        ("reassigned", unit.clone().act(Who::Dispatcher, other).clone()),
        ("handed back", back),
        (
            "released",
            taken.clone().act(Who::UnitHandler, Command::Release { reason: Reason::CannotCome }).clone(),
        ),
        (
            "transferred",
            taken
                .clone()
                .act(
                    Who::Dispatcher,
                    Command::Transfer { assignee: Who::Worker.person(), reason: Reason::BetterSuited },
                )
                .clone(),
        ),
    ];
    assert_eq!(sight(&taken, Who::UnitHandler, 0), Sight::Whole);
    for (name, story) in ends {
        assert_eq!(sight(&story, Who::UnitHandler, 0), Sight::Past, "{name}");
    }
    assert_eq!(sight(&scenes::reported_in(), Who::CoHandler, 0), Sight::Whole);
    assert_eq!(
        sight(&scenes::pending_check(), Who::CoHandler, 0),
        Sight::Past,
        "who has done their part reads no more of it"
    );
    let helpers = scenes::whistled().order.case.co_handlers[0].who;
    let waived = scenes::whistled().act(Who::Worker, Command::WaiveCoHandler { who: helpers }).clone();
    assert_eq!(sight(&waived, Who::CoHandler, 0), Sight::Past);
}

#[test]
fn a_month_after_the_end_a_part_is_over() {
    let mut story = Story::begin(ServiceRules { check_required: false, ..rules() });
    story
        .act(Who::Dispatcher, accept())
        .act(Who::Dispatcher, Command::Assign { assignee: Assignee::Unit(UNIT) })
        .acknowledge_by(Who::UnitHandler)
        .act(Who::UnitHandler, contact())
        .act(Who::UnitHandler, resolve());
    assert_eq!(sight(&story, Who::UnitHandler, READABLE_DAYS + 1), Sight::Whole, "it waits for the resident");
    story.act(Who::Reporter, Command::Rate { score: 4, solved: true });
    assert_eq!(sight(&story, Who::UnitHandler, READABLE_DAYS), Sight::Whole);
    assert_eq!(sight(&story, Who::UnitHandler, READABLE_DAYS + 1), Sight::Nothing);
    assert_eq!(sight(&story, Who::Volunteer, READABLE_DAYS + 1), Sight::Nothing, "whatever they were");
}

#[test]
fn who_reported_it_up_follows_it() {
    let story = scenes::in_progress()
        .act(Who::Worker, Command::ReportUp { reason: Reason::NeedsHigherLevel })
        .act(Who::Dispatcher, dispatch())
        .clone();
    // a liaison, say, whose role reads no area
    let facts = Facts { held: vec![(Role::Liaison, lies_at(GRID))], ..Facts::default() };
    assert_eq!(story.order.sight(Who::Worker.account(), &facts, story.now), Sight::Whole);
    assert_eq!(story.order.sight(Who::Candidate.account(), &facts, story.now), Sight::Past);
    assert_eq!(
        story.order.sight(Who::Worker.account(), &Facts::default(), story.now),
        Sight::Past,
        "no role"
    );
}

#[test]
fn a_role_that_is_gone_reads_what_can_be_given_up() {
    let taken = scenes::assigned_to_unit().acknowledge_by(Who::UnitHandler).clone();
    for story in [scenes::assigned_to_unit(), taken] {
        for held in [vec![], vec![(Role::UnitHandler, lies_at(NEXT_TOWN))]] {
            let facts = Facts { held, ..story.facts(Who::UnitHandler) };
            let facts = Facts { area_roles: RoleSet::NONE, inbox_roles: RoleSet::NONE, ..facts };
            let sight = story.order.sight(Who::UnitHandler.account(), &facts, story.now);
            assert_eq!(sight, Sight::Brief, "{:?}", story.order.status);
        }
    }
}

fn words(story: &Story, who: Who) -> Words {
    story.order.words(who.account(), &story.facts(who))
}

#[test]
fn words_are_whole_for_those_who_need_them() {
    for (name, story) in scenes::all() {
        for who in [Who::Reporter, Who::Dispatcher, Who::OtherDispatcher] {
            assert_eq!(words(&story, who), Words::Whole, "{name}, {who:?}");
        }
        for who in
            [Who::Leader, Who::Supervisor, Who::Auditor, Who::Admin, Who::Stranger, Who::DispatcherElsewhere]
        {
            assert_eq!(words(&story, who), Words::Redacted, "{name}, {who:?}");
        }
        // of those who may work on it, whoever has it in hand, until it is finished
        for who in [Who::Worker, Who::Candidate, Who::Volunteer, Who::UnitHandler] {
            let holds = story.order.claim_of(who.account()).is_some()
                || story.order.assignee == Some(who.person())
                || who == Who::UnitHandler && story.order.assignee == Some(Assignee::Unit(UNIT));
            let whole = holds && !story.order.status.is_finished();
            assert_eq!(words(&story, who) == Words::Whole, whole, "{name}, {who:?}");
        }
    }
    assert_eq!(words(&scenes::whistled(), Who::CoHandler), Words::Whole);
    assert_eq!(words(&scenes::in_progress(), Who::CoHandler), Words::Redacted);
}

#[test]
fn who_took_it_reads_the_words_while_they_take_orders() {
    let mut story = scenes::accepted();
    story.order.created_by = Some(Who::Leader.account());
    assert_eq!(words(&story, Who::Leader), Words::Whole);
    let gone = Facts { area_roles: RoleSet::NONE, inbox_roles: RoleSet::NONE, ..story.facts(Who::Leader) };
    assert_eq!(story.order.words(Who::Leader.account(), &gone), Words::Redacted);
}

#[test]
fn who_handles_a_hidden_reporters_order_reads_no_numbers() {
    for (name, mut story) in scenes::all() {
        story.order.anonymity = Anonymity::HiddenFromWorker;
        assert_eq!(words(&story, Who::Worker), Words::Redacted, "{name}");
        assert_eq!(words(&story, Who::Reporter), Words::Whole, "{name}");
        let handled = story.order.has_handled(Who::Dispatcher.account());
        assert_eq!(words(&story, Who::Dispatcher) == Words::Whole, !handled, "{name}");
    }
}
