//! Everybody comes back at once, as after a balancer's restart: connect, handshake, hello, welcome. In the midst of it an
//! order is offered to all of them, and each has to get it once. Client and server share the cores.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use harness::servers::postgres::Postgres;

use super::TURNS;
use super::crowd::{Crowd, Heard, Reaction};
use super::dispatcher::{Dispatcher, to_county};
use super::stage::Stage;
use super::workers::{PATIENCE, connect, greet, hellos, requests};
use crate::Options;
use crate::live::crowd::frame;
use crate::measure::report::{Goal, Row, alone, median, per_second};

/// Handshakes under way at a time: as many as the kernel keeps for a listener.
const WINDOW: usize = 4096;
/// How long a second copy of the offer is listened for.
const AFTERWARDS: Duration = Duration::from_millis(600);

/// What the row says, after how many they are.
pub const NAME: &str = "workers reconnect at once, each told once what came meanwhile";

pub async fn measure(options: &Options, postgres: &Postgres) -> Result<Row> {
    let mut stage = Stage::set(options, postgres, "reconnect", 1).await?;
    let turns = options.either(TURNS.0, TURNS.1);
    let mut rates = Vec::new();
    for order in stage.accepted(turns).await? {
        rates.push(turn(&stage, order).await?);
    }
    let name = format!("{} {NAME}", stage.people);
    Ok(alone(&name, median(&rates), per_second, Goal::NoLess(5_000.0, "/s")).then(8_000.0))
}

/// The whole county connects, is gone, and comes back: workers welcomed a second.
pub async fn turn(stage: &Stage, order: i64) -> Result<f64> {
    let (site, everybody) = (stage.site()?, (0..stage.people).collect::<Vec<u32>>());
    drop(connect(stage, site, &everybody)?);
    stage.quiet().await?;
    let hellos = hellos(site, &everybody)?;
    let mut dispatcher = Dispatcher::at(site.address)?;
    let order_of = format!(r#""order":"{order}""#);
    let rate = storm(
        site.address,
        requests(&everybody)?,
        |who, heard| greet(&hellos, who, heard),
        || dispatcher.send(order, "dispatch", &to_county()).map(drop),
        |heard| match heard {
            Heard::Text(payload) => frame::is(payload, "offer") && frame::holds(payload, &order_of),
            Heard::Open => false,
        },
    )?;
    dispatcher.answered()?;
    stage.quiet().await?;
    Ok(rate)
}

/// Those a second who come back at once with these requests and are greeted, until that counts. When half of them are,
/// something is told, and each has to hear it once.
pub fn storm(
    address: SocketAddr,
    requests: Vec<Vec<u8>>,
    greet: impl Fn(usize, &Heard<'_>) -> Result<Reaction>,
    mut tell: impl FnMut() -> Result<()>,
    told: impl Fn(&Heard<'_>) -> bool,
) -> Result<f64> {
    let count = requests.len();
    let mut tally = Tally { is: told, times: vec![0; count], told: 0 };
    let started = Instant::now();
    let mut crowd = Crowd::new(address, requests, WINDOW)?;
    let mut greeted = 0;
    let last = crowd.until(count, PATIENCE, |who, heard| {
        tally.hear(who, &heard)?;
        let reaction = greet(who, &heard)?;
        if matches!(reaction, Reaction::Counts) {
            greeted += 1;
            if greeted == count / 2 {
                tell()?;
            }
        }
        Ok(reaction)
    })?;
    let left = count - tally.told;
    crowd.until(left, PATIENCE, |who, heard| tally.hear(who, &heard)).context("what the storm is told")?;
    crowd.linger(AFTERWARDS, |who, heard| tally.hear(who, &heard))?;
    let (missed, twice) = (tally.count(|n| n == 0), tally.count(|n| n > 1));
    ensure!(missed == 0 && twice == 0, "{missed} missed what was told and {twice} got it twice");
    Ok(f64::from(u32::try_from(count)?) / (last - started).as_secs_f64())
}

/// Who was told how often.
struct Tally<Is> {
    is: Is,
    times: Vec<u32>,
    told: usize,
}

impl<Is: Fn(&Heard<'_>) -> bool> Tally<Is> {
    fn hear(&mut self, who: usize, heard: &Heard<'_>) -> Result<Reaction> {
        if !(self.is)(heard) {
            return Ok(Reaction::Nothing);
        }
        let times = self.times.get_mut(who).context("nobody")?;
        *times += 1;
        self.told += usize::from(*times == 1);
        Ok(Reaction::Counts)
    }

    fn count(&self, which: impl Fn(u32) -> bool) -> usize {
        self.times.iter().filter(|n| which(**n)).count()
    }
}
