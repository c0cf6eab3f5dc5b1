//! What those who play do.

#![allow(clippy::indexing_slicing, reason = "a field of JSON that is not there is null")]

use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rand::Rng;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::json;

use super::person::Person;
use super::told::Told;
use super::{PATIENCE, Stage, one_of};
use crate::client::new_key;
use crate::fixture::{self, AUTOMATIC, GRID, OTHER_GRID, TWO_SLOTS};
use crate::wait::eventually;

/// Answers that worker remembers, to ask again.
const REMEMBERED: usize = 60;

/// A worker: claims what is offered, asks again what was answered, gives some of it up.
pub async fn work(stage: &Stage<'_>, me: &Person, mut random: StdRng) -> Result<()> {
    let mut answered: Vec<(i64, i64)> = Vec::new();
    while !stage.is_over() {
        if !answered.is_empty() && random.random_bool(0.08) {
            let (order, attempt) = *one_of(&mut random, &answered)?;
            me.claim(stage, (order, attempt, new_key()), &mut random).await?;
            continue;
        }
        let (order, attempt, key) = match (me.to_ask_again(), stage.board.pick(&mut random)) {
            (Some(ask), _) => ask,
            (None, Some(offer)) => {
                let late = i64::from(offer.attempt > 1 && random.random_bool(0.05));
                (offer.order, offer.attempt - late, new_key())
            }
            (None, None) => {
                until(stage, |stage| stage.board.len() > 0).await?;
                continue;
            }
        };
        let told = me.claim(stage, (order, attempt, key), &mut random).await?;
        if told.is_some() {
            answered.push((order, attempt));
            let forgotten = answered.len().saturating_sub(REMEMBERED);
            answered.drain(..forgotten);
        }
        match told {
            Some(Told::Won { .. }) if random.random_bool(0.3) => {
                give_up(stage, me, order, &mut random).await?;
            }
            Some(Told::Won { .. } | Told::Lost { .. }) => {}
            Some(Told::Gone) | None => look(stage, me, &mut random).await?,
        }
    }
    Ok(())
}

/// Releases an order, which is offered anew.
async fn give_up(stage: &Stage<'_>, me: &Person, order: i64, random: &mut StdRng) -> Result<()> {
    let body = json!({"reason": "cannot_come"});
    if let Some(attempt) = me.command(order, "release", &body, random).await? {
        stage.memory.released(order, me.account, attempt);
        stage.board.put(order, attempt);
    }
    Ok(())
}

/// Asks again what is left to ask when everything is over.
pub async fn ask_the_rest(stage: &Stage<'_>, me: &Person, mut random: StdRng) -> Result<()> {
    while let Some(ask) = me.to_ask_again() {
        me.claim(stage, ask, &mut random).await?;
    }
    Ok(())
}

/// What is offered to this worker now.
async fn look(stage: &Stage<'_>, me: &Person, random: &mut StdRng) -> Result<()> {
    if random.random_bool(0.8) {
        return Ok(());
    }
    let answer = me.ask(Method::GET, "/me/offers", &new_key(), &json!({}), random.random_range(0..2)).await?;
    ensure!(answer.status == 200, "{answer:?}");
    for offer in answer.body["data"]["list"].as_array().into_iter().flatten() {
        let order = offer["order"].as_str().and_then(|id| id.parse().ok());
        if let (Some(order), Some(attempt)) = (order, offer["attempt"].as_i64()) {
            stage.board.put(order, attempt);
        }
    }
    Ok(())
}

/// A dispatcher with a resident: new orders, and what is done to those that are offered.
pub async fn dispatch(stage: &Stage<'_>, resident: &Person, me: &Person, mut random: StdRng) -> Result<()> {
    while !stage.is_over() {
        let order = if stage.board.len() < stage.plan.offered {
            // changed at once, while everybody goes for it, or left to them
            let fresh = offer(stage, resident, me, &mut random).await?;
            random.random_bool(0.4).then_some(fresh)
        } else {
            let now = stage.answered.load(Ordering::SeqCst);
            until(stage, |stage| {
                stage.board.len() < stage.plan.offered || stage.answered.load(Ordering::SeqCst) > now + 15
            })
            .await?;
            stage.board.look(&mut random).map(|offer| offer.order)
        };
        if let Some(order) = order {
            change(stage, me, order, &mut random).await?;
        }
    }
    Ok(())
}

