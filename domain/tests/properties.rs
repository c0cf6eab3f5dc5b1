//! Random lives of an order: whatever happens, in whatever order, the properties of FIELD.md hold.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test that can't go on fails"
)]

mod cast;
mod life;

use cast::{Story, Who, minutes, rules};
use domain::AccountId;
use domain::calendar::QuietHours;
use domain::catalogue::ServiceRules;
use domain::catalogue::ladder::Ladder;
use domain::order::actions::allowed;
use domain::order::{Command, CommandKind, Event, Order, Recorded, Status, TimerKind};
use domain::organisation::Assignee;
use domain::words::labelled::Labelled;
use life::clocks::Watch;
use life::table;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy)]
struct Step {
    who: usize,
    pick: usize,
    mode: u8,
    wait_ms: i64,
    seed: u64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let wait = prop_oneof![4 => Just(0), 4 => 0..600_000_i64, 2 => 0..400_000_000_i64];
    let step = (any::<usize>(), any::<usize>(), 0..10_u8, wait, any::<u64>())
        .prop_map(|(who, pick, mode, wait_ms, seed)| Step { who, pick, mode, wait_ms, seed });
    prop::collection::vec(step, 1..80)
}

fn item() -> impl Strategy<Value = ServiceRules> {
    let rest = (1..4_i32, 0..90_u32, ladder());
    (any::<[bool; 4]>(), rest).prop_map(|([review, check, auto, photo], (slots, cool, ladder))| {
        ServiceRules {
            ladder,
            review_required: review,
            check_required: check,
            auto_dispatch: auto,
            photo_after: photo,
            slots,
            cool_down_minutes: cool,
            ..rules()
        }
    })
}

