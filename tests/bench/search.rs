//! Searches and filters among a million orders over HTTP: what is common, rare, and not there; and a dispatcher's first page
//! while twelve clients search without a pause.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use harness::database::{Backend, Database};
use harness::seed::{DISPATCHER, SUPERVISOR, Seeder, worker};
use tokio::task::JoinSet;

use crate::Options;
use crate::measure::http::{Client, get};
use crate::measure::report::{Goal, Rounds, Row, alone, milliseconds, p99};
use crate::measure::site::{Site, token};

/// The server's default.
const CONNECTIONS: u32 = 8;
const SEARCHERS: usize = 12;
/// What nobody should wait longer for, milliseconds (FIELD.md: 200 orders a day and a ringing phone).
const LIMIT_MS: f64 = 20.0;

/// What is asked, and its query: of the whole county, where the most has to be left aside.
const ASKED: [(&str, &str); 9] = [
    ("a title that all have", "q=%E8%B7%AF%E7%81%AF"),
    ("a title that none has", "q=%E6%BC%8F%E6%B0%B4%E4%BA%86"),
    ("one character that none has", "q=%E6%BC%8F"),
    ("a title that all have, in a state that none has", "q=%E8%B7%AF%E7%81%AF&status=need_info"),
    ("a channel that none has", "channel=visit"),
    ("a priority that none has", "priority=urgent"),
    ("overdue, and none is", "overdue=true"),
    ("unclaimed, and none is", "unclaimed=true"),
    ("an order number that is not there", "q=DL-261122-99999"),
];

pub async fn measure(options: &Options, backend: Backend) -> Result<Vec<Row>> {
    let (database, site) = prepare(options, backend).await?;
    let supervisor = token(SUPERVISOR)?;
    let mut client = Client::connect(site.address).await?;
    let times = options.either(300, 40);
    let mut rows = Vec::new();
    let nobody = format!("assignee={}", worker(0));
    let asked = ASKED.into_iter().chain([("led by somebody without orders", nobody.as_str())]);
    for (name, query) in asked.map(|(name, query)| (name, format!("/api/v1/orders?{query}"))) {
        let took = p99(&latencies(&mut client, &get(&query, &supervisor), times).await?);
        rows.push(limited(options, backend, name, took));
    }
    let took = p99(&latencies(&mut client, &get("/api/v1/orders/counts", &supervisor), times).await?);
    rows.push(limited(options, backend, "counts", took));
    rows.push(beside_searchers(options, backend, &site).await?);
    drop(client);
    drop(site);
    drop(database);
    Ok(rows)
}

async fn prepare(options: &Options, backend: Backend) -> Result<(Database, Site)> {
    let database = backend.database()?;
    let mut seeder = Seeder::connect(&database.target()?)?;
    seeder.county()?;
    let order = seeder.template()?;
    seeder.year(order, options.orders())?;
    seeder.settle()?;
    drop(seeder);
    let site = Site::start(&database.url(), None, CONNECTIONS).await?;
    Ok((database, site))
}

fn limited(options: &Options, backend: Backend, name: &str, seconds: f64) -> Row {
    let what = format!("{name}, p99, {backend:?}: {} orders", options.orders());
    alone(&what, seconds * 1000.0, |ms| format!("{ms:.2} ms"), Goal::NoMore(LIMIT_MS, " ms"))
}

/// Seconds that each of so many requests took, one after the other.
async fn latencies(client: &mut Client, request: &[u8], times: u32) -> Result<Vec<f64>> {
    let mut took = Vec::new();
    for _ in 0..times {
        let started = Instant::now();
        let answer = client.ask(request).await?;
        ensure!(answer.status == 200, "status {}: {}", answer.status, answer.text());
        took.push(started.elapsed().as_secs_f64());
    }
    Ok(took)
}

/// A dispatcher's first page while others search ÷ alone, in turns. A searcher may be refused; a list may not.
async fn beside_searchers(options: &Options, backend: Backend, site: &Site) -> Result<Row> {
    let (dispatcher, supervisor) = (token(DISPATCHER)?, token(SUPERVISOR)?);
    let page = get("/api/v1/orders", &dispatcher);
    let mut client = Client::connect(site.address).await?;
    let times = options.either(300, 40);
    let mut found = Rounds::default();
    for round in 0..=options.rounds() {
        let mut searchers = JoinSet::new();
        let until = Instant::now() + Duration::from_secs(600);
        for n in 0..SEARCHERS {
            let (_, query) = ASKED.get(n % ASKED.len()).copied().unwrap_or_default();
            let request = get(&format!("/api/v1/orders?{query}"), &supervisor);
            let address = site.address;
            searchers.spawn(async move {
                let mut client = Client::connect(address).await?;
                while Instant::now() < until {
                    let answer = client.ask(&request).await?;
                    ensure!(matches!(answer.status, 200 | 503), "status {}", answer.status);
                }
                Ok(())
            });
        }
        let beside = p99(&latencies(&mut client, &page, times).await?);
        searchers.shutdown().await;
        let quiet = p99(&latencies(&mut client, &page, times).await?);
        if round > 0 {
            found.push(beside, quiet);
        }
    }
    let what = format!("first page beside {SEARCHERS} searchers ÷ alone, p99, {backend:?}");
    Ok(found.row(&what, milliseconds, Goal::AtMost(2.0)))
}
