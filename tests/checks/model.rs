//! Checks the model of the claim protocol and prints how many states there are: `tests/check-model [--long]`.

use std::time::Instant;

use anyhow::{Result, ensure};
use clap::Parser;
use harness::model::{Bug, Protocol};
use stateright::{Checker, HasDiscoveries, Model};

/// Checks every state of the protocol of claims, sequencer and escalation.
#[derive(Debug, Parser)]
#[command(name = "tests/check-model")]
struct Options {
    /// Three workers and two orders instead of two and one.
    #[arg(long)]
    long: bool,
    /// Threads [default: one a core]
    #[arg(long)]
    threads: Option<usize>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let threads = match options.threads {
        Some(threads) => threads,
        None => std::thread::available_parallelism()?.get(),
    };
    let worlds = if options.long { vec![Protocol::LARGE] } else { vec![Protocol::LAG, Protocol::SMALL, Protocol::SLOTS] };
    for world in worlds {
        println!("{world:?}");
        let started = Instant::now();
        let checked = world.checker().threads(threads).spawn_dfs().join();
        let (states, depth) = (checked.unique_state_count(), checked.max_depth());
        println!("  {states} states, at most {depth} steps deep, {:.1?}", started.elapsed());
        let failed: Vec<&str> = world
            .properties()
            .iter()
            .filter(|p| checked.discovery(p.name).is_some() == p.expectation.discovery_is_failure())
            .map(|p| p.name)
            .collect();
        for name in &failed {
            println!("  DOES NOT HOLD: {name}");
            if let Some(path) = checked.discovery(name) {
                println!("{path}");
            }
        }
        ensure!(failed.is_empty(), "{} properties do not hold", failed.len());
    }
    if !options.long {
        planted()?;
    }
    Ok(())
}

/// Every planted bug is found.
fn planted() -> Result<()> {
    for bug in Bug::ALL {
        let world = Protocol::SLOTS.without(bug);
        let checked = world.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
        let found = checked.discoveries().into_iter().find(|(name, _)| {
            world.properties().iter().any(|p| p.name == *name && p.expectation.discovery_is_failure())
        });
        let Some((name, path)) = found else { anyhow::bail!("{bug:?} is not found") };
        println!("{bug:?} breaks: {name}, after {} steps", path.into_actions().len());
    }
    Ok(())
}
