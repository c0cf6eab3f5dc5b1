//! What Redis keeps of dispatches to the whole county, for each of its workers.

use anyhow::{Context, Result, ensure};
use harness::servers::postgres::Postgres;
use harness::servers::redis::Redis;

use super::dispatcher::{Dispatcher, to_county};
use super::stage::Stage;
use crate::Options;
use crate::measure::report::{Goal, Row, alone};

/// Dispatches, of one order: each ends the offer before it.
const TIMES: (u32, u32) = (200, 50);

pub async fn measure(options: &Options, postgres: &Postgres) -> Result<Row> {
    let mut stage = Stage::set(options, postgres, "kept", 1).await?;
    let order = stage.accepted(1).await?.first().copied().context("no order")?;
    let mut dispatcher = Dispatcher::at(stage.site()?.address)?;
    dispatcher.send(order, "dispatch", &to_county())?;
    dispatcher.answered()?;
    stage.quiet().await?;
    let before = used(&stage.redis).await?;
    let times = options.either(TIMES.0, TIMES.1);
    for _ in 0..times {
        dispatcher.send(order, "redispatch", &to_county())?;
        dispatcher.answered()?;
    }
    stage.quiet().await?;
    let more = used(&stage.redis).await? - before;
    ensure!(more > 0.0, "Redis keeps nothing of {times} dispatches");
    let each = more / f64::from(stage.people);
    let name = format!("Redis' memory a worker for {times} dispatches to {} workers", stage.people);
    Ok(alone(&name, each, |bytes| format!("{bytes:.1} B"), Goal::NoMore(100.0, " B")).then(20.0))
}

/// What all keys take together, bytes; what Redis needs for its connections is not the workers'.
async fn used(redis: &Redis) -> Result<f64> {
    let mut connection = redis::Client::open(redis.url())?.get_multiplexed_async_connection().await?;
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut connection).await?;
    let mut sum = 0;
    for key in keys {
        let usage = redis::cmd("MEMORY").arg(&["USAGE", &key, "SAMPLES", "0"]).to_owned();
        sum += usage.query_async::<Option<u32>>(&mut connection).await?.unwrap_or(0);
    }
    Ok(f64::from(sum))
}