/// With and without steps, by night and by day.
fn ladder() -> impl Strategy<Value = Ladder> {
    let quiet = prop_oneof![Just(None), Just(Some(("22:00", "07:00"))), Just(Some(("12:00", "14:00")))];
    let last_to = prop_oneof![
        Just(None),
        Just(Some(Assignee::Unit(cast::UNIT))),
        // the reporter or a stranger, now and then
        (1..4_i64).prop_map(|id| Some(Assignee::Person(AccountId(id))))
    ];
    (0..3_usize, 1..2_000_u32, last_to, quiet).prop_map(|(steps, last_after_s, last_to, quiet)| {
        let quiet = quiet.map(|(from, to)| serde_json::json!({"from": from, "to": to}));
        let quiet = quiet.map(|hours| serde_json::from_value::<QuietHours>(hours).unwrap());
        let steps = Ladder::default().steps.into_iter().take(steps).collect();
        Ladder { steps, last_after_s, last_to, quiet, vetted: false }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens(item in item(), scene in 0..50_usize, steps in steps()) {
        let mut story = opening(item, scene);
        let mut watch = Watch::begin(&story.order, story.now);
        for event in &story.history {
            round_trip(event)?;
        }
        for step in steps {
            let before = story.order.clone();
            story.now += chrono::TimeDelta::milliseconds(step.wait_ms);
            watch.pass(&before, story.now);
            story.target_in_scope = step.seed & 2 == 0;
            story.looked_at = step.seed & 12 == 0;
            let (who, command) = life::choose(&story, step.who, step.pick, step.mode, step.seed);
            if let Command::ShutOut { account } = command {
                story.shut_out.push(account);
            }
            let Ok(decision) = story.attempt(who, &command) else { continue };
            was_listed(&story, who, &command)?;
            let mut order = before.clone();
            for recorded in &decision.events {
                let from = order.clone();
                order.apply(recorded);
                lawful(&from, recorded, &order)?;
                sound(&from, &order)?;
                watch.after(&from, &order, recorded)?;
                round_trip(recorded)?;
            }
            // `commit` asserts that the history folds to what was decided.
            story.commit(decision);
        }
        watch.check(&story.order, story.now)?;
    }
}

/// Half the lives begin at the beginning, the others in the midst of things.
fn opening(item: ServiceRules, scene: usize) -> Story {
    let midst = cast::scenes::all().into_iter().nth(scene).map(|(_, story)| story);
    let begin = || if scene == 49 { cast::scenes::taken() } else { Story::begin(item.clone()) };
    let mut story = midst.unwrap_or_else(begin);
    story.rules = item;
    story.new_rules.limits.resolve = minutes(99);
    story
}

/// The step stands in FIELD.md's table, and its actor may take it.
fn lawful(from: &Order, recorded: &Recorded, to: &Order) -> Result<(), TestCaseError> {
    let allowed = table::allows(from.status, to.status, recorded);
    prop_assert!(allowed, "{} → {} by {recorded:?}", from.status, to.status);
    if let Event::Claimed { account, .. } | Event::Acknowledged { account, .. } = recorded.event {
        prop_assert!(!from.is_own(account), "nobody claims their own case");
        prop_assert!(from.claim_of(account).is_none(), "nobody holds two slots");
        prop_assert!(from.case.suspension.is_none(), "nobody claims a suspended order");
        prop_assert_eq!(&from.case, &to.case, "the claim statement doesn't write the case");
    }
    if recorded.event == Event::LeftUnclaimed || matches!(recorded.event, Event::Widened { steps: 1.., .. }) {
        prop_assert_eq!(from.status, Status::Pooled, "escalation never changes a claimed order");
        prop_assert_eq!((from.attempt, &from.claims), (to.attempt, &to.claims), "nobody loses anything");
        prop_assert!(from.escalates_at().is_some_and(|due| due <= recorded.at), "in its time");
    }
    if matches!(recorded.event, Event::RequestGranted { .. }) {
        prop_assert_ne!(recorded.actor.account(), from.case.request.map(|r| r.by), "two people");
    }
    Ok(())
}

/// What holds of every order at every time.
fn sound(from: &Order, order: &Order) -> Result<(), TestCaseError> {
    prop_assert_eq!(order.version, from.version + 1, "versions have no gaps");
    prop_assert!(order.attempt >= from.attempt, "the attempt never falls");
    prop_assert!(order.filled() <= order.slots, "claims ≤ slots");
    prop_assert!((1..=50).contains(&order.slots));
    let mut accounts: Vec<_> = order.claims.iter().map(|c| c.account).collect();
    accounts.sort_unstable();
    accounts.dedup();
    prop_assert_eq!(accounts.len(), order.claims.len(), "nobody holds two slots");
    prop_assert!(order.claims.is_sorted_by(|a, b| a.slot < b.slot), "a slot is held once");
    prop_assert!(order.claims.iter().all(|c| c.slot >= 1 && c.attempt <= order.attempt));
    prop_assert!(order.rings.is_sorted());
    prop_assert_eq!(order.rings.last().map_or(0, |r| r.ring), order.ring);
    let held = !order.claims.is_empty();
    match order.status {
        Status::Pooled => prop_assert!(order.filled() < order.slots && !order.rings.is_empty()),
        Status::Assigned => prop_assert!(!held && order.slots == 1 && order.assignee.is_some()),
        Status::Claimed | Status::InProgress => prop_assert!(held && order.filled() == order.slots),
        Status::PendingCheck => prop_assert!(held && !order.case.co_handlers.iter().any(|c| c.is_open())),
        Status::Accepted => prop_assert!(!held && order.rings.is_empty() && order.assignee.is_none()),
        Status::Withdrawn | Status::Rejected | Status::Submitted | Status::NeedInfo => prop_assert!(!held),
        Status::Resolved | Status::Disputed | Status::Closed => {}
        Status::Archived | Status::Merged => prop_assert!(false, "no command leads there yet"),
    }
    prop_assert!(order.status.is_open() || order.case.suspension.is_none(), "closed is never suspended");
    prop_assert!(order.case.disputes <= 2);
    let over = matches!(order.status, Status::Resolved | Status::Disputed | Status::Closed);
    prop_assert_eq!(order.case.outcome.is_some(), over, "outcome in {}", order.status);
    prop_assert!(order.case.silence_due_at.is_none() || (over && order.status != Status::Disputed));
    let worked =
        matches!(order.status, Status::Pooled | Status::Assigned | Status::Claimed | Status::InProgress);
    prop_assert!(worked || order.case.request.is_none(), "a request outlived the work");
    let contacted = matches!(
        order.status,
        Status::InProgress
            | Status::PendingCheck
            | Status::Resolved
            | Status::Disputed
            | Status::Closed
            | Status::Withdrawn
    );
    // with several slots, who won one begins before the others are won
    let begun = held && matches!(order.status, Status::Pooled | Status::Claimed);
    prop_assert!(contacted || begun || order.case.contacted_at.is_none(), "contacted in {}", order.status);
    prop_assert!(order.assignee.is_some() || order.case.acknowledge_due_at.is_none());
    let mut cooling: Vec<_> = order.case.cool_downs.iter().map(|c| c.account).collect();
    cooling.sort_unstable();
    prop_assert!(cooling.is_sorted_by(|a, b| a < b), "one cool-down a person");
    prop_assert_eq!(order.case.info_due_at.is_some(), order.status == Status::NeedInfo);
    prop_assert!(order.status == Status::Submitted || order.case.forwarded.is_none(), "acted on");
    climbs(from, order)
}

/// Every pooled order has exactly one live escalation or is with the dispatcher; no other order has one; and within
/// an attempt one that ended does not begin again (the claim statement counts on it).
fn climbs(from: &Order, order: &Order) -> Result<(), TestCaseError> {
    let live = order.timers().iter().filter(|(kind, _)| *kind == TimerKind::Escalation).count();
    let asleep = order.case.suspension.is_some();
    let waits = order.status == Status::Pooled && !order.is_with_dispatcher();
    prop_assert_eq!(live, usize::from(waits && !asleep), "escalations in {}", order.status);
    prop_assert!(order.status == Status::Pooled || !order.is_with_dispatcher());
    let still = (from.status, from.attempt) == (Status::Pooled, order.attempt);
    let again = still && from.case.suspension.is_none() && from.escalates_at().is_none() && live > 0;
    prop_assert!(!again, "an escalation began again within the attempt");
    Ok(())
}

/// Whatever `decide` grants, the client was told it may do.
fn was_listed(story: &Story, who: Who, command: &Command) -> Result<(), TestCaseError> {
    let listed = allowed(&story.order, who.actor(), &story.facts(who), story.now);
    let systems = matches!(command.kind(), CommandKind::Expire | CommandKind::ShutOut);
    prop_assert!(systems || listed.contains(&command.kind()), "{who:?} {command:?} not in {listed:?}");
    Ok(())
}

fn round_trip(recorded: &Recorded) -> Result<(), TestCaseError> {
    let json = serde_json::to_string(recorded).unwrap();
    let back: Recorded = serde_json::from_str(&json).unwrap();
    prop_assert_eq!(&back, recorded, "{}", json);
    Ok(())
}

#[test]
fn every_command_succeeds_somewhere_and_every_row_of_the_table_is_taken() {
    // Otherwise the random lives would prove nothing about them.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    let mut rows = BTreeSet::new();
    for _ in 0..900 {
        let item = item().new_tree(&mut runner).unwrap().current();
        let scene = (0..50_usize).new_tree(&mut runner).unwrap().current();
        let mut story = opening(item, scene);
        for step in steps().new_tree(&mut runner).unwrap().current() {
            story.now += chrono::TimeDelta::milliseconds(step.wait_ms);
            let (who, command) = life::choose(&story, step.who, step.pick, step.mode, step.seed);
            if let Command::ShutOut { account } = command {
                story.shut_out.push(account);
            }
            if let Ok(decision) = story.attempt(who, &command) {
                seen.insert(command.kind());
                let mut order = story.order.clone();
                for recorded in &decision.events {
                    let from = order.status;
                    order.apply(recorded);
                    rows.insert((from, order.status));
                }
                story.commit(decision);
            }
        }
    }
    let missing: Vec<_> = CommandKind::ALL.iter().filter(|k| !seen.contains(k)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let untaken: Vec<_> = table::rows().filter(|row| !rows.contains(row)).collect();
    assert!(untaken.is_empty(), "{untaken:?}");
}
