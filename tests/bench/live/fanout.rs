//! An order is dispatched to the whole county: from the request to the last of its workers' sockets, the durable commit
//! included, compared with a thread that writes the same bytes to as many sockets.

use anyhow::{Context, Result};
use harness::postgres::Postgres;

use super::crowd::{Crowd, Heard, Reaction};
use super::dispatcher::{Dispatcher, to_county};
use super::floor::{Floor, told};
use super::peers::Peer;
use super::stage::Stage;
use super::workers::{PATIENCE, alive, connect};
use super::{EACH, TURNS, frame};
use crate::Options;
use crate::report::{Goal, Rounds, Row, median, milliseconds};

pub async fn measure(options: &Options, postgres: &Postgres) -> Result<Vec<Row>> {
    let mut stage = Stage::set(options, postgres, "fanout", 1).await?;
    let turns = options.either(TURNS.0, TURNS.1);
    let mut orders = stage.accepted(turns * EACH).await?.into_iter();
    let (everybody, count) = ((0..stage.people).collect::<Vec<u32>>(), stage.crowd()?);
    let (mut found, mut beside, mut bytes) = (Rounds::default(), Rounds::default(), 0);
    let mut missing = None;
    for _ in 0..turns {
        let mut crowd = connect(&stage, stage.site()?, &everybody)?;
        let mut took = Vec::new();
        for order in orders.by_ref().take(usize::try_from(EACH)?) {
            stage.quiet().await?;
            took.push(offered(&stage, &mut crowd, order, count, &mut bytes)?);
        }
        drop(crowd);
        stage.quiet().await?;
        let floor = Floor::start(&["tell", &bytes.to_string()]).await?;
        let mut crowd = floor.connect(count + 1)?;
        let mut alone = Vec::new();
        for _ in 0..EACH {
            alone.push(told(&mut crowd, count)?);
        }
        drop((crowd, floor));
        found.push(median(&took), median(&alone));
        match Peer::start(&stage.redis).await? {
            Ok(peer) => beside.push(median(&took), peer.fanout(count, bytes, EACH)?),
            Err(how) => missing = Some(how),
        }
    }
    let name = format!("dispatch → last of {count} sockets ÷ bare epoll");
    let mut peer = beside.row("the same ÷ socket.io with Redis streams", milliseconds, Goal::Shown);
    if let Some(how) = missing {
        peer.baseline = how;
    }
    Ok(vec![found.row(&name, milliseconds, Goal::AtMost(1.5)).then(1.2), peer])
}

/// Seconds from the request to the last offer; `bytes` becomes the length of an offer's frame.
fn offered(stage: &Stage, crowd: &mut Crowd, order: i64, count: usize, bytes: &mut usize) -> Result<f64> {
    let mut dispatcher = Dispatcher::at(stage.site()?.address)?;
    let sent = dispatcher.send(order, "dispatch", &to_county())?;
    let last = crowd.until(count, PATIENCE, |_, heard| {
        Ok(match heard {
            Heard::Text(payload) if frame::is(payload, "offer") => {
                *bytes = payload.len() + 4;
                Reaction::Counts
            }
            Heard::Text(payload) => alive(payload),
            Heard::Open => Reaction::Nothing,
        })
    });
    let last = last.context("an offer to the county")?;
    dispatcher.answered()?;
    Ok((last - sent).as_secs_f64())
}
