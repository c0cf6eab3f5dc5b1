//! What the live benchmarks play on: a county with a worker in every grid on PostgreSQL, Redis, and the servers.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use harness::database::{migrate, target};
use harness::seed::{DISPATCHER, GRID, ITEM, RESIDENT, STAFF, Seeder};
use harness::servers::postgres::Postgres;
use harness::servers::redis::Redis;
use harness::wait;
use serde_json::{Value, json};

use crate::Options;
use crate::measure::http;
use crate::measure::http::{Client, get, keyed};
use crate::measure::site::{Site, token};

/// Connections of a server to the database: the default.
const CONNECTIONS: &str = "8";
/// Workers of a quick run.
const FEWER: u32 = 2_000;
const QUIET: Duration = Duration::from_secs(60);

pub struct Stage {
    // Before what they use: fields drop in this order.
    pub sites: Vec<Site>,
    pub redis: Redis,
    pub seeder: Seeder,
    /// Workers of the county.
    pub people: u32,
    keys: u32,
}

impl Stage {
    /// A county of its own by this name, and so many servers.
    pub async fn set(options: &Options, postgres: &Postgres, name: &str, replicas: u32) -> Result<Self> {
        let people = options.either(STAFF, FEWER);
        let database = format!("live_{name}");
        postgres.create_database(&database, None)?;
        let url = postgres.url(&database);
        migrate(&url)?;
        let mut seeder = Seeder::connect(&target(&url)?)?;
        seeder.county()?;
        seeder.staff(people)?;
        seeder.settle()?;
        let redis = Redis::start().await?;
        let redis_url = redis.url();
        let env = [
            ("DIANDAN_DATABASE_URL", url.as_str()),
            ("DIANDAN_REDIS_URL", &redis_url),
            ("DIANDAN_CONNECTIONS", CONNECTIONS),
        ];
        let mut sites = Vec::new();
        for _ in 0..replicas {
            sites.push(Site::with(&env).await?);
        }
        Ok(Self { sites, redis, seeder, people, keys: 0 })
    }

    /// The first server.
    pub fn site(&self) -> Result<&Site> {
        self.sites.first().context("no server")
    }

    /// How many workers there are.
    pub fn crowd(&self) -> Result<usize> {
        Ok(usize::try_from(self.people)?)
    }

    /// Orders that wait for their dispatch.
    pub async fn accepted(&mut self, count: u32) -> Result<Vec<i64>> {
        let mut client = Client::connect(self.site()?.address).await?;
        let (resident, dispatcher) = (token(RESIDENT)?, token(DISPATCHER)?);
        let place =
            json!({"serviceItemId": ITEM.to_string(), "areaId": GRID.to_string(), "title": "路灯不亮"});
        let mut orders = Vec::new();
        for _ in 0..count {
            let key = self.key();
            let placed =
                data(client.ask(&keyed("/api/v1/orders", &resident, &key, &place.to_string())).await?)?;
            let order = placed
                .get("id")
                .and_then(serde_json::Value::as_str)
                .context("an order without an id")?
                .to_owned();
            let accept = format!("/api/v1/orders/{order}/accept");
            data(client.ask(&keyed(&accept, &dispatcher, &key, "{}")).await?)?;
            orders.push(order.parse()?);
        }
        Ok(orders)
    }

    /// A key for the next write.
    pub fn key(&mut self) -> String {
        self.keys += 1;
        format!("bench-{}", self.keys)
    }

    /// Waits until the servers do nothing more: what one turn left must not slow the other.
    pub async fn quiet(&self) -> Result<()> {
        idle(&self.sites.iter().map(Site::pid).collect::<Vec<u32>>()).await
    }

    /// A metric of the first server.
    pub async fn metric(&self, name: &str) -> Result<f64> {
        let mut client = Client::connect(self.site()?.address).await?;
        let answer = client.ask(&get("/metrics", "")).await?;
        let text = answer.text();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.map_or(Ok(0.0), |value| value.trim().parse().with_context(|| format!("{name} is {value}")))
    }
}

/// Waits until these processes do nothing more.
pub async fn idle(pids: &[u32]) -> Result<()> {
    let mut before = Vec::new();
    wait::eventually(QUIET, "the servers to be idle", async || {
        let now = pids.iter().map(|pid| spent(*pid)).collect::<Result<Vec<String>>>()?;
        let same = std::mem::replace(&mut before, now) == before;
        ensure!(same && !before.is_empty(), "they work");
        Ok(())
    })
    .await
}

/// The processor time that a process has spent, in the kernel's ticks: user and system.
fn spent(pid: u32) -> Result<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, after_name) = stat.rsplit_once(") ").context("a strange /proc/…/stat")?;
    Ok(after_name.split(' ').skip(11).take(2).collect::<Vec<_>>().join(" "))
}

/// What an answer says, when it is 200.
fn data(answer: http::Answer<'_>) -> Result<Value> {
    ensure!(answer.status < 300, "status {}: {}", answer.status, answer.text());
    let mut body: Value = serde_json::from_slice(answer.body)?;
    Ok(body.get_mut("data").map(Value::take).unwrap_or_default())
}
