//! What is due next, until when an offer stands, and which request waits.

use crate::cast::scenes::{
    accepted, appealed, assigned, assigned_to_unit, claimed, forwarded, half_pooled, hand_back_requested,
    in_progress, need_info, pooled, rejected, resolve, submitted, suspend_requested, suspended,
};
use crate::cast::{Story, Who, placement, rules, start};
use crate::invalid;
use chrono::TimeDelta;
use domain::At;
use domain::order::rejection::Invalid;
use domain::order::{AskKind, Command, Facts, Photos, Placement, offer_ends_at, place};

/// The limits of the cast's item, minutes.
const ACCEPT: i64 = 1440;
const CLAIM: i64 = 10;
const RESOLVE: i64 = 7200;

fn in_minutes(minutes: i64) -> At {
    start() + TimeDelta::minutes(minutes)
}

#[test]
fn what_is_due_next_is_to_accept_it_and_then_to_resolve_it() {
    for (name, story, due) in [
        ("submitted", submitted(), Some(ACCEPT)),
        ("forwarded", forwarded(), Some(ACCEPT)),
        ("appealed", appealed(), Some(ACCEPT)),
        ("waits for the resident", need_info(), None),
        ("rejected", rejected(), None),
        ("accepted", accepted(), Some(RESOLVE)),
        ("pooled", pooled(), Some(RESOLVE)),
        ("assigned", assigned(), Some(RESOLVE)),
        ("claimed", claimed(), Some(RESOLVE)),
        ("in progress", in_progress(), Some(RESOLVE)),
        ("suspended", suspended(pooled()), None),
    ] {
        assert_eq!(story.order.next_due_at(), due.map(in_minutes), "{name}");
    }
    let mut story = accepted();
    story.act(Who::Dispatcher, Command::Forward { area: crate::cast::COMMUNITY });
    assert_eq!(story.order.next_due_at(), Some(in_minutes(ACCEPT)), "both run: the earlier one");
}

#[test]
fn what_is_over_is_not_due() {
    let mut story = in_progress();
    story.act(Who::Worker, resolve());
    assert_eq!(story.order.next_due_at(), Some(in_minutes(RESOLVE)), "the check is within the limit");
    story.act(Who::Dispatcher, Command::PassCheck);
    assert_eq!(story.order.next_due_at(), None);
}

/// What the lists are in order of and filter by is written by everything but a claim.
#[test]
fn a_claim_changes_neither_what_is_due_next_nor_what_was_asked() {
    let listed = |story: &Story| (story.order.next_due_at(), story.order.asked());
    let mut suspended_pool = suspend_requested(pooled());
    for (story, who) in
        [(&mut pooled(), Who::Worker), (&mut half_pooled(), Who::Leader), (&mut suspended_pool, Who::Worker)]
    {
        let before = listed(story);
        assert_eq!(listed(story.claim_by(who)), before);
    }
    for (story, who) in [(&mut assigned(), Who::Worker), (&mut hand_back_requested(), Who::UnitHandler)] {
        let before = listed(story);
        assert_eq!(listed(story.acknowledge_by(who)), before);
    }
}

#[test]
fn what_was_asked_is_known_until_it_is_decided() {
    assert_eq!(suspend_requested(claimed()).order.asked(), Some(AskKind::Suspend));
    assert_eq!(suspended(claimed()).order.asked(), None);
    let mut story = hand_back_requested();
    assert_eq!(story.order.asked(), Some(AskKind::HandBack));
    story.act(Who::Dispatcher, Command::GrantRequest);
    assert_eq!(story.order.asked(), None);
}

#[test]
fn an_offer_ends_at_the_limit_to_claim_or_to_acknowledge_it() {
    let ends = |story: &Story| {
        let order = &story.order;
        offer_ends_at(order.status, &order.clocks, order.case.acknowledge_due_at)
    };
    assert_eq!(ends(&pooled()), Some(in_minutes(CLAIM)));
    assert_eq!(ends(&assigned_to_unit()), Some(in_minutes(CLAIM)));
    // directed again after the limit to claim it is over, the next one has the whole time to acknowledge it
    let mut story = pooled();
    story.wait(30).act(Who::Dispatcher, Command::Assign { assignee: Who::Worker.person() });
    assert_eq!(ends(&story), Some(in_minutes(30 + CLAIM)));
    for story in [submitted(), accepted(), claimed(), in_progress()] {
        assert_eq!(ends(&story), None, "{}", story.order.status);
    }
}

#[test]
fn an_order_may_be_wanted_within_ninety_days() {
    let wanted = |minutes: i64, done: bool| {
        let wanted = Placement {
            wanted_at: Some(in_minutes(minutes)),
            done: done.then(Photos::default),
            ..placement()
        };
        let facts = Facts { rules: rules(), overseen: vec![wanted.area], ..Facts::default() };
        place(&wanted, Who::Reporter.actor(), &facts, start()).map(|decision| decision.changes.case.wanted_at)
    };
    let last = 90 * 24 * 60;
    for minutes in [1, last] {
        assert_eq!(wanted(minutes, false), Ok(Some(in_minutes(minutes))));
    }
    for minutes in [-1, 0, last + 1] {
        assert_eq!(wanted(minutes, false), Err(invalid("wantedAt", Invalid::OutOfRange)));
    }
}
