//! An order is dispatched to a village: how long until its workers, whose sockets are at the other server, have the
//! offer. With Redis, compared with Redis' own way from a publisher to as many subscribers; and with Redis gone.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Instant;

use anyhow::{Context, Result};
use harness::scratch;
use harness::seed::areas_of;
use harness::servers::postgres::Postgres;
use harness::servers::redis::Redis;

use super::crowd::{Crowd, Heard, Reaction};
use super::dispatcher::{Dispatcher, to_area};
use super::stage::Stage;
use super::workers::{PATIENCE, alive, connect};
use crate::Options;
use crate::live::crowd::frame;
use crate::measure::report::{Goal, Rounds, Row, alone, median, milliseconds, p99};

/// The place of the village's first grid: a village of the dispatcher's town without anybody else.
const FIRST: u32 = 17;
/// The village among its grid's areas.
const VILLAGE: usize = 4;
/// Dispatches of a turn.
const DISPATCHES: (u32, u32) = (200, 25);
const GONE: (u32, u32) = (40, 10);
const TURNS: u32 = 3;
/// Bytes that a notification takes in Redis.
const ENTRY: usize = 147;
/// Commits between a dispatch and its offers: its own, and the sequencer's.
const COMMITS: u32 = 2;

pub async fn measure(options: &Options, postgres: &Postgres) -> Result<Vec<Row>> {
    let mut stage = Stage::set(options, postgres, "notify", 2).await?;
    let (each, gone) = (options.either(DISPATCHES.0, DISPATCHES.1), options.either(GONE.0, GONE.1));
    let village = areas_of(FIRST)[VILLAGE];
    let candidates: Vec<u32> =
        (0..stage.people).filter(|place| areas_of(*place)[VILLAGE] == village).collect();
    let mut crowd = connect(&stage, stage.site()?, &candidates)?;
    let addresses: Vec<_> = stage.sites.iter().map(|site| site.address).collect();
    let mut orders = stage.accepted(TURNS * each * 2 + gone).await?.into_iter();
    let mut found: [[Rounds; 2]; 2] = Default::default();
    let mut middles = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        let floor = p99(&published(&stage.redis, candidates.len(), each, 0)?);
        let durable = p99(&published(&stage.redis, candidates.len(), each, COMMITS)?);
        for (address, (found, middles)) in addresses.iter().zip(found.iter_mut().zip(&mut middles)) {
            let mut dispatcher = Dispatcher::at(*address)?;
            let some = orders.by_ref().take(usize::try_from(each)?).collect::<Vec<_>>();
            let took = told(&mut dispatcher, &mut crowd, &some, village, candidates.len())?;
            found[0].push(p99(&took), floor);
            found[1].push(p99(&took), durable);
            middles.push(median(&took));
        }
    }
    let rest: Vec<i64> = orders.collect();
    stage.redis.kill()?;
    let mut dispatcher = Dispatcher::at(*addresses.last().context("no server")?)?;
    let took = told(&mut dispatcher, &mut crowd, &rest, village, candidates.len())?;
    let name = |place: &str, middles: &[f64]| {
        let middle = milliseconds(median(middles));
        let whom = candidates.len();
        format!("dispatch → offer at {place}, {whom} candidates, p99 (p50 {middle}) ÷ Redis alone")
    };
    let goal = Goal::AtMost(5.0);
    Ok(vec![
        found[1][0].row(&name("the other server", &middles[1]), milliseconds, goal).then(3.0),
        found[1][1].row("the same ÷ two syncs of the disk and Redis", milliseconds, Goal::Shown),
        found[0][0].row(&name("the same server", &middles[0]), milliseconds, goal).then(3.0),
        found[0][1].row("the same ÷ two syncs of the disk and Redis", milliseconds, Goal::Shown),
        alone(
            &format!("the same at the other server without Redis, p99 (p50 {})", milliseconds(median(&took))),
            p99(&took),
            milliseconds,
            Goal::NoMore(1000.0, " ms"),
        )
        .then(400.0),
    ])
}

/// Dispatches one order after the other; the seconds until each candidate had each offer.
fn told(
    dispatcher: &mut Dispatcher,
    crowd: &mut Crowd,
    orders: &[i64],
    village: i64,
    candidates: usize,
) -> Result<Vec<f64>> {
    let mut took = Vec::new();
    for order in orders {
        let sent = dispatcher.send(*order, "dispatch", &to_area(village))?;
        crowd.until(candidates, PATIENCE, |_, heard| {
            Ok(match heard {
                Heard::Text(payload) if frame::is(payload, "offer") => {
                    took.push(sent.elapsed().as_secs_f64());
                    Reaction::Counts
                }
                Heard::Text(payload) => alive(payload),
                Heard::Open => Reaction::Nothing,
            })
        })?;
        dispatcher.answered()?;
    }
    Ok(took)
}

/// Publishes one word after the other, each after so many syncs of the disk; the seconds until each subscriber had each.
fn published(redis: &Redis, subscribers: usize, times: u32, syncs: u32) -> Result<Vec<f64>> {
    let url = redis.url();
    let path = url.strip_prefix("redis+unix://").context("no socket of Redis")?;
    let word = "x".repeat(ENTRY);
    let message = format!("*3\r\n$7\r\nmessage\r\n$5\r\nbench\r\n${ENTRY}\r\n{word}\r\n").len();
    let subscribed = "*3\r\n$9\r\nsubscribe\r\n$5\r\nbench\r\n:1\r\n".len();
    let mut listening = Vec::new();
    for _ in 0..subscribers {
        let mut stream = UnixStream::connect(path)?;
        stream.write_all(b"SUBSCRIBE bench\r\n")?;
        stream.read_exact(&mut vec![0; subscribed])?;
        listening.push(stream);
    }
    let mut publisher = UnixStream::connect(path)?;
    let (mut took, mut buffer) = (Vec::new(), vec![0; message]);
    let folder = scratch::folder("disk")?;
    let mut file = File::create(folder.path().join("file"))?;
    for _ in 0..times {
        let sent = Instant::now();
        for _ in 0..syncs {
            file.write_all(&[0x5a; 4096])?;
            file.sync_data()?;
        }
        publisher.write_all(format!("PUBLISH bench {word}\r\n").as_bytes())?;
        for stream in &mut listening {
            stream.read_exact(&mut buffer)?;
            took.push(sent.elapsed().as_secs_f64());
        }
        // how many heard it: `:42`
        publisher.read_exact(&mut vec![0; format!(":{subscribers}\r\n").len()])?;
    }
    Ok(took)
}
