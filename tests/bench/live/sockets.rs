//! What a connected worker costs the server: its resident memory with the whole county connected, and before.

use anyhow::Result;
use harness::servers::postgres::Postgres;

use super::stage::Stage;
use super::workers::connect;
use crate::Options;
use crate::measure::report::{Goal, Row, alone};
use crate::memory::resident_kib;

pub async fn measure(options: &Options, postgres: &Postgres) -> Result<Row> {
    let stage = Stage::set(options, postgres, "sockets", 1).await?;
    let name = format!("server memory a connected worker, {} of them", stage.people);
    Ok(alone(&name, each(&stage).await?, kib, Goal::NoMore(24.0, " KiB")).then(12.0))
}

/// KiB of resident memory that each worker takes.
pub async fn each(stage: &Stage) -> Result<f64> {
    let everybody: Vec<u32> = (0..stage.people).collect();
    let site = stage.site()?;
    // whatever the first one brings up is not of each
    drop(connect(stage, site, &[0])?);
    stage.quiet().await?;
    let before = resident_kib(site.pid())?;
    let crowd = connect(stage, site, &everybody)?;
    stage.quiet().await?;
    let after = resident_kib(site.pid())?;
    drop(crowd);
    Ok(f64::from(after.saturating_sub(before)) / f64::from(stage.people))
}

/// `19.2 KiB`.
pub fn kib(kib: f64) -> String {
    format!("{kib:.1} KiB")
}
