//! Checks the model of the claim protocol and prints how many states there are: `tests/check-model [--long]`.

use anyhow::{Result, ensure};
use clap::Parser;
use model::{Bug, Protocol, check};

/// Checks every state of the protocol of claims, sequencer and escalation.
#[derive(Debug, Parser)]
#[command(name = "tests/check-model")]
struct Options {
    /// Larger worlds: three workers and two orders with a crash; two workers with a crash and a move.
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
    for bug in Bug::ALL {
        let (world, property) = bug.breaks();
        let found = check::counterexample(world, property);
        ensure!(found.is_some(), "{bug:?} is not found");
        println!("planted {bug:?}: after {} steps not \"{property}\"", found.map_or(0, |(steps, _)| steps));
    }
    let worlds: &[Protocol] = if options.long { &Protocol::LARGE } else { &Protocol::SMALL };
    for world in worlds {
        println!("{world}");
        let checked = check::every_state(*world, threads);
        println!("  {} states, at most {} steps deep, {:.1?}", checked.states, checked.depth, checked.took);
        for (name, path) in &checked.failed {
            println!("  NOT SO: {name}\n{path}");
        }
        ensure!(checked.failed.is_empty(), "{} properties do not hold", checked.failed.len());
    }
    Ok(())
}
