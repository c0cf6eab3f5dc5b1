//! Claims over HTTP on PostgreSQL, compared with pgbench of the same statement on as many connections. Both
//! durable; each in a database of its own, so that the server does not work through the other's outbox.

use std::ops::Range;

use anyhow::Result;
use harness::database::{migrate, target};
use harness::seed::{Seeder, worker};
use harness::servers::postgres::{Postgres, Template};
use persistence::pg::claim::{CLAIM, COLUMNS};

use super::{FIRST, check, drained, orders, over_http};
use crate::Options;
use crate::measure::pgbench::{Length, Run};
use crate::measure::report::{Goal, Rounds, Row, per_second};
use crate::measure::site::Site;

/// Connections to the database, of either.
const CONNECTIONS: u32 = 32;
pub async fn measure(options: &Options, postgres: &Postgres) -> Result<Row> {
    let each = options.either(8_000, 320);
    // The first round warms both up and is not counted.
    let rounds = options.rounds() + 1;
    let template = Template::build(postgres, "claims", |url| {
        migrate(url)?;
        let mut seeder = Seeder::connect(&target(url)?)?;
        seeder.county()?;
        let order = seeder.template()?;
        seeder.pool(order, FIRST, each * rounds)?;
        seeder.settle()
    })?;
    let (ours, baseline) = (template.database()?, template.database()?);
    let mut ours_seen = Seeder::connect(&target(&ours.url())?)?;
    let mut baseline_seen = Seeder::connect(&target(&baseline.url())?)?;
    let site = Site::start(&ours.url(), None, CONNECTIONS).await?;
    let mut found = Rounds::default();
    for round in 0..rounds {
        let orders = orders(round, each);
        let http = over_http(&site, orders.clone()).await?;
        check(&mut ours_seen, &orders)?;
        drained(&mut ours_seen).await?;
        let alone = alone(postgres, baseline.name(), &orders, each)?;
        check(&mut baseline_seen, &orders)?;
        if round > 0 {
            found.push(http, alone);
        }
    }
    Ok(found.row("claims over HTTP on PostgreSQL ÷ pgbench", per_second, Goal::AtLeast(0.7)))
}

fn alone(postgres: &Postgres, database: &str, orders: &Range<i64>, each: u32) -> Result<f64> {
    let times = each / CONNECTIONS;
    let values =
        [("attempt", "1"), ("state", "pooled"), ("event", "claimed"), ("offset_us", "0"), ("key", "bench")];
    let mut variables: Vec<(String, String)> =
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    variables.push(("turn".into(), "-1".into()));
    let script = format!(
        "\\set turn :turn + 1\n\
         \\set order_id {} + :client_id * {times} + :turn\n\
         \\set account_id {} + :client_id\n{};\n",
        orders.start,
        worker(0),
        statement(),
    );
    let length = Length::Times(times);
    let run =
        Run { postgres, database, connections: CONNECTIONS, script: &script, variables: &variables, length };
    run.measure()
}

/// The server's statement for one claim. pgbench takes every `:name` for a variable; in the format of an instant the
/// colons are quoted, so that they stay.
fn statement() -> String {
    let columns: Vec<String> =
        COLUMNS.iter().map(|(name, kind)| format!(":{name}::{kind} AS {name}")).collect();
    let claim = CLAIM.replace("HH24:MI:SS", r#"HH24":"MI":"SS"#);
    format!("WITH p AS (SELECT {}),{claim}", columns.join(", "))
}
