//! nchan and BullMQ beside ours, on request: the fan-out of both, and of nchan the memory and the return of everybody.
//! Neither writes anything that would outlive its process, or Redis; ours commits first.

use anyhow::Result;
use harness::servers::postgres::Postgres;

use super::fanout::Ours;
use super::peers::{bullmq, figure, nchan};
use super::stage::Stage;
use super::{TURNS, reconnect, sockets};
use crate::Options;
use crate::measure::report::{Goal, Rounds, Row, milliseconds, per_second};

pub async fn measure(options: &Options, postgres: &Postgres) -> Result<Vec<Row>> {
    let mut stage = Stage::set(options, postgres, "peers", 1).await?;
    let turns = options.either(TURNS.0, TURNS.1);
    // first: what the others leave behind is not of each
    let memory = memory(&stage).await?;
    let mut rows = fanout(&mut stage, turns).await?;
    rows.extend([memory, storm(&mut stage, turns).await?]);
    Ok(rows)
}

async fn fanout(stage: &mut Stage, turns: u32) -> Result<Vec<Row>> {
    let mut ours = Ours::gather(stage, turns).await?;
    let (mut of_nchan, mut of_bullmq) = (Rounds::default(), Rounds::default());
    for _ in 0..turns {
        let took = ours.turn().await?;
        of_nchan.beside(took, ours.of(nchan::start().await?).await?);
        of_bullmq.beside(took, ours.of(bullmq::start(&ours.stage.redis).await?).await?);
    }
    let name = format!("{} ÷ nchan, from its memory", ours.name());
    Ok(vec![
        of_nchan.row(&name, milliseconds, Goal::Shown),
        of_bullmq.row("the same ÷ BullMQ, a job each", milliseconds, Goal::Shown),
    ])
}

async fn memory(stage: &Stage) -> Result<Row> {
    let ours = sockets::each(stage).await?;
    let mut rounds = Rounds::default();
    let theirs = figure(nchan::start().await?, async |peer| peer.each(stage.people).await).await?;
    rounds.beside(ours, theirs);
    let name = format!("memory a connected worker, {} of them ÷ nchan", stage.people);
    Ok(rounds.row(&name, sockets::kib, Goal::Shown))
}

async fn storm(stage: &mut Stage, turns: u32) -> Result<Row> {
    let mut rounds = Rounds::default();
    let count = stage.crowd()?;
    for order in stage.accepted(turns).await? {
        let ours = reconnect::turn(stage, order).await?;
        let theirs = figure(nchan::start().await?, async |peer| peer.storm(count).await).await?;
        rounds.beside(ours, theirs);
    }
    let name = format!("{} {} ÷ nchan", stage.people, reconnect::NAME);
    Ok(rounds.row(&name, per_second, Goal::Shown))
}
