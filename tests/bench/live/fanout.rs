//! An order is dispatched to the whole county: from the request to the last of its workers' sockets, the durable commit
//! included, compared with a thread that writes the same bytes to as many sockets.

use anyhow::{Context, Result};
use harness::servers::postgres::Postgres;

use super::crowd::{Crowd, Heard, Reaction};
use super::dispatcher::{Dispatcher, to_county};
use super::floor::{Floor, told};
use super::peers::{Peer, figure, socketio};
use super::stage::Stage;
use super::workers::{PATIENCE, alive, connect};
use super::{EACH, TURNS};
use crate::Options;
use crate::live::crowd::frame;
use crate::measure::report::{Goal, Rounds, Row, median, milliseconds};

pub async fn measure(options: &Options, postgres: &Postgres) -> Result<Vec<Row>> {
    let mut stage = Stage::set(options, postgres, "fanout", 1).await?;
    let turns = options.either(TURNS.0, TURNS.1);
    let mut ours = Ours::gather(&mut stage, turns).await?;
    let (mut found, mut beside) = (Rounds::default(), Rounds::default());
    for _ in 0..turns {
        let took = ours.turn().await?;
        let floor = Floor::start(&["tell", &ours.bytes.to_string()]).await?;
        let mut crowd = floor.connect(ours.count + 1)?;
        let mut alone = Vec::new();
        for _ in 0..EACH {
            alone.push(told(&mut crowd, ours.count)?);
        }
        drop((crowd, floor));
        found.push(took, median(&alone));
        beside.beside(took, ours.of(socketio::start(&ours.stage.redis).await?).await?);
    }
    let name = format!("{} ÷ bare epoll", ours.name());
    Ok(vec![
        found.row(&name, milliseconds, Goal::AtMost(1.5)).then(1.2),
        beside.row("the same ÷ socket.io with Redis streams", milliseconds, Goal::Shown),
    ])
}

/// The county's workers, and the orders that are offered to all of them.
pub struct Ours<'a> {
    pub stage: &'a Stage,
    orders: std::vec::IntoIter<i64>,
    everybody: Vec<u32>,
    count: usize,
    /// Of an offer's frame, once there was one.
    bytes: usize,
}

impl<'a> Ours<'a> {
    /// With orders for so many turns.
    pub async fn gather(stage: &'a mut Stage, turns: u32) -> Result<Self> {
        let orders = stage.accepted(turns * EACH).await?.into_iter();
        let (everybody, count) = ((0..stage.people).collect(), stage.crowd()?);
        Ok(Self { stage, orders, everybody, count, bytes: 0 })
    }

    /// What is measured, in words.
    pub fn name(&self) -> String {
        format!("dispatch → last of {} sockets", self.count)
    }

    /// The median of the seconds from a dispatch to the last socket.
    pub async fn turn(&mut self) -> Result<f64> {
        let mut crowd = connect(self.stage, self.stage.site()?, &self.everybody)?;
        let mut took = Vec::new();
        for order in self.orders.by_ref().take(usize::try_from(EACH)?) {
            self.stage.quiet().await?;
            took.push(offered(self.stage, &mut crowd, order, self.count, &mut self.bytes)?);
        }
        drop(crowd);
        self.stage.quiet().await?;
        Ok(median(&took))
    }

    /// What a peer takes for as many sockets and bytes, once.
    pub async fn of(&self, peer: Result<Peer, String>) -> Result<Result<f64, String>> {
        figure(peer, async |peer| peer.fanout(self.count, self.bytes, EACH).await).await
    }
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
