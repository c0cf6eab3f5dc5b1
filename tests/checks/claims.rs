//! The randomised run by hand: `tests/check-claims [--long] [--seed N] [--claims N]`.

use anyhow::Result;
use clap::Parser;
use harness::database::Database;
use harness::servers::postgres::{Durability, Postgres};
use harness::storm::{self, Plan};

/// Two servers on one PostgreSQL, killed and restarted under people who claim, release, recall and change roles.
#[derive(Debug, Parser)]
#[command(name = "tests/check-claims")]
struct Options {
    /// A million claims instead of ten thousand.
    #[arg(long)]
    long: bool,
    /// What everybody wants to do [default: by chance]
    #[arg(long)]
    seed: Option<u64>,
    /// Answers to claims.
    #[arg(long)]
    claims: Option<u64>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let seed = options.seed.unwrap_or_else(rand::random);
    let claims = options.claims.unwrap_or(if options.long { 1_000_000 } else { 10_000 });
    println!("--seed {seed} --claims {claims}");
    let postgres = Postgres::start(Durability::Fast)?;
    let plan = Plan { seed, claims, falls: (claims / 2_500).clamp(4, 100), workers: 24, offered: 16 };
    let outcome = storm::run(plan, &Database::on(&postgres)?).await?;
    println!("{outcome}");
    Ok(())
}
