//! Nobody claims: the next ring is told when its time has come. How late its worker has the offer, by the database's
//! own record of when it was due, for many orders a second.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use domain::At;
use harness::seed::{GRID, areas_of};
use harness::servers::postgres::Postgres;
use persistence::Clock;
use serde_json::json;

use super::crowd::{Heard, Reaction};
use super::dispatcher::Dispatcher;
use super::stage::Stage;
use super::workers::{PATIENCE, alive, connect};
use crate::Options;
use crate::live::crowd::frame;
use crate::measure::report::{Goal, Row, alone, milliseconds, p99};

/// Orders that wait.
const ORDERS: (u32, u32) = (600, 100);
/// The wait of the next ring: long enough for all to be dispatched before the first is due, or nearly.
const AFTER_S: i64 = 3;
/// The place of a worker of the next ring, in a village of their own.
const NEXT: u32 = 17;
const VILLAGE: usize = 4;

pub async fn measure(options: &Options, postgres: &Postgres) -> Result<Row> {
    let mut stage = Stage::set(options, postgres, "escalation", 1).await?;
    let orders = stage.accepted(options.either(ORDERS.0, ORDERS.1)).await?;
    let mut crowd = connect(&stage, stage.site()?, &[NEXT])?;
    let mut dispatcher = Dispatcher::at(stage.site()?.address)?;
    let area = |id: i64| json!([{"kind": "area", "id": id.to_string()}]);
    let next = json!({"scopes": area(areas_of(NEXT)[VILLAGE]), "afterS": AFTER_S});
    let body = json!({"scopes": area(GRID), "rings": [next]});
    for order in &orders {
        dispatcher.send(*order, "dispatch", &body)?;
        dispatcher.answered()?;
    }
    let (clock, mut heard_at) = (Clock::default(), HashMap::<i64, At>::new());
    crowd.until(orders.len(), PATIENCE, |_, heard| {
        let Heard::Text(payload) = heard else { return Ok(Reaction::Nothing) };
        if !frame::is(payload, "offer") {
            return Ok(alive(payload));
        }
        let offer: serde_json::Value = serde_json::from_slice(payload)?;
        let order: i64 = offer
            .get("order")
            .and_then(serde_json::Value::as_str)
            .context("an offer of no order")?
            .parse()?;
        ensure!(heard_at.insert(order, clock.now()).is_none(), "order {order} was offered twice");
        Ok(Reaction::Counts)
    })?;
    let mut late = Vec::new();
    for (order, at) in heard_at {
        let dispatched = stage.seeder.number(&format!(
            "SELECT CAST(extract(epoch FROM at) * 1000000 AS BIGINT) AS number FROM order_event
             WHERE order_id = {order} AND kind = 'dispatched'"
        ))?;
        let us = u32::try_from((at.timestamp_micros() - dispatched - AFTER_S * 1_000_000).max(0))?;
        late.push(f64::from(us) / 1e6);
    }
    let name = format!("the next ring's offer later than due, p99 of {} orders", late.len());
    Ok(alone(&name, p99(&late), milliseconds, Goal::NoMore(300.0, " ms")))
}
