//! Claims per second: each wins an order that nobody else asks for.

pub mod postgres;
pub mod sqlite;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Result, ensure};
use harness::seed::{Seeder, worker};
use harness::wait;
use std::time::Duration;

use crate::measure::http::post;
use crate::measure::load;
use crate::measure::load::Script;
use crate::measure::site::{Site, token};

/// Connections of clients to the server.
const CLIENTS: u32 = 64;
/// The key of the first order of the pool.
const FIRST: i64 = 1_000_000;
const DRAINED: Duration = Duration::from_secs(60);

/// Claims the orders with these keys over HTTP, and returns the claims per second.
async fn over_http(site: &Site, orders: Range<i64>) -> Result<f64> {
    let next = Arc::new(AtomicI64::new(orders.start));
    let mut scripts: Vec<Script> = Vec::new();
    for place in 0..CLIENTS {
        let (next, end, token) = (next.clone(), orders.end, token(worker(place))?);
        scripts.push(Box::new(move || {
            let order = next.fetch_add(1, Ordering::Relaxed);
            let request = || post(&format!("/api/v1/orders/{order}/claim"), &token, r#"{"attempt":1}"#);
            (order < end).then(request)
        }));
    }
    load::run(site.address, scripts).await
}

/// The keys of a round's orders.
fn orders(round: u32, each: u32) -> Range<i64> {
    let first = FIRST + i64::from(round) * i64::from(each);
    first..first + i64::from(each)
}

/// Every order of the range was won, once.
fn check(seeder: &mut Seeder, orders: &Range<i64>) -> Result<()> {
    let claims = seeder.number(&format!(
        "SELECT count(DISTINCT order_id) AS number FROM claim WHERE order_id >= {} AND order_id < {}",
        orders.start, orders.end
    ))?;
    ensure!(claims == orders.end - orders.start, "{claims} claims of {orders:?}");
    Ok(())
}

/// Waits until the server has told everyone of the claims: what it still does must not slow the other's turn.
async fn drained(seeder: &mut Seeder) -> Result<()> {
    wait::eventually(DRAINED, "the outbox to be empty", async || {
        match seeder.number("SELECT count(*) AS number FROM outbox")? {
            0 => Ok(()),
            left => anyhow::bail!("{left} rows are left"),
        }
    })
    .await
}
