//! Everybody comes back at once, as after a balancer's restart: connect, handshake, hello, welcome. In the midst of it an
//! order is offered to all of them, and each has to get it once. Client and server share the cores.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use harness::postgres::Postgres;

use super::TURNS;
use super::crowd::{Crowd, Heard, Reaction};
use super::dispatcher::{Dispatcher, to_county};
use super::frame;
use super::stage::Stage;
use super::workers::{PATIENCE, connect, greet, hellos, requests};
use crate::Options;
use crate::report::{Goal, Row, alone, median, per_second};

/// Handshakes under way at a time: as many as the kernel keeps for a listener.
const WINDOW: usize = 4096;
/// How long a second copy of the offer is listened for.
const AFTERWARDS: Duration = Duration::from_millis(600);

pub async fn measure(options: &Options, postgres: &Postgres) -> Result<Row> {
    let mut stage = Stage::set(options, postgres, "reconnect", 1).await?;
    let turns = options.either(TURNS.0, TURNS.1);
    let everybody: Vec<u32> = (0..stage.people).collect();
    let mut rates = Vec::new();
    for order in stage.accepted(turns).await? {
        drop(connect(&stage, stage.site()?, &everybody)?);
        stage.quiet().await?;
        rates.push(storm(&stage, order, &everybody)?);
        stage.quiet().await?;
    }
    let name = format!("{} workers reconnect at once, each told once what came meanwhile", stage.people);
    Ok(alone(&name, median(&rates), per_second, Goal::NoLess(5_000.0, "/s")).then(8_000.0))
}

/// Workers welcomed a second.
fn storm(stage: &Stage, order: i64, everybody: &[u32]) -> Result<f64> {
    let (site, count) = (stage.site()?, everybody.len());
    let hellos = hellos(site, everybody)?;
    let requests = requests(everybody)?;
    let mut dispatcher = Dispatcher::at(site.address)?;
    let mut tally = Tally { order: format!(r#""order":"{order}""#), offers: vec![0; count], told: 0 };
    let started = Instant::now();
    let mut crowd = Crowd::new(site.address, requests, WINDOW)?;
    let mut welcomed = 0;
    let last = crowd.until(count, PATIENCE, |who, heard| {
        tally.hear(who, &heard)?;
        let reaction = greet(&hellos, who, &heard)?;
        if matches!(reaction, Reaction::Counts) {
            welcomed += 1;
            if welcomed == count / 2 {
                dispatcher.send(order, "dispatch", &to_county())?;
            }
        }
        Ok(reaction)
    })?;
    let left = count - tally.told;
    crowd.until(left, PATIENCE, |who, heard| tally.hear(who, &heard)).context("the offer of the storm")?;
    crowd.linger(AFTERWARDS, |who, heard| tally.hear(who, &heard))?;
    dispatcher.answered()?;
    let (missed, twice) = (tally.count(|n| n == 0), tally.count(|n| n > 1));
    ensure!(missed == 0 && twice == 0, "{missed} missed the offer and {twice} got it twice");
    Ok(f64::from(u32::try_from(count)?) / (last - started).as_secs_f64())
}

/// Who was offered the order how often.
struct Tally {
    order: String,
    offers: Vec<u32>,
    told: usize,
}

impl Tally {
    fn hear(&mut self, who: usize, heard: &Heard<'_>) -> Result<Reaction> {
        match heard {
            Heard::Text(payload) if frame::is(payload, "offer") && frame::holds(payload, &self.order) => {
                let offers = self.offers.get_mut(who).context("nobody")?;
                *offers += 1;
                self.told += usize::from(*offers == 1);
                Ok(Reaction::Counts)
            }
            _ => Ok(Reaction::Nothing),
        }
    }

    fn count(&self, which: impl Fn(u32) -> bool) -> usize {
        self.offers.iter().filter(|n| which(**n)).count()
    }
}
