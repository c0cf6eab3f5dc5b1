//! Claims over HTTP on SQLite, compared with a bare loop: the same statements, a transaction a claim, one after
//! the other, no HTTP. Both wait for the disk; the server's claims wait together (group commit).

use std::ops::Range;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use diesel::SqliteConnection;
use harness::database::sqlite::Template;
use harness::database::{migrate, target};
use harness::seed::{Seeder, worker};
use persistence::order::claims::ClaimAsk;
use persistence::{Clock, StoreError, sqlite};

use super::{FIRST, check, drained, orders, over_http};
use crate::Options;
use crate::measure::load::rate;
use crate::measure::machine::fdatasync_ms;
use crate::measure::report::{Goal, Rounds, Row, median, per_second};
use crate::measure::site::Site;

/// From this time on waiting together pays threefold.
const SLOW_DISK_MS: f64 = 0.5;

pub async fn measure(options: &Options) -> Result<Row> {
    let each = options.either(8_000, 320);
    let each_alone = options.either(2_000, 80);
    let rounds = options.rounds() + 1;
    let template = Template::build(|url| {
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
    let mut connection =
        persistence::engine::database::sqlite::connect_writer(&baseline.file().to_string_lossy())?;
    let data_dir = ours.data_dir().to_str().context("a data folder that is no text")?;
    let site = Site::start(&ours.url(), Some(data_dir), 2).await?;
    let (mut found, mut disk) = (Rounds::default(), Vec::new());
    for round in 0..rounds {
        let ours = orders(round, each);
        let http = over_http(&site, ours.clone()).await?;
        check(&mut ours_seen, &ours)?;
        drained(&mut ours_seen).await?;
        disk.push(fdatasync_ms(50)?);
        let baseline = orders(round, each_alone);
        let alone = alone(&mut connection, &baseline)?;
        check(&mut baseline_seen, &baseline)?;
        if round > 0 {
            found.push(http, alone);
        }
    }
    let disk = median(&disk);
    let goal = Goal::AtLeast(if disk >= SLOW_DISK_MS { 3.0 } else { 1.3 });
    Ok(found.row(
        &format!("claims over HTTP on SQLite ÷ bare loop (fdatasync {disk:.2} ms)"),
        per_second,
        goal,
    ))
}

/// Claims the orders one by one, and returns the claims per second.
fn alone(connection: &mut SqliteConnection, orders: &Range<i64>) -> Result<f64> {
    let clock = Clock::default();
    let mut won = 0;
    let started = Instant::now();
    for (order, place) in orders.clone().zip((0..64).cycle()) {
        let ask = ClaimAsk {
            order: domain::OrderId(order),
            attempt: 1,
            account: domain::AccountId(worker(place)),
            from: domain::order::Status::Pooled,
            key: None,
        };
        let win = connection.immediate_transaction::<_, StoreError, _>(|connection| {
            sqlite::claim::claim(connection, &clock, &ask)
        })?;
        ensure!(win.is_some(), "order {order} was not won");
        won += 1;
    }
    Ok(rate(won, started.elapsed()))
}
