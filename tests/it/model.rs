//! The model of the claim protocol holds in every state, and each planted bug is found. The large world is checked by
//! `tests/check-model --long`.

use harness::model::{Bug, Protocol};
use stateright::{Checker, HasDiscoveries, Model};

fn holds(world: Protocol) {
    let checked = world.checker().threads(2).spawn_dfs().join();
    println!("{world:?}: {} states, depth {}", checked.unique_state_count(), checked.max_depth());
    checked.assert_properties();
}

#[test]
fn two_replicas_two_workers_one_order_one_crash() {
    holds(Protocol::SMALL);
}

#[test]
fn two_slots() {
    holds(Protocol::SLOTS);
}

/// The property that the bug breaks, found by the shortest way there.
fn breaks(world: Protocol, bug: Bug, property: &'static str) {
    let stop = HasDiscoveries::AnyOf([property].into());
    let checked = world.without(bug).checker().finish_when(stop).spawn_bfs().join();
    let path = checked.assert_any_discovery(property);
    println!("{bug:?} breaks \"{property}\":\n{path}");
}

#[test]
fn without_the_attempt_a_removed_worker_wins() {
    breaks(Protocol::SMALL, Bug::NoAttemptCheck, "whoever wins was a candidate of the attempt in force");
}

#[test]
fn expanded_early_somebody_keeps_a_dead_offer() {
    let told = "at rest, everyone was told of everything, and nobody keeps a dead offer";
    breaks(Protocol::SMALL, Bug::EarlyExpansion, told);
}

#[test]
fn with_conflict_do_nothing_a_slot_is_filled_by_nobody() {
    let filled = "filled is the number of live claims, and a pooled order has a slot free";
    breaks(Protocol::SLOTS, Bug::ConflictDoNothing, filled);
}

#[test]
fn numbered_before_the_commit_a_watcher_misses_one() {
    let property = "at rest, whoever watches a scope got its log, each once";
    breaks(Protocol::SMALL, Bug::NumbersBeforeCommit, property);
}

#[test]
fn without_the_version_escalation_takes_a_claimed_order() {
    breaks(Protocol::SMALL, Bug::ExpireWithoutVersion, "escalation never changes a claimed order");
}

#[test]
fn without_looking_for_an_own_claim_the_winner_is_told_of_a_loss() {
    let losses = "whoever is told of a loss is told of another's committed win";
    breaks(Protocol::SMALL, Bug::ForgetsOwnClaim, losses);
}
