//! Runs the checker. Here, and not where it is asked for, so that it is compiled with this crate's optimisation.

use super::Protocol;
use stateright::{Checker, CheckerBuilder, HasDiscoveries, Model};
use std::time::{Duration, Instant};

/// What the checker found.
#[derive(Debug)]
pub struct Checked {
    /// States that differ.
    pub states: usize,
    /// The longest way to one.
    pub depth: usize,
    /// How long it took.
    pub took: Duration,
    /// Properties that do not hold, each with the steps that lead to where it does not; and things that should happen
    /// in some state and do in none.
    pub failed: Vec<(&'static str, String)>,
}

/// Looks at every state, but of those that differ in the places of workers, orders and replicas alone at one.
#[must_use]
pub fn every_state(world: Protocol, threads: usize) -> Checked {
    told(world, |checker| checker.symmetry().threads(threads).spawn_dfs().join())
}

/// Looks at every state.
#[must_use]
pub fn every_place(world: Protocol, threads: usize) -> Checked {
    told(world, |checker| checker.threads(threads).spawn_dfs().join())
}

fn told<C: Checker<Protocol>>(world: Protocol, check: impl Fn(CheckerBuilder<Protocol>) -> C) -> Checked {
    let started = Instant::now();
    let checked = check(world.checker());
    let failed = world
        .properties()
        .iter()
        .filter(|p| world.may_see(p.name))
        .filter(|p| checked.discovery(p.name).is_some() == p.expectation.discovery_is_failure())
        .map(|p| (p.name, checked.discovery(p.name).map_or_else(String::new, |path| path.to_string())))
        .collect();
    let (states, depth) = (checked.unique_state_count(), checked.max_depth());
    Checked { states, depth, took: started.elapsed(), failed }
}

/// A short way to a state in which this property does not hold, if there is one: how many steps, and which.
#[must_use]
pub fn counterexample(world: Protocol, property: &'static str) -> Option<(usize, String)> {
    let stop = HasDiscoveries::AnyOf([property].into());
    let checked = world.checker().finish_when(stop).spawn_bfs().join();
    let path = checked.discovery(property)?;
    let told = path.to_string();
    Some((path.into_actions().len(), told))
}

/// Whether this property fails to hold in some state, looked for as [`every_state`] does.
#[must_use]
pub fn breaks(world: Protocol, property: &'static str) -> bool {
    let stop = HasDiscoveries::AnyOf([property].into());
    world.checker().symmetry().finish_when(stop).spawn_dfs().join().discovery(property).is_some()
}
