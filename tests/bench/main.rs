//! The benchmarks: `tests/bench/run`. Each compares diandan with what the machine could do at most, in turns in
//! one run, so that the ratio holds although the disk's and the machine's speed do not.

mod claims;
mod lists;
mod live;
mod measure;
mod memory;
mod scale;
mod search;

use std::path::PathBuf;

use crate::measure::machine::Machine;
use crate::measure::report::{Row, table};
use anyhow::Result;
use clap::{Parser, ValueEnum};
use harness::database::Backend;
use harness::servers::postgres::{Durability, Postgres};

/// Orders of the large list.
const MANY: u32 = 1_000_000;
/// The same of a quick run.
const FEWER: u32 = 30_000;

/// Measures diandan against the database alone and prints a table.
#[derive(Debug, Parser)]
#[command(name = "tests/bench/run")]
pub struct Options {
    /// Only these; by default all but peers.
    #[arg(value_enum)]
    names: Vec<Name>,
    /// A few seconds each: shows that everything runs, says little about speed.
    #[arg(long)]
    quick: bool,
    /// Orders of the large list [default: 1000000; 30000 with --quick]
    #[arg(long, value_parser = clap::value_parser!(u32).range(20_020..=5_000_000))]
    orders: Option<u32>,
    /// Rounds of each comparison [default: 5; 2 with --quick]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=50))]
    rounds: Option<u32>,
    /// Also write the figures to this file.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// A benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    Memory,
    ClaimsPostgres,
    ClaimsSqlite,
    ListPostgres,
    ScaleSqlite,
    ScalePostgres,
    SearchSqlite,
    SearchPostgres,
    Race,
    Fanout,
    Notify,
    Sockets,
    Reconnect,
    Escalation,
    Kept,
    /// On request only: nchan and BullMQ beside ours.
    Peers,
}

impl Options {
    fn names(&self) -> Vec<Name> {
        if !self.names.is_empty() {
            return self.names.clone();
        }
        Name::value_variants().iter().copied().filter(|name| *name != Name::Peers).collect()
    }

    fn rounds(&self) -> u32 {
        self.rounds.unwrap_or(if self.quick { 2 } else { 5 })
    }

    fn orders(&self) -> u32 {
        self.orders.unwrap_or(if self.quick { FEWER } else { MANY })
    }

    /// `full`, or `quick` in a quick run.
    fn either(&self, full: u32, quick: u32) -> u32 {
        if self.quick { quick } else { full }
    }
}

// One thread makes all the load: the cores are the server's.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let options = Options::parse();
    let names = options.names();
    live::raise_file_limit()?;
    let postgres = Postgres::start(Durability::Durable)?;
    let machine = Machine::examine(&postgres)?;
    println!("{}\n", machine.header());
    let mut rows = Vec::new();
    for name in names {
        eprintln!(
            "{} …",
            name.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
        );
        rows.extend(measure(name, &options, &postgres).await?);
    }
    println!("{}", table(&rows));
    if let Some(file) = &options.json {
        let figures = serde_json::json!({ "machine": machine, "quick": options.quick, "rows": rows });
        std::fs::write(file, serde_json::to_vec_pretty(&figures)?)?;
    }
    Ok(())
}

async fn measure(name: Name, options: &Options, postgres: &Postgres) -> Result<Vec<Row>> {
    Ok(match name {
        Name::Memory => vec![memory::measure().await?],
        Name::ClaimsPostgres => vec![claims::postgres::measure(options, postgres).await?],
        Name::ClaimsSqlite => vec![claims::sqlite::measure(options).await?],
        Name::ListPostgres => vec![lists::measure(options, postgres).await?],
        Name::ScaleSqlite => scale::measure(options, Backend::Sqlite).await?,
        Name::ScalePostgres => scale::measure(options, Backend::Postgres).await?,
        Name::SearchSqlite => search::measure(options, Backend::Sqlite).await?,
        Name::SearchPostgres => search::measure(options, Backend::Postgres).await?,
        Name::Race => live::race(options, postgres).await?,
        Name::Fanout => live::fanout(options, postgres).await?,
        Name::Notify => live::notify(options, postgres).await?,
        Name::Sockets => vec![live::sockets(options, postgres).await?],
        Name::Reconnect => vec![live::reconnect(options, postgres).await?],
        Name::Escalation => vec![live::escalation(options, postgres).await?],
        Name::Kept => vec![live::kept(options, postgres).await?],
        Name::Peers => live::peers(options, postgres).await?,
    })
}
