//! A dispatcher's first page over HTTP on PostgreSQL, compared with pgbench of the same statements.

use std::time::{Duration, Instant};

use anyhow::Result;
use harness::database::{migrate, target};
use harness::seed::{DISPATCHER, Seeder};
use harness::servers::postgres::{Postgres, Template};

use crate::Options;
use crate::measure::http::get;
use crate::measure::load;
use crate::measure::load::Script;
use crate::measure::pgbench::{Length, Run};
use crate::measure::report::{Goal, Rounds, Row, per_second};
use crate::measure::site::{Site, token};
use crate::measure::statements;

/// Connections to the database, of either: the server's default.
const CONNECTIONS: u32 = 8;
/// Connections of clients to the server.
const CLIENTS: u32 = 16;
const ORDERS: u32 = 20_000;

pub async fn measure(options: &Options, postgres: &Postgres) -> Result<Row> {
    let template = Template::build(postgres, "lists", |url| {
        migrate(url)?;
        let mut seeder = Seeder::connect(&target(url)?)?;
        seeder.county()?;
        let order = seeder.template()?;
        seeder.year(order, ORDERS)?;
        seeder.settle()
    })?;
    let database = template.database()?;
    let request = get("/api/v1/orders", &token(DISPATCHER)?);
    let statements = statements::of(&request, postgres, &database).await?;
    let length = Duration::from_secs(u64::from(options.either(4, 1)));
    let site = Site::start(&database.url(), None, CONNECTIONS).await?;
    let baseline = Run {
        postgres,
        database: database.name(),
        connections: CONNECTIONS,
        script: &statements.script,
        variables: &statements.variables,
        length: Length::Lasting(length),
    };
    let mut found = Rounds::default();
    for round in 0..=options.rounds() {
        let ours = load::run(site.address, scripts(&request, length)).await?;
        let alone = baseline.measure()?;
        if round > 0 {
            found.push(ours, alone);
        }
    }
    let name = format!("first page over HTTP on PostgreSQL ÷ pgbench of its {} queries", statements.count);
    Ok(found.row(&name, per_second, Goal::AtLeast(0.6)))
}

fn scripts(request: &[u8], length: Duration) -> Vec<Script> {
    let end = Instant::now() + length;
    let one = |_| -> Script {
        let request = request.to_vec();
        Box::new(move || (Instant::now() < end).then(|| request.clone()))
    };
    (0..CLIENTS).map(one).collect()
}