/// Offers it again, wider, to fewer, or takes it back and offers it anew.
async fn change(stage: &Stage<'_>, me: &Person, order: i64, random: &mut StdRng) -> Result<()> {
    let wider = json!({"scopes": [{"kind": "area", "id": OTHER_GRID.to_string()}]});
    let (name, body) = match random.random_range(0..4) {
        0 => ("redispatch", json!({})),
        1 => ("recall", json!({"reason": "wrong_dispatch"})),
        2 => ("widen", wider),
        _ => ("close-remainder", json!({})),
    };
    let answer = me.post(&format!("/orders/{order}/{name}"), &body, random).await?;
    let done = match answer.status {
        200 => answer.body["data"]["attempt"].as_i64().context("an attempt")?,
        403 | 409 | 422 => return Ok(()),
        _ => bail!("{name} of order {order}: {answer:?}"),
    };
    stage.memory.done(name, order, done);
    match name {
        "redispatch" => stage.board.put(order, done),
        "recall" => {
            stage.board.take_down(order);
            if let Some(attempt) = me.command(order, "dispatch", &json!({}), random).await? {
                stage.memory.done("dispatch", order, attempt);
                stage.board.put(order, attempt);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Places an order and has it offered: by the item's rule, or by hand to several people.
async fn offer(stage: &Stage<'_>, resident: &Person, me: &Person, random: &mut StdRng) -> Result<i64> {
    let by_rule = random.random_bool(0.6);
    let item = if by_rule { AUTOMATIC } else { TWO_SLOTS };
    let order = json!({"serviceItemId": item.to_string(), "areaId": GRID.to_string(), "title": "代办证件",
        "description": "行动不便", "contact": {"name": "王小明", "phone": "13812345678", "address": "西郊一组"}});
    let placed = resident.post("/orders", &order, random).await?;
    ensure!(placed.status == 201, "{placed:?}");
    let id = placed.body["data"]["id"].as_str().context("an order has an id")?;
    let order: i64 = id.parse()?;
    stage.memory.placed(order);
    let mut attempt = Some(1);
    if !by_rule {
        me.command(order, "accept", &json!({}), random).await?.context("it is accepted")?;
        let slots = json!({"slots": random.random_range(1..=3)});
        attempt = me.command(order, "dispatch", &slots, random).await?;
    }
    let attempt = attempt.context("it is dispatched")?;
    stage.memory.done("offer", order, attempt);
    stage.board.put(order, attempt);
    Ok(order)
}

/// An administrator who takes workers out of the grid and puts them back.
pub async fn administer(stage: &Stage<'_>, me: &Person, floaters: &[i64], mut random: StdRng) -> Result<()> {
    while !stage.is_over() {
        let who = *one_of(&mut random, floaters)?;
        let binding =
            format!("SELECT id AS n FROM role_binding WHERE account_id = {who} AND area_id = {GRID}");
        let path = format!("/accounts/{who}/roles");
        let (method, path, body, name) = match fixture::numbers(stage.database, &binding)?.first() {
            Some(held) => (Method::DELETE, format!("{path}/{held}"), json!({}), "take a role"),
            None => {
                let role = json!({"role": "grid_worker", "areaId": GRID.to_string()});
                (Method::POST, path, role, "give a role")
            }
        };
        let answer = me.ask(method, &path, &new_key(), &body, random.random_range(0..2)).await?;
        ensure!(answer.status == 200, "{name}: {answer:?}");
        stage.memory.done(name, 0, 0);
        some_answers(stage, 40).await?;
    }
    Ok(())
}

/// Waits until some more claims were answered, or everything is over.
pub async fn some_answers(stage: &Stage<'_>, more: u64) -> Result<()> {
    let now = stage.answered.load(Ordering::SeqCst);
    until(stage, |stage| stage.answered.load(Ordering::SeqCst) > now + more).await
}

/// Waits until something is so, or everything is over.
async fn until(stage: &Stage<'_>, so: impl Fn(&Stage<'_>) -> bool) -> Result<()> {
    eventually(PATIENCE, "the others", async || {
        if stage.is_over() || so(stage) { Ok(()) } else { Err("nothing happens") }
    })
    .await
}

/// Waits until every event is sequenced.
pub async fn settled(stage: &Stage<'_>) -> Result<()> {
    eventually(Duration::from_secs(30), "the outbox to be empty", async || {
        let waiting = fixture::numbers(stage.database, "SELECT count(*) AS n FROM outbox")
            .map_err(|e| e.to_string())?;
        match waiting.first() {
            Some(0) => Ok(()),
            waiting => Err(format!("{waiting:?} rows wait")),
        }
    })
    .await
}
