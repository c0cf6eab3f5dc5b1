//! Lists of a million orders, compared with lists of a thousand: no page may cost more because there is more that
//! is not on it. Over HTTP, one request after the other; the median of each turn counts.

use anyhow::{Context, Result, ensure};
use harness::database::{Backend, Database};
use harness::seed::{DISPATCHER, PAGE, SUPERVISOR, Seeder};
use serde_json::Value;

use crate::Options;
use crate::measure::http::{Client, get};
use crate::measure::load::latency;
use crate::measure::report::{Goal, Rounds, Row, milliseconds};
use crate::measure::site::{Site, token};

const FEW: u32 = 1_000;
/// Pages before the one that is reached by a cursor, of many and of a few orders.
const PAGES_BEFORE: (u32, u32) = (999, 24);
/// Most rows of a page.
const MOST: u32 = 100;
const CONNECTIONS: u32 = 2;

/// A server with a number of orders, and its four requests.
struct Side {
    // Before the database: fields drop in this order.
    client: Client,
    _site: Site,
    _database: Database,
    requests: [Vec<u8>; 4],
}

const NAMES: [&str; 4] = ["first page", "thousandth page", "a town's inbox", "a rare status"];

pub async fn measure(options: &Options, backend: Backend) -> Result<Vec<Row>> {
    let mut many = Side::prepare(backend, options.orders(), PAGES_BEFORE.0).await?;
    let mut few = Side::prepare(backend, FEW, PAGES_BEFORE.1).await?;
    let times = options.either(200, 40);
    let mut rows = Vec::new();
    for (place, name) in NAMES.into_iter().enumerate() {
        let mut found = Rounds::default();
        for round in 0..=options.rounds() {
            let (many, few) = (many.latency(place, times).await?, few.latency(place, times).await?);
            if round > 0 {
                found.push(many, few);
            }
        }
        let what = format!("{name}, {backend:?}: {} orders ÷ {FEW}", options.orders());
        rows.push(found.row(&what, milliseconds, Goal::AtMost(1.2)));
    }
    Ok(rows)
}

impl Side {
    async fn prepare(backend: Backend, orders: u32, pages_before: u32) -> Result<Self> {
        let database = backend.database()?;
        let mut seeder = Seeder::connect(&database.target()?)?;
        seeder.county()?;
        let order = seeder.template()?;
        seeder.year(order, orders)?;
        seeder.settle()?;
        drop(seeder);
        let site = Site::start(&database.url(), None, CONNECTIONS).await?;
        let mut client = Client::connect(site.address).await?;
        let (all, town) = (token(SUPERVISOR)?, token(DISPATCHER)?);
        let cursor = skip(&mut client, &all, pages_before * PAGE).await?;
        let requests = [
            get("/api/v1/orders", &all),
            get(&format!("/api/v1/orders?cursor={cursor}"), &all),
            get("/api/v1/orders?status=submitted", &town),
            get("/api/v1/orders?status=disputed", &town),
        ];
        for request in &requests {
            let page = page(&mut client, request).await?;
            let rows = page.pointer("/data/list").and_then(Value::as_array).map_or(0, Vec::len);
            ensure!(u32::try_from(rows)? == PAGE, "{rows} rows of a full page: {page}");
        }
        Ok(Self { client, _site: site, _database: database, requests })
    }

    /// The median of this request, in seconds.
    async fn latency(&mut self, place: usize, times: u32) -> Result<f64> {
        let request = self.requests.get(place).context("no such request")?;
        Ok(latency(&mut self.client, request, times).await?.as_secs_f64())
    }
}

/// The cursor behind the first `rows` rows.
async fn skip(client: &mut Client, token: &str, rows: u32) -> Result<String> {
    let mut left = rows;
    let mut cursor = String::new();
    while left > 0 {
        let limit = left.min(MOST);
        let after = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
        let page = page(client, &get(&format!("/api/v1/orders?limit={limit}{after}"), token)).await?;
        cursor =
            page.pointer("/data/nextCursor").and_then(Value::as_str).context("too few orders")?.to_owned();
        left -= limit;
    }
    Ok(cursor)
}

/// The page that a request gets.
async fn page(client: &mut Client, request: &[u8]) -> Result<Value> {
    let answer = client.ask(request).await?;
    ensure!(answer.status == 200, "status {}: {}", answer.status, answer.text());
    Ok(serde_json::from_slice(answer.body)?)
}
