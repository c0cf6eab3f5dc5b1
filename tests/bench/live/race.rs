//! Every worker of the county claims the same order at once: how long until the last has an answer, compared with an
//! echo server that answers as many sockets with as many bytes. One wins, everybody else loses, or it counts for nothing.

use std::time::Instant;

use anyhow::{Result, ensure};
use harness::servers::postgres::Postgres;

use super::crowd::{Crowd, Heard, Reaction};
use super::dispatcher::{Dispatcher, to_county};
use super::floor::{Floor, asked};
use super::stage::Stage;
use super::workers::{PATIENCE, alive, connect};
use super::{EACH, TURNS};
use crate::Options;
use crate::live::crowd::frame;
use crate::measure::report::{Goal, Rounds, Row, alone, median, milliseconds};

const COUNTED: [&str; 3] = [
    r#"diandan_claims_total{outcome="won"}"#,
    r#"diandan_claims_total{outcome="lost"}"#,
    "diandan_claim_statements_total",
];

pub async fn measure(options: &Options, postgres: &Postgres) -> Result<Vec<Row>> {
    let mut stage = Stage::set(options, postgres, "race", 1).await?;
    let turns = options.either(TURNS.0, TURNS.1);
    let mut orders = stage.accepted(turns * EACH).await?.into_iter();
    let (everybody, count) = ((0..stage.people).collect::<Vec<u32>>(), stage.crowd()?);
    let (mut found, mut statements, mut reply) = (Rounds::default(), 0.0_f64, 0);
    for _ in 0..turns {
        let mut crowd = connect(&stage, stage.site()?, &everybody)?;
        let mut took = Vec::new();
        for order in orders.by_ref().take(usize::try_from(EACH)?) {
            offer(&stage, &mut crowd, order, count)?;
            stage.quiet().await?;
            let before = counted(&stage).await?;
            took.push(race(&mut crowd, order, count, &mut reply)?);
            stage.quiet().await?;
            let [won, lost, asked] = counted(&stage).await?;
            let [won, lost, asked] = [won - before[0], lost - before[1], asked - before[2]];
            let all = f64::from(stage.people);
            ensure!(won + lost == all && won == 1.0, "{won} won and {lost} lost of {all}");
            statements = statements.max(asked);
        }
        drop(crowd);
        stage.quiet().await?;
        let floor = Floor::start(&["echo", &claim(0).len().to_string(), &reply.to_string()]).await?;
        let mut crowd = floor.connect(count)?;
        let mut alone = Vec::new();
        for _ in 0..EACH {
            alone.push(asked(&mut crowd, count, &claim(0))?);
        }
        found.push(median(&took), median(&alone));
    }
    let name = format!("{count} sockets race for one order, last answer ÷ bare echo");
    let shown = |n: f64| format!("{n:.0}");
    Ok(vec![
        found.row(&name, milliseconds, Goal::AtMost(1.6)).then(1.25),
        alone("claim statements of such a race", statements, shown, Goal::NoMore(1.0, "")),
    ])
}

/// Dispatches an order to the county, and waits until everybody was offered it.
fn offer(stage: &Stage, crowd: &mut Crowd, order: i64, count: usize) -> Result<()> {
    let mut dispatcher = Dispatcher::at(stage.site()?.address)?;
    dispatcher.send(order, "dispatch", &to_county())?;
    crowd.until(count, PATIENCE, |_, heard| {
        Ok(match heard {
            Heard::Text(payload) if frame::is(payload, "offer") => Reaction::Counts,
            Heard::Text(payload) => alive(payload),
            Heard::Open => Reaction::Nothing,
        })
    })?;
    dispatcher.answered()
}

/// Seconds from the first claim to the last answer; `reply` becomes the bytes of one.
fn race(crowd: &mut Crowd, order: i64, count: usize, reply: &mut usize) -> Result<f64> {
    let (claim, mut won) = (claim(order), 0);
    let started = Instant::now();
    for who in 0..count {
        crowd.say(who, &claim)?;
    }
    let last = crowd.until(count, PATIENCE, |_, heard| {
        Ok(match heard {
            Heard::Text(payload) if frame::is(payload, "result") => {
                *reply = payload.len() + if payload.len() < 126 { 2 } else { 4 };
                won += usize::from(frame::holds(payload, r#""r":"won""#));
                Reaction::Counts
            }
            Heard::Text(payload) => alive(payload),
            Heard::Open => Reaction::Nothing,
        })
    })?;
    ensure!(won == 1, "{won} were told that they won");
    Ok((last - started).as_secs_f64())
}

/// A claim, as a frame; all of the same length, nearly.
fn claim(order: i64) -> Vec<u8> {
    frame::text(&format!(r#"{{"t":"claim","order":"{order}","attempt":1,"key":"{order}"}}"#))
}

async fn counted(stage: &Stage) -> Result<[f64; 3]> {
    let [won, lost, asked] = COUNTED;
    Ok([stage.metric(won).await?, stage.metric(lost).await?, stage.metric(asked).await?])
}
